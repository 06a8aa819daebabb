package app

import (
	"context"
	"errors"
	"time"

	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/seal"
	"guichet/internal/seal/keyring"
	"guichet/internal/sqlite"
)

// keyringWait is how long one question to the system's keyring may take.
const keyringWait = 5 * time.Second

// noKeyring is a system without one, and a desk that is not to use it.
type noKeyring struct{}

func (noKeyring) Get(context.Context, string) ([]byte, error) { return nil, keyring.ErrNone }
func (noKeyring) Set(context.Context, string, []byte) error   { return keyring.ErrNone }
func (noKeyring) Delete(context.Context, string) error        { return keyring.ErrNone }

// openKeys opens the keys of the data folder, which is ours by now. A keyring
// that does not answer stops a desk whose rows it seals, and no other: that one
// goes on unsealed, and says so.
func (a *App) openKeys() (privacy.Sealer, error) {
	keys := a.keys.Load()
	if keys == nil || !a.recovered {
		var err error
		if keys, err = seal.Open(a.ctx, a.cfg.Data, a.cfg.Keyring); err != nil {
			return nil, err
		}
		a.keys.Store(keys)
	}
	if keys.Repaired() {
		a.log.Warn().Msg("keys repaired from their copy")
	}
	err := keys.Enrol(a.ctx, "")
	a.silent = errors.Is(err, desk.ErrKeyring) && !keys.Sealed()
	a.plain = !keys.Sealed()
	if a.silent {
		a.log.Warn().Str("error", safe(err)).Msg("keyring does not answer")
		err = nil
	}
	return keys, err
}

// enrolOwners opens the keys of whoever has anything here. One that cannot be had
// locks its person out, and stops nobody else; nor does a list that cannot be
// read, since whoever signs in is enrolled then.
func (a *App) enrolOwners() {
	if a.plain {
		return
	}
	owners, err := a.store.Owners(a.ctx)
	if err != nil {
		a.log.Error().Str("error", safe(err)).Msg("list owners")
	}
	a.roster.owners = owners
	for _, person := range owners {
		if err := a.keys.Load().Enrol(a.ctx, person); err != nil {
			a.log.Error().Str("error", safe(err)).Msg("key of a person")
		}
	}
}

// enrol gives a person a key, if keys are used here. A keyring that was silent or
// not there at the start is not asked again before the next one: sealing would begin
// with whoever comes, and nothing could be saved of those who have no key yet.
func (a *App) enrol(ctx context.Context, person string) error {
	if a.plain {
		return nil
	}
	return a.keys.Load().Enrol(ctx, person)
}

// sealRows seals what rows have held since before there was a keyring.
func (a *App) sealRows(ctx context.Context) error {
	if !a.keys.Load().Sealed() {
		return nil
	}
	n, err := a.store.Reseal(ctx)
	if n > 0 {
		a.log.Info().Int("values", n).Msg("sealed what was plain")
	}
	return err
}

// sealFiles seals stored bytes that are plain, and removes the plain ones. Whoever
// has their name and opens them later asks for the new one (openStored). It opens
// every file; once it is done no further one is stored plain.
func (a *App) sealFiles(ctx context.Context) (done bool, err error) {
	if !a.keys.Load().Sealed() {
		return false, nil
	}
	files, err := a.store.StoredFiles(ctx)
	if err != nil {
		return false, err
	}
	var errs []error
	for _, f := range files {
		name, err := a.files.Reseal(ctx, f.Person, f.File)
		if err != nil || name == "" {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, a.exchange(ctx, f, name))
	}
	err = errors.Join(errs...)
	return err == nil, err
}

// exchange gives the rows of stored bytes the name of those that took their
// place, and removes the old ones, or the new ones if no row names them any more.
func (a *App) exchange(ctx context.Context, f sqlite.StoredFile, name string) error {
	defer a.files.Settled(name)
	a.filing.Lock()
	defer a.filing.Unlock()
	err := a.store.SwapStored(ctx, f.Person, f.File.Stored, name)
	if errors.Is(err, desk.ErrNotFound) {
		return a.files.Remove(ctx, name)
	}
	if err != nil {
		return err
	}
	named, err := a.store.Named(ctx, f.File.Stored)
	if err != nil || named { // by somebody else's rows too
		return err
	}
	return a.files.Remove(ctx, f.File.Stored)
}

// State tells how what is stored is protected.
func (x *Keyring) State() (out Keys, err error) {
	defer x.a.guard("Keyring.State", &err)
	if err := x.a.begin(); err != nil {
		return out, err
	}
	keys := x.a.keys.Load()
	me := x.a.me().ID
	return Keys{Sealed: keys.Sealed(), Silent: x.a.silent, Recovery: keys.HasRecovery() && keys.Recoverable(me)}, nil
}

// NewCode makes a recovery code to be written down. It holds once UseCode has been
// called with it.
func (x *Keyring) NewCode() (code string, err error) {
	defer x.a.guard("Keyring.NewCode", &err)
	if err := x.a.begin(); err != nil {
		return "", err
	}
	return seal.NewCode().Reveal(), nil
}

// UseCode makes a code the recovery code of this PC and of the person at the desk;
// "wrong-code" if it is mistyped. What is behind the PIN of somebody else it does not
// open.
func (x *Keyring) UseCode(code string) (err error) {
	defer x.a.guard("Keyring.UseCode", &err)
	if err := x.a.begin(); err != nil {
		return err
	}
	if err := x.a.keys.Load().UseRecovery(x.a.ctx, code, x.a.me().ID); err != nil {
		return err
	}
	x.a.changed("keys")
	return nil
}

// Recover brings lost keys back with the recovery code, while nothing else can be
// done because of them. The next call opens the desk. Where the keyring cannot
// take them they are open until the program ends.
func (x *Keyring) Recover(code string) (err error) {
	defer x.a.guard("Keyring.Recover", &err)
	err = x.a.begin()
	if err != nil && !errors.Is(err, desk.ErrKeyLost) && !errors.Is(err, desk.ErrKeyring) {
		return err
	}
	keys := x.a.keys.Load()
	if keys == nil {
		return desk.ErrInternal
	}
	opened, err := keys.Recover(x.a.ctx, code)
	if len(opened) > 0 && errors.Is(err, desk.ErrKeyring) {
		x.a.opening.Lock()
		x.a.recovered, err = true, nil
		x.a.opening.Unlock()
	}
	return err
}
