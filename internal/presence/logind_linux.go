package presence

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

const (
	login1     = "org.freedesktop.login1"
	manager    = login1 + ".Manager"
	session    = login1 + ".Session"
	properties = "org.freedesktop.DBus.Properties"
	root       = dbus.ObjectPath("/org/freedesktop/login1")
)

// logind keeps the sessions of this PC. Whoever locks one raises its LockedHint,
// if it cares to; Lock and Unlock only ask for it.
type logind struct {
	owned
	w       *watcher
	session dbus.ObjectPath // ours
}

func newLogind(w *watcher) *logind { return &logind{owned: owned{name: login1}, w: w} }

// The rules are made before it is known which session is ours.
func (l *logind) rules() [][]dbus.MatchOption {
	from := func(more ...dbus.MatchOption) []dbus.MatchOption {
		return append(more, dbus.WithMatchSender(login1), dbus.WithMatchPathNamespace(root+"/session"))
	}
	return [][]dbus.MatchOption{
		from(dbus.WithMatchInterface(session), dbus.WithMatchMember("Lock")),
		from(dbus.WithMatchInterface(session), dbus.WithMatchMember("Unlock")),
		from(dbus.WithMatchInterface(properties), dbus.WithMatchMember("PropertiesChanged"), dbus.WithMatchArg(0, session)),
	}
}

func (l *logind) appears(ctx context.Context, conn *dbus.Conn) {
	l.session = l.ours(ctx, conn)
	l.look(ctx, conn)
}

// look asks whether our session is locked.
func (l *logind) look(ctx context.Context, conn *dbus.Conn) {
	locked := false
	if l.session != "" {
		v, at, err := l.property(ctx, conn, l.session, session, "LockedHint")
		locked, _ = v.(bool)
		if err == nil && !l.newer(at) {
			return
		}
	}
	l.w.say(conn.Context(), login1, locked)
}

// It is started anew now and then, and keeps the hints over that.
func (l *logind) leaves(context.Context) {}

func (l *logind) forget(ctx context.Context) { l.w.say(ctx, login1, false) }

func (l *logind) hears(ctx context.Context, conn *dbus.Conn, s *dbus.Signal) {
	if l.session == "" || s.Path != l.session {
		return
	}
	switch s.Name {
	case session + ".Lock":
		l.w.ask(ctx, true)
	case session + ".Unlock":
		l.w.ask(ctx, false)
	case properties + ".PropertiesChanged":
		var of string
		var changed map[string]dbus.Variant
		var unsaid []string
		if dbus.Store(s.Body, &of, &changed, &unsaid) != nil || of != session {
			return
		}
		if locked, ok := changed["LockedHint"].Value().(bool); ok && l.newer(s.Sequence) {
			l.w.say(ctx, login1, locked)
		}
		if slices.Contains(unsaid, "LockedHint") {
			l.w.meet(ctx, conn, l)
		}
	}
}

// ours finds our session: by its name, by our process, and for a program that
// the session's service manager has started, by the person's screen. The manager
// has a session of its own in newer systems, which is never locked.
func (l *logind) ours(ctx context.Context, conn *dbus.Conn) dbus.ObjectPath {
	ask := func(method string, arg any) (path dbus.ObjectPath, err error) {
		err = conn.Object(l.owner, root).CallWithContext(ctx, manager+"."+method, dbus.FlagNoAutoStart, arg).Store(&path)
		return path, err
	}
	for _, find := range []func() (dbus.ObjectPath, error){
		func() (dbus.ObjectPath, error) {
			if id := os.Getenv("XDG_SESSION_ID"); id != "" {
				return ask("GetSession", id)
			}
			return "", errors.New("it has no name")
		},
		func() (dbus.ObjectPath, error) { return ask("GetSessionByPID", uint32(os.Getpid())) },
		func() (dbus.ObjectPath, error) {
			user, err := ask("GetUser", uint32(os.Getuid()))
			if err != nil {
				return "", err
			}
			return l.screen(ctx, conn, user)
		},
	} {
		path, err := find()
		if err != nil {
			continue
		}
		class, _, err := l.property(ctx, conn, path, session, "Class")
		if name, _ := class.(string); err == nil && strings.HasPrefix(name, "user") {
			return path
		}
	}
	return ""
}

// screen is the session that a person has on a screen.
func (l *logind) screen(ctx context.Context, conn *dbus.Conn, user dbus.ObjectPath) (dbus.ObjectPath, error) {
	v, _, err := l.property(ctx, conn, user, login1+".User", "Display")
	if err != nil {
		return "", err
	}
	var id string
	var path dbus.ObjectPath
	if pair, ok := v.([]any); !ok || dbus.Store(pair, &id, &path) != nil || id == "" {
		return "", errors.New("the person has no screen")
	}
	return path, nil
}

func (l *logind) property(ctx context.Context, conn *dbus.Conn, path dbus.ObjectPath, of, name string) (any, dbus.Sequence, error) {
	var v dbus.Variant
	call := conn.Object(l.owner, path).CallWithContext(ctx, properties+".Get", dbus.FlagNoAutoStart, of, name)
	err := call.Store(&v)
	return v.Value(), call.ResponseSequence, err
}
