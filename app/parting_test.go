package app

import (
	"context"
	"testing"
	"time"

	"guichet/internal/launch"
	"guichet/internal/portald"
	"guichet/internal/presence"
)

// parted is a desk whose portal does not answer, with one request that waits, at the
// moment at which everything typed is saved and the window is to close.
func parted(t *testing.T) (*office, *portald.Twin) {
	t.Helper()
	o, p := desktop(t)
	o.app.parting.look = time.Millisecond
	p.Down()
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	return o, p
}

func (o *office) quits(t *testing.T) {
	t.Helper()
	await(t, "the program ends", func() bool { return o.shell.quit() == 1 })
}

func (o *office) press(t *testing.T) {
	t.Helper()
	if !o.app.BeforeClose() {
		t.Fatal("closed without saving")
	}
	if err := o.window.Flushed(true); err != nil {
		t.Fatal(err)
	}
}

func TestParting(t *testing.T) {
	t.Run("NothingWaits", func(t *testing.T) {
		o, _ := desktop(t)
		o.press(t)
		o.quits(t)
	})
	t.Run("AsksOverWhatWaits", func(t *testing.T) {
		o, _ := parted(t)
		o.press(t)
		await(t, "it is asked", func() bool { return o.shell.heard("parting", 1) })
		if o.shell.quit() != 0 {
			t.Error("it ends without an answer")
		}
		if err := o.window.Close(); err != nil {
			t.Fatal(err)
		}
		o.quits(t)
	})
	t.Run("FinishesWithoutAWindow", func(t *testing.T) {
		o, p := parted(t)
		for range 2 {
			if err := o.launch.Finish(); err != nil {
				t.Fatal(err)
			}
		}
		if !o.shell.heard("hidden", nil) || o.shell.quit() != 0 {
			t.Fatal("the window is there, or the program ends with what waits")
		}
		p.Up()
		must(0, o.outbox.SendNow())(t)
		o.quits(t)
		if n := must(o.outbox.State())(t).Waiting; n != 0 {
			t.Errorf("it has ended while %d wait", n)
		}
	})
	t.Run("ComesBack", func(t *testing.T) {
		o, p := parted(t)
		if err := o.launch.Finish(); err != nil {
			t.Fatal(err)
		}
		o.app.ComeBack()
		p.Up()
		must(0, o.outbox.SendNow())(t)
		await(t, "it has left", func() bool { return must(o.outbox.State())(t).Waiting == 0 })
		o.app.Stop() // which waits for the loops
		if !o.shell.heard("raised", nil) || o.shell.quit() != 0 {
			t.Error("a window that was wanted back has closed")
		}
	})
	t.Run("GivesUpInTheEnd", func(t *testing.T) {
		o, _ := parted(t)
		o.app.parting.longest = time.Millisecond
		if err := o.launch.Finish(); err != nil {
			t.Fatal(err)
		}
		o.quits(t)
	})
	t.Run("WithoutAQuestionFromNowOn", func(t *testing.T) {
		o, _ := parted(t)
		s := must(o.window.Settings())(t)
		s.Closing = closingFinish
		if err := o.window.SaveSettings(s); err != nil {
			t.Fatal(err)
		}
		o.press(t)
		await(t, "the window is hidden", func() bool { return o.shell.heard("hidden", nil) })
		if o.shell.heard("parting", 1) {
			t.Error("it is asked all the same")
		}
	})
	t.Run("UnaskedByTheSystem", func(t *testing.T) {
		o, _ := parted(t)
		o.app.CloseUnasked()
		if err := o.window.Flushed(true); err != nil {
			t.Fatal(err)
		}
		o.quits(t)
	})
	t.Run("WhoStaysIsAskedTheNextTime", func(t *testing.T) {
		o, _ := parted(t)
		o.app.CloseUnasked()
		if err := o.window.Flushed(false); err != nil { // what could not be saved keeps the window
			t.Fatal(err)
		}
		o.press(t)
		await(t, "it is asked", func() bool { return o.shell.heard("parting", 1) })
	})
	t.Run("LaterStartsAreTheNextProgramsWhileItCloses", func(t *testing.T) {
		o, _ := parted(t)
		takes := func() bool { return o.app.Started(launch.Message{Args: []string{"--new"}}) }
		if !takes() {
			t.Error("not taken by an open window")
		}
		if !o.app.BeforeClose() || takes() {
			t.Error("taken while the window saves what was typed")
		}
		if err := o.window.Flushed(true); err != nil {
			t.Fatal(err)
		}
		await(t, "it is asked", func() bool { return o.shell.heard("parting", 1) })
		await(t, "who is asked takes it", takes)
		if err := o.window.Close(); err != nil {
			t.Fatal(err)
		}
		o.quits(t)
		if takes() || !o.app.Started(launch.Message{Quit: true}) {
			t.Error("taken by a program that ends, or what wants it to end is not")
		}
	})
	t.Run("WhatCannotLeaveAsksNothing", func(t *testing.T) {
		o, _ := parted(t)
		if err := o.session.SignOut(must(o.session.State())(t).ID); err != nil {
			t.Fatal(err)
		}
		o.press(t)
		o.quits(t)
	})
}

// Before the PC sleeps or ends the window saves what was just typed, and is waited for a
// little.
func TestEnding(t *testing.T) {
	a := New(Config{})
	o := wire(a)
	a.shell, a.ctx = o.shell, t.Context()
	waited := make(chan struct{})
	a.ending = func(_ context.Context, ending func(presence.End)) error {
		ending(presence.Sleeps)
		close(waited)
		return nil
	}
	o.shell.emit = func(e event) {
		if e.name == "save" {
			go func() {
				for range 2 { // a second word changes nothing
					if err := o.launch.Saved(); err != nil {
						t.Error(err)
					}
				}
			}()
		}
	}
	begin := time.Now()
	a.followEnd(t.Context())
	<-waited
	if spent := time.Since(begin); spent >= endWait {
		t.Errorf("the window's word is not heard: %v", spent)
	}
	o.shell.emit = nil // a window that says nothing
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a.saveNow(ctx)
}
