package app

import (
	"context"
	"errors"
	"time"

	"guichet/internal/sqlite"
)

// upkeep is when the store is looked after.
type upkeep struct {
	first time.Duration // after the start, when the window has had time to come up
	every time.Duration
	pause time.Duration // between two mendings: a disk that is dying gives no rest
}

func usualUpkeep() upkeep {
	return upkeep{first: 10 * time.Second, every: time.Hour, pause: time.Minute}
}

// lookAfterStore checks the store once if it was not closed the last time, and
// then, over and over, drops what was thrown away long ago, makes the backup of
// the day and keeps the ballast. What fails is tried again the next time.
func (a *App) lookAfterStore(ctx context.Context) {
	if !sleep(ctx, a.upkeep.first) {
		return
	}
	if a.store.Unclean() {
		a.report(ctx, "check store", a.store.Check(ctx))
	}
	for filesSealed := false; ; {
		a.report(ctx, "seal rows", a.sealRows(ctx))
		if !filesSealed {
			var err error
			filesSealed, err = a.sealFiles(ctx)
			a.report(ctx, "seal files", err)
		}
		a.report(ctx, "tidy", a.tidy(ctx))
		made, err := a.store.Backup(ctx, a.Now())
		a.report(ctx, "back up store", err)
		if made {
			a.log.Info().Msg("store backed up")
		}
		a.report(ctx, "keep ballast", a.store.KeepBallast(ctx))
		if !sleep(ctx, a.upkeep.every) {
			return
		}
	}
}

func (a *App) report(ctx context.Context, op string, err error) {
	if err != nil && ctx.Err() == nil {
		a.log.Error().Str("error", safe(err)).Msg(op)
	}
}

// sleep waits; false when ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// tidy drops what was thrown away long ago, gives up copies and sweeps orphaned bytes. Where a
// damage has cost rows, bytes without one are kept as long as the damaged file:
// somebody may put them together.
func (a *App) tidy(ctx context.Context) error {
	a.filing.Lock()
	defer a.filing.Unlock()
	before, err := a.store.StoredNames(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(a.store.Purge(ctx, a.Now()), a.releaseFiles(ctx)); err != nil {
		return err
	}
	names, err := a.store.StoredNames(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for name := range before {
		if !names[name] {
			errs = append(errs, a.files.Remove(ctx, name))
		}
	}
	lost, err := a.store.LostSomething(ctx)
	if err == nil && a.Now().Sub(lost) > sqlite.KeptAside {
		// A file younger than an hour may be on its way to its row.
		_, err = a.files.Sweep(names, a.Now(), time.Hour)
	}
	return errors.Join(append(errs, err)...)
}

// releaseFiles gives up the copies of files that the portal has had long enough, as
// each person has chosen.
func (a *App) releaseFiles(ctx context.Context) error {
	owners, err := a.store.FileOwners(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, person := range owners {
		days, err := a.keepDays(ctx, person)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if days == 0 {
			continue
		}
		now := a.Now()
		n, err := a.store.ReleaseFiles(ctx, person, now.AddDate(0, 0, -days), now)
		errs = append(errs, err)
		if n > 0 {
			a.log.Info().Int64("files", n).Msg("copies given up")
			a.changed("requests")
		}
	}
	return errors.Join(errs...)
}

// watchStore mends the store whenever it is found to be damaged. As long as it
// is shut because that failed, it tries again after each pause: nothing is sent
// meanwhile, and the window may be in the background and make no call.
func (a *App) watchStore(ctx context.Context) {
	for shut := false; ; {
		damaged := false
		if !shut {
			select {
			case <-ctx.Done():
				return
			case <-a.store.Damaged():
				damaged = true
			}
		}
		a.opening.Lock()
		if ctx.Err() == nil && (damaged || a.openErr != nil) { // a call may have mended it
			a.mend()
		}
		shut = a.openErr != nil
		a.opening.Unlock()
		if !sleep(ctx, a.upkeep.pause) {
			return
		}
	}
}

// mend mends the store; the caller holds a.opening, so that calls wait for it.
// If there is no room for a new one, every call says so, and tries again.
func (a *App) mend() {
	defer func() { a.triedAt = a.Now() }()
	if a.openErr == nil {
		a.log.Error().Msg("store damaged")
	}
	if a.openErr = a.store.Mend(a.ctx); a.openErr != nil {
		a.log.Error().Str("error", safe(a.openErr)).Msg("store not mended")
		return
	}
	if n, err := a.store.Recovered(a.ctx); err == nil {
		a.log.Warn().Int("drafts", n.Drafts).Int("requests", n.Requests).Int("waiting", n.Waiting).Int("files", n.Files).
			Int("backup", n.FromBackup).Int("reopened", n.Reopened).Int("lost", n.Lost).Int("gaps", n.Gaps).Msg("store mended")
	}
	p, _ := a.session.Person()
	a.inbox.SetPerson(p.ID) // it asks for everything again, if something was lost
	a.outbox.Wake()
	a.changed("recovered", "drafts", "requests", "status", "catalogue")
}

// Recovered tells what became of a damaged database, until that was seen.
func (x *Window) Recovered() (out Recovered, err error) {
	defer x.a.guard("Window.Recovered", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	n, err := x.a.store.Recovered(x.a.ctx)
	if err != nil {
		return out, err
	}
	return Recovered{
		At: stamp(n.At), Drafts: n.Drafts, Requests: n.Requests, Waiting: n.Waiting, Files: n.Files, FromBackup: n.FromBackup,
		BackupAt: stamp(n.BackupAt), Reopened: n.Reopened, Lost: n.Lost, Gaps: n.Gaps, Folder: n.Folder,
	}, nil
}

// RecoveredSeen takes that notice away.
func (x *Window) RecoveredSeen() (err error) {
	defer x.a.guard("Window.RecoveredSeen", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	return x.a.store.RecoveredSeen(x.a.ctx)
}
