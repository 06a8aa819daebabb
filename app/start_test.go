package app

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/launch"
	"guichet/internal/portald"
	"guichet/internal/session"

	"go.uber.org/goleak"
)

func TestStartProblems(t *testing.T) {
	t.Run("InUse", func(t *testing.T) {
		data := t.TempDir()
		first := open(t, data, nobody, "")
		id, _ := first.write(t, content())

		second := wire(New(Config{Data: data, Portal: nobody}))
		second.app.Start(second.shell)
		t.Cleanup(second.app.Stop)
		for range 3 {
			_, err := second.drafts.List()
			fails(t, err, desk.ErrInUse)
		}
		first.app.Stop()
		if _, err := second.drafts.List(); err != nil { // « Réessayer » is the same call
			t.Fatalf("not usable again: %v", err)
		}
		if d := must(second.drafts.Open(id))(t); d.ID != id {
			t.Errorf("%+v", d)
		}
		second.write(t, content())
	})
	t.Run("TooNew", func(t *testing.T) {
		unchanged(t, desk.ErrTooNew, func(t *testing.T, path string) {
			db, err := sql.Open("sqlite", path)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			for _, q := range []string{"PRAGMA user_version=99", "PRAGMA wal_checkpoint(TRUNCATE)"} {
				if _, err := db.ExecContext(t.Context(), q); err != nil {
					t.Fatal(err)
				}
			}
		})
	})
	t.Run("AnotherProgramsDatabase", func(t *testing.T) {
		unchanged(t, desk.ErrDamaged, func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			db, err := sql.Open("sqlite", path)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.ExecContext(t.Context(), "CREATE TABLE theirs (a); PRAGMA application_id=7"); err != nil {
				t.Fatal(err)
			}
		})
	})
	t.Run("ReadOnly", func(t *testing.T) { // a file stands where the folder should
		data := filepath.Join(t.TempDir(), "Guichet")
		put(t, data, []byte("x"))
		o := open(t, data, nobody, "")
		_, err := o.drafts.List()
		fails(t, err, desk.ErrReadOnly)
		if body, err := os.ReadFile(data); err != nil || string(body) != "x" {
			t.Errorf("%q, %v", body, err)
		}
	})
	t.Run("AFolderThatNobodyCanClaim", func(t *testing.T) {
		data := filepath.Join(t.TempDir(), "Guichet")
		put(t, data, []byte("x"))
		o := wire(New(Config{Data: data, Portal: nobody}))
		done, err := o.app.claim(launch.Message{})
		if err != nil || done == nil {
			t.Fatalf("no window says why: %v", err)
		}
		o.app.Start(o.shell)
		t.Cleanup(done)
		t.Cleanup(o.app.Stop)
		_, err = o.drafts.List()
		fails(t, err, desk.ErrReadOnly)
	})
	t.Run("EveryCallSaysWhy", func(t *testing.T) {
		data := filepath.Join(t.TempDir(), "Guichet")
		put(t, data, nil)
		o := open(t, data, nobody, "")
		for name, call := range map[string]func() error{
			"Create": func() error { _, err := o.drafts.Create(content()); return err },
			"Save": func() error {
				_, err := o.drafts.Save("0198c1de-0000-7000-8000-000000000000", 0, content())
				return err
			},
			"Requests": func() error { _, err := o.requests.Outbox(); return err },
			"State":    func() error { _, err := o.session.State(); return err },
			"Settings": func() error { _, err := o.window.Settings(); return err },
			"SendNow":  o.outbox.SendNow,
			"Current":  func() error { _, err := o.catalogues.Current(); return err },
		} {
			if err := call(); err == nil {
				t.Errorf("%s works without a store", name)
			} else {
				fails(t, err, desk.ErrReadOnly)
			}
		}
		if w := o.served("GET", "/files/0198c1de-0000-7000-8000-000000000000/thumb", nil); w.Code != 503 {
			t.Errorf("thumb answered %d", w.Code)
		}
	})
}

// unchanged starts an app on a database that it cannot use, and holds that it
// says so and lets it be.
func unchanged(t *testing.T, want *desk.Error, spoil func(t *testing.T, path string)) {
	t.Helper()
	data := t.TempDir()
	o := open(t, data, nobody, "")
	o.write(t, content())
	o.app.Stop()
	path := filepath.Join(data, "guichet.db")
	spoil(t, path)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	o = open(t, data, nobody, "")
	_, err = o.drafts.List()
	fails(t, err, want)
	o.app.Stop()
	after, err := os.ReadFile(path)
	if err != nil || string(after) != string(before) {
		t.Errorf("%d bytes became %d, %v", len(before), len(after), err)
	}
}

// Stop leaves no goroutine, whatever was under way. The portal is stopped too before
// that is looked at: its own start goes on for seconds behind its first answer.
func TestStop(t *testing.T) {
	for name, do := range map[string]func(t *testing.T, o *office){
		"Online": func(t *testing.T, o *office) {
			o.known(t)
			id, revision := o.write(t, content())
			must(o.drafts.Submit(id, revision))(t)
			o.received(t, id)
			await(t, "the inbox has asked", func() bool { return must(o.outbox.State())(t).Connection == "online" })
		},
		"AtOnce": func(*testing.T, *office) {},
		"InAnUpload": func(t *testing.T, o *office) {
			id, _ := o.write(t, content())
			_, content := pdf(t, "a.pdf", 9000)
			o.piece(t, o.offered(t, id, "a.pdf", content), 0, content[:8000], 200)
		},
		"Twice": func(_ *testing.T, o *office) { o.app.Stop() },
	} {
		t.Run(name, func(t *testing.T) {
			before := append([]goleak.Option{goleak.IgnoreCurrent()}, notOurs...)
			p := portald.Run(t, nil)
			o := wire(New(Config{Data: t.TempDir(), Portal: p.URL, Provider: session.NewBearer(p.Token(claire)), SignIn: true}))
			o.app.Start(o.shell)
			do(t, o)
			o.app.Stop()
			p.End()
			goleak.VerifyNone(t, before...)
		})
	}
	t.Run("NeverStarted", func(*testing.T) { New(Config{}).Stop() })
	t.Run("ACallAfterwardsIsAnError", func(t *testing.T) {
		o := alone(t)
		o.app.Stop()
		if _, err := o.drafts.List(); err == nil {
			t.Error("no error")
		}
	})
}

// The host may have something to say while the app starts.
func TestHostLogWhileStarting(t *testing.T) {
	o := wire(New(Config{Data: t.TempDir(), Portal: nobody}))
	t.Cleanup(o.app.Stop)
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		for ctx.Err() == nil {
			o.app.HostLog().Warning("a word of the host")
		}
	})
	o.app.Start(o.shell)
	cancel()
	group.Wait()
}

// Where no window can be shown it is said, and the folder is left to whoever can.
func TestNoDisplay(t *testing.T) {
	shown := CanShow
	t.Cleanup(func() { CanShow = shown })
	CanShow = func() bool { return false }
	data := t.TempDir()
	if a, _, code := Main([]string{"guichet", "--data=" + data, "--new"}, "1.0.0"); a != nil || code != 1 {
		t.Errorf("it goes on, or ends with %d", code)
	}
	if err := launch.Gone(t.Context(), data); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(updateFolder(data)); err == nil {
		t.Error("an update was looked for")
	}
}
