package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"guichet/internal/desk"
	"guichet/internal/paper"
	"guichet/internal/privacy"
	"guichet/internal/settings"
)

// runSelfTest tries what Guichet needs of a PC, with the real parts, in a folder of its
// own: nothing is sent, and nothing of anybody's is touched.
func runSelfTest(c console, _ Order) int {
	dir, err := os.MkdirTemp("", "guichet-self-test-")
	if err != nil {
		return c.fail(1, settings.Text{FR: "Pas de dossier temporaire : %v", EN: "No temporary folder: %v"}, err)
	}
	defer os.RemoveAll(dir)
	t := &trial{dir: filepath.Join(dir, "data"), aside: dir}
	defer t.close()
	for _, step := range []struct {
		name string
		try  func(*trial) error
	}{
		{"store", (*trial).open}, {"write", (*trial).write}, {"file", (*trial).file}, {"guard", (*trial).guard},
		{"reopen", (*trial).reopen}, {"read", (*trial).read}, {"check", (*trial).check},
	} {
		begin := time.Now()
		if err := step.try(t); err != nil {
			fmt.Fprintf(c.out, "%-8s %s\n", step.name, safe(err))
			return c.fail(1, settings.Text{FR: "Ce poste ne convient pas : essai « %s » manqué.", EN: "This PC will not do: the trial \"%s\" failed."}, step.name)
		}
		fmt.Fprintf(c.out, "%-8s ok %6d ms\n", step.name, time.Since(begin).Milliseconds())
	}
	return 0
}

// trial is a desk at which nobody sits.
type trial struct {
	dir, aside string
	app        *App
	draft      Draft
	said       Content
}

func (t *trial) open() error {
	t.app = New(Config{Data: t.dir})
	t.app.Start(noShell{})
	return t.app.begin()
}

func (t *trial) close() {
	if t.app != nil {
		t.app.Stop()
		t.app = nil
	}
}

// write saves a draft again and again, as typing does.
func (t *trial) write() (err error) {
	x := &Drafts{t.app}
	t.said = Content{Road: "form", Values: map[string]string{desk.KeySubject: "self-test"}}
	if t.draft, err = x.Create(t.said); err != nil {
		return err
	}
	for n := range int64(20) {
		t.said.Values[desk.KeyDescription] = fmt.Sprint("revision ", n)
		if _, err := x.Save(t.draft.ID, n, t.said); err != nil {
			return err
		}
	}
	return nil
}

// file has a file looked at by the child that reads, and attached.
func (t *trial) file() error {
	token, s, err := t.look("self-test.txt", []byte("self-test "+rand.Text()+"\n"))
	if err != nil {
		return err
	}
	if len(s.Findings) > 0 {
		return errors.New("the guard sees what is not there")
	}
	stored, err := (&Files{t.app}).Confirm(t.draft.ID, []string{token}, "self-test", nil)
	if err == nil && len(stored.Files) != 1 {
		err = errors.New("the file was not attached")
	}
	return err
}

// guard has it find a number in a PDF. What reads PDF is compiled for that first, which
// takes seconds where nobody has done it before.
func (t *trial) guard() error {
	const iban = "FR14 2004 1010 0505 0001 3M02 606" // an example of the standard
	var file bytes.Buffer
	err := paper.PDF(&file, paper.Sheet{Lang: "en", Title: "self-test", Made: time.Now(), Fields: []paper.Field{{Label: "IBAN", Value: iban}}})
	if err == nil {
		err = t.app.reader.Warm(t.app.ctx)
	}
	if err != nil {
		return err
	}
	_, s, err := t.look("self-test.pdf", file.Bytes())
	if err == nil && !slices.ContainsFunc(s.Findings, func(f Finding) bool { return f.Kind == string(privacy.KindIBAN) }) {
		err = errors.New("the guard does not see what is in a PDF")
	}
	return err
}

// look has the child that reads look at a file.
func (t *trial) look(name string, body []byte) (token string, s Screened, err error) {
	path := filepath.Join(t.aside, name)
	if err := os.WriteFile(path, body, 0o600); err != nil {
		return "", s, err
	}
	looked, err := (&Files{t.app}).Look(t.draft.ID, []string{path})
	if err != nil {
		return "", s, err
	}
	token = looked[0].Token
	if s, err = (&Guard{t.app}).Screen(token); err == nil && len(s.Unread) > 0 {
		err = fmt.Errorf("the file was not looked at: %s", s.Unread[0].Reason)
	}
	return token, s, err
}

func (t *trial) reopen() error {
	t.close()
	return t.open()
}

func (t *trial) read() error {
	d, err := (&Drafts{t.app}).Open(t.draft.ID)
	switch {
	case err != nil:
		return err
	case d.Content.Values[desk.KeyDescription] != t.said.Values[desk.KeyDescription] || len(d.Files) != 1:
		return errors.New("what was written is not what is read")
	}
	return nil
}

func (t *trial) check() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return t.app.store.Check(ctx)
}

// noShell is no window.
type noShell struct{}

func (noShell) Emit(string, ...any)                     {}
func (noShell) PickFiles(string) ([]string, error)      { return nil, nil }
func (noShell) SaveFile(string, string) (string, error) { return "", nil }
func (noShell) OpenURL(string) error                    { return errors.ErrUnsupported }
func (noShell) OpenFile(string) error                   { return errors.ErrUnsupported }
func (noShell) Notify(string, string, string) error     { return errors.ErrUnsupported }
func (noShell) Print()                                  {}
func (noShell) Hide()                                   {}
func (noShell) Raise()                                  {}
func (noShell) Quit()                                   {}
