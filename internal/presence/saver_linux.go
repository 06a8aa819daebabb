package presence

import (
	"context"

	"github.com/godbus/dbus/v5"
)

// saver is a screen saver, of which each desktop has its own, with the same
// questions. Most of them lock; one that only hides the screen counts as well.
type saver struct {
	owned
	w    *watcher
	path dbus.ObjectPath
}

func savers(w *watcher) (all []service) {
	for name, path := range map[string]dbus.ObjectPath{
		"org.freedesktop.ScreenSaver": "/org/freedesktop/ScreenSaver",
		"org.gnome.ScreenSaver":       "/org/gnome/ScreenSaver",
		"org.mate.ScreenSaver":        "/org/mate/ScreenSaver",
		"org.cinnamon.ScreenSaver":    "/org/cinnamon/ScreenSaver",
		"org.xfce.ScreenSaver":        "/org/xfce/ScreenSaver",
	} {
		all = append(all, &saver{owned: owned{name: name}, w: w, path: path})
	}
	return all
}

// The path is not part of the rule: some say it at two of them, or at one of
// their own.
func (s *saver) rules() [][]dbus.MatchOption {
	return [][]dbus.MatchOption{{dbus.WithMatchSender(s.name), dbus.WithMatchInterface(s.name), dbus.WithMatchMember("ActiveChanged")}}
}

func (s *saver) appears(ctx context.Context, conn *dbus.Conn) {
	var active bool
	call := conn.Object(s.owner, s.path).CallWithContext(ctx, s.name+".GetActive", dbus.FlagNoAutoStart)
	err := call.Store(&active)
	s.newer(call.ResponseSequence)
	s.w.say(conn.Context(), s.name, err == nil && active)
}

// A screen saver that ended hides nothing.
func (s *saver) leaves(ctx context.Context) { s.w.say(ctx, s.name, false) }

func (s *saver) forget(ctx context.Context) { s.w.say(ctx, s.name, false) }

func (s *saver) hears(ctx context.Context, _ *dbus.Conn, signal *dbus.Signal) {
	if signal.Name != s.name+".ActiveChanged" || len(signal.Body) != 1 {
		return
	}
	if active, ok := signal.Body[0].(bool); ok && s.newer(signal.Sequence) {
		s.w.say(ctx, s.name, active)
	}
}
