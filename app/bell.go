package app

import (
	"slices"

	"guichet/internal/desk"
)

// Notices lists what the person is told, the newest first.
func (x *Bell) Notices() (out []Notice, err error) {
	defer x.a.guard("Bell.Notices", &err)
	if err := x.a.begin(); err != nil {
		return nil, err
	}
	notices, err := x.a.store.Notices(x.a.ctx, x.a.me().ID)
	if err != nil {
		return nil, err
	}
	return each(notices, noticeOf), nil
}

// Read notes that the person has seen what they are told up to seq.
func (x *Bell) Read(seq int64) (err error) {
	defer x.a.guard("Bell.Read", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	defer x.a.changed("notices")
	return x.a.store.ReadNotices(x.a.ctx, x.a.me().ID, seq, x.a.Now())
}

// maxNotice bounds the texts of Bell.Show, in bytes: they have a number and a kind.
const maxNotice = 200

// Show has the system show a notice, in the window's words: which request, by its
// number, and what kind of news, and nothing of what it is about. A press on it
// leads to the request. The kinds that the person has switched off are not shown.
func (x *Bell) Show(seq int64, title, body string) (err error) {
	defer x.a.guard("Bell.Show", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	if len(title) > maxNotice || len(body) > maxNotice {
		return desk.ErrInvalid
	}
	notices, err := x.a.store.Notices(x.a.ctx, x.a.me().ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(notices, func(n desk.Notice) bool { return n.Seq == seq })
	if i < 0 {
		return desk.ErrNotFound
	}
	settings, err := x.a.settings(x.a.ctx)
	if err != nil || notices[i].Read || slices.Contains(settings.Quiet, string(notices[i].Kind)) {
		return err
	}
	if err := x.a.shell.Notify(notices[i].Request, title, body); err != nil {
		x.a.log.Info().Str("error", safe(err)).Msg("no notification")
	}
	return nil
}

// told passes on what the portal brought a person: the bell has it, and the window
// is asked for the words of what the system is to show.
func (a *App) told(person string, notices []desk.Notice) {
	a.changed("notices")
	if person != a.me().ID {
		return
	}
	for _, n := range notices {
		a.shell.Emit("told", noticeOf(n))
	}
}

func noticeOf(n desk.Notice) Notice {
	return Notice{Seq: n.Seq, Request: n.Request, Number: n.Number, Kind: string(n.Kind), Status: string(n.Status), At: stamp(n.At), Read: n.Read}
}
