package app

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"
)

// A window that is closed while the app starts is no race.
func TestCloseWhileStarting(t *testing.T) {
	o := wire(New(Config{Data: t.TempDir(), Portal: nobody}))
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		for !o.app.BeforeClose() { // there is nothing to save yet
			runtime.Gosched()
		}
	}()
	o.app.Start(o.shell)
	t.Cleanup(o.app.Stop)
	<-closed
	if !o.shell.heard("closing", nil) {
		t.Error("the window is not asked")
	}
}

func TestBeforeClose(t *testing.T) {
	start := func() (*office, *shell) {
		o := wire(New(Config{}))
		o.app.shell = o.shell
		return o, o.shell
	}
	t.Run("VetoesOnceAndQuitsWhenFlushed", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o, s := start()
			if !o.app.BeforeClose() || !s.heard("closing", nil) {
				t.Fatal("closed without asking the window")
			}
			if !o.app.BeforeClose() {
				t.Fatal("a second press closes before the window has saved")
			}
			if s.quit() != 0 {
				t.Fatal("quits before the window has saved")
			}
			for range 2 {
				if err := o.window.Flushed(true); err != nil {
					t.Fatal(err)
				}
			}
			synctest.Wait()
			time.Sleep(2 * closeWait)
			synctest.Wait()
			if n := s.quit(); n != 1 {
				t.Errorf("quit %d times", n)
			}
			if o.app.BeforeClose() {
				t.Error("vetoed twice")
			}
		})
	})
	t.Run("QuitsWithoutAnAnswer", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o, s := start()
			o.app.BeforeClose()
			time.Sleep(closeWait - time.Millisecond)
			synctest.Wait()
			if s.quit() != 0 {
				t.Fatal("did not wait")
			}
			time.Sleep(2 * time.Millisecond)
			synctest.Wait()
			if err := o.window.Flushed(true); err != nil { // too late
				t.Fatal(err)
			}
			synctest.Wait()
			if n := s.quit(); n != 1 {
				t.Errorf("quit %d times", n)
			}
		})
	})
	t.Run("WaitsForASaveUnderWay", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o, s := start()
			o.app.BeforeClose()
			if err := o.window.Saving(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(saveWait - time.Millisecond)
			synctest.Wait()
			if s.quit() != 0 {
				t.Fatal("did not wait")
			}
			if err := o.window.Flushed(true); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if n := s.quit(); n != 1 {
				t.Errorf("quit %d times", n)
			}
		})
	})
	t.Run("StaysOpenWithWhatIsNotSaved", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			o, s := start()
			o.app.BeforeClose()
			if err := o.window.Flushed(false); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * saveWait)
			synctest.Wait()
			if s.quit() != 0 {
				t.Fatal("closed without what was typed")
			}
			if !o.app.BeforeClose() {
				t.Fatal("the next press is not asked about")
			}
			if err := o.window.Close(); err != nil { // the person wants it
				t.Fatal(err)
			}
			synctest.Wait()
			if o.app.BeforeClose() || s.quit() != 1 {
				t.Errorf("quit %d times", s.quit())
			}
			time.Sleep(2 * closeWait)
			synctest.Wait()
			if n := s.quit(); n != 1 {
				t.Errorf("quit %d times", n)
			}
		})
	})
	t.Run("FlushedUnasked", func(t *testing.T) {
		o, s := start()
		if err := o.window.Flushed(true); err != nil || s.quit() != 0 {
			t.Errorf("%v, quit %d times", err, s.quit())
		}
	})
	t.Run("BeforeStart", func(t *testing.T) {
		if New(Config{}).BeforeClose() {
			t.Error("vetoed with nobody to ask")
		}
	})
}

func TestSettings(t *testing.T) {
	data := t.TempDir()
	o := open(t, data, nobody, "")
	if got := must(o.window.Settings())(t); !got.same(Settings{Language: "fr", Theme: "system", Idle: 10, Keep: 30, Closing: closingAsk}) {
		t.Errorf("%+v", got)
	}
	want := Settings{Language: "en", Theme: "dark", Idle: 0, Keep: 0, Closing: closingFinish}
	if err := o.window.SaveSettings(want); err != nil {
		t.Fatal(err)
	}
	for _, s := range []Settings{{}, {Language: "de", Theme: "dark", Closing: closingAsk}, {Language: "fr", Theme: "pink", Closing: closingAsk}, {Language: "fr", Theme: "dark", Closing: closingAsk, Idle: -1}, {Language: "fr", Theme: "dark", Closing: closingAsk, Idle: 241}, {Language: "fr", Theme: "dark", Closing: "never"}, {Language: "fr", Theme: "dark", Closing: closingAsk, Keep: -1}} {
		fails(t, o.window.SaveSettings(s), desk.ErrInvalid)
	}
	o.app.Stop()
	if got := must(open(t, data, nobody, "").window.Settings())(t); !got.same(want) {
		t.Errorf("after a restart %+v", got)
	}
}

// A session that is locked masks the window, once each time; its end does not
// show it again.
func TestMaskedWithTheSession(t *testing.T) {
	locked := make(chan bool)
	a := New(Config{Data: t.TempDir(), Portal: nobody})
	a.presence = func(ctx context.Context, changed func(bool)) error {
		for {
			select {
			case <-ctx.Done():
				return nil
			case l := <-locked:
				changed(l)
			}
		}
	}
	o := wire(a)
	a.Start(o.shell)
	t.Cleanup(a.Stop)
	masks := func() (n int) {
		o.shell.mu.Lock()
		defer o.shell.mu.Unlock()
		for _, e := range o.shell.events {
			if e.name == "mask" {
				n++
			}
		}
		return n
	}
	for i, l := range []bool{true, false, true, false} {
		locked <- l
		await(t, "the window is told", func() bool { return masks() == i/2+1 })
	}
}
