package app

import "guichet/internal/desk"

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
	return each(notices, func(n desk.Notice) Notice {
		return Notice{Seq: n.Seq, Request: n.Request, Number: n.Number, Kind: string(n.Kind), Status: string(n.Status), At: stamp(n.At), Read: n.Read}
	}), nil
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

// told passes on what the portal brought a person: by the bell, and by the system
// for the kinds that they have not switched off.
func (a *App) told(person string, notices []desk.Notice) {
	a.changed("notices")
}
