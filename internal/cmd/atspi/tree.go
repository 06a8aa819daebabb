package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/godbus/dbus/v5"
)

// node is one object of the tree, as it is told to a screen reader.
type node struct {
	Ref         string            `json:"ref"`
	Role        string            `json:"role"`
	Name        string            `json:"name"`
	Description string            `json:"description"`
	Text        string            `json:"text"` // of itself, an object within it being U+FFFC
	States      []string          `json:"states"`
	Attributes  map[string]string `json:"attributes"`
	Children    []*node           `json:"children"`
}

// states by their number in AtspiStateType, those that the tests ask for.
var states = map[int]string{
	3: "busy", 4: "checked", 5: "collapsed", 7: "editable", 8: "enabled", 9: "expandable", 10: "expanded", 11: "focusable",
	12: "focused", 16: "modal", 17: "multi-line", 20: "pressed", 22: "selectable", 23: "selected", 25: "showing",
	33: "required", 36: "invalid-entry", 41: "checkable", 42: "has-popup", 43: "read-only",
}

// roles by their number in AtspiRole, those that a page can have. WebKit leaves their
// names to whoever listens.
var roles = map[uint32]string{
	2: "alert", 7: "check box", 8: "check menu item", 11: "combo box", 16: "dialog", 20: "filler", 23: "frame", 27: "image",
	29: "label", 31: "list", 32: "list item", 33: "menu", 34: "menu bar", 35: "menu item", 37: "page tab", 39: "panel",
	40: "password text", 42: "progress bar", 43: "button", 44: "radio button", 45: "radio menu item", 49: "scroll pane",
	50: "separator", 54: "status bar", 55: "table", 56: "table cell", 10: "column header", 47: "row header", 57: "column header", 58: "row header",
	61: "text", 62: "toggle button", 63: "tool bar", 64: "tool tip", 65: "tree", 67: "unknown", 73: "paragraph",
	75: "application", 79: "entry", 81: "caption", 83: "heading", 85: "section", 88: "link", 90: "table row",
	91: "tree item", 94: "document", 95: "document web", 98: "list box", 99: "grouping", 101: "notification",
	110: "landmark", 116: "static", 121: "description list",
}

// walk tells an object and all within it. What goes while it is asked is left out.
func (r ref) walk(ctx context.Context, conn *dbus.Conn) (*node, error) {
	n := &node{Ref: r.String(), States: []string{}, Attributes: map[string]string{}, Children: []*node{}}
	var children []ref
	var interfaces []string
	var properties map[string]dbus.Variant
	var state []uint32
	var role uint32
	var err error
	for method, into := range map[string]any{
		"Accessible.GetRole": &role, "Accessible.GetState": &state, "Accessible.GetAttributes": &n.Attributes,
		"Accessible.GetInterfaces": &interfaces, "Accessible.GetChildren": &children,
	} {
		if err = r.call(ctx, conn, method).Store(into); err != nil {
			return nil, err
		}
	}
	all := conn.Object(r.Owner, r.Path).CallWithContext(ctx, "org.freedesktop.DBus.Properties.GetAll", 0, "org.a11y.atspi.Accessible")
	if err = all.Store(&properties); err != nil {
		return nil, err
	}
	if n.Role = roles[role]; n.Role == "" {
		n.Role = fmt.Sprint("role ", role)
	}
	n.Name, _ = properties["Name"].Value().(string)
	n.Description, _ = properties["Description"].Value().(string)
	for bit, name := range states {
		if bit/32 < len(state) && state[bit/32]>>(bit%32)&1 == 1 {
			n.States = append(n.States, name)
		}
	}
	slices.Sort(n.States)
	for _, i := range interfaces {
		if i == "org.a11y.atspi.Text" {
			if err = r.call(ctx, conn, "Text.GetText", int32(0), int32(-1)).Store(&n.Text); err != nil {
				return nil, err
			}
		}
	}
	// The toolkit leaves the page, which another process draws, out of the list.
	if count, _ := properties["ChildCount"].Value().(int32); len(children) == 0 && count == 1 {
		var page ref
		if err = r.call(ctx, conn, "Accessible.GetChildAtIndex", int32(0)).Store(&page); err != nil {
			return nil, err
		}
		children = append(children, page)
	}
	within := make([]*node, len(children))
	var asked sync.WaitGroup
	for i, child := range children {
		asked.Go(func() { within[i], _ = child.walk(ctx, conn) })
	}
	asked.Wait()
	for _, child := range within {
		if child != nil {
			n.Children = append(n.Children, child)
		}
	}
	return n, ctx.Err()
}

// said is what is read out of it: its text with that of the objects within, or else its
// name.
func (n *node) said() string {
	var within []string
	for _, child := range n.Children {
		if s := child.said(); s != "" {
			within = append(within, s)
		}
	}
	text := strings.TrimSpace(strings.ReplaceAll(n.Text, "\ufffc", " "))
	switch all := strings.TrimSpace(text + " " + strings.Join(within, " ")); {
	case all != "":
		return all
	default:
		return n.Name
	}
}
