package inbox_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/desk"
	"guichet/internal/inbox"
)

var errDisk = errors.New("disk")

// The first question does not wait, the next ones wait for news, and each
// begins where the last answer ended.
func TestLongPoll(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.wantQuestions(t) // nobody is at the desk
		w.portal.news["claire"] = []string{"1", "2"}
		w.person("claire")
		w.wantQuestions(t, "claire: wait 0s at 0s", "claire:2 wait 25s at 0s")
		w.wantApplied(t, 1, "claire 2: 1 2")
		pass(10 * time.Second)
		w.wantQuestions(t)
		w.news("paul", "9") // somebody else's
		w.wantQuestions(t)
		w.news("claire", "3")
		w.wantQuestions(t, "claire:3 wait 25s at 10s")
		w.wantApplied(t, 2, "claire 2: 1 2", "claire 3: 3")
		pass(25 * time.Second) // nothing new: asked again at once, nothing is stored or told
		w.wantQuestions(t, "claire:3 wait 25s at 35s")
		w.wantApplied(t, 2, "claire 2: 1 2", "claire 3: 3")
	})
}

// A new inbox goes on where the stored cursor stands.
func TestCursorStored(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.store.cursors["claire"] = "1"
		w.portal.news["claire"] = []string{"1", "2"}
		w.person("claire")
		w.wantQuestions(t, "claire:1 wait 25s at 0s", "claire:2 wait 25s at 0s")
		w.wantApplied(t, 1, "claire 2: 2")
	})
}

// Behind news the next question rests a little: what comes meanwhile comes at
// once, and a full outbox that empties does not bring a question each.
func TestPace(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.Pace = 500 * time.Millisecond
		w.store.cursors["claire"] = "1"
		w.portal.news["claire"] = []string{"1", "2"}
		w.person("claire")
		w.wantQuestions(t, "claire:1 wait 25s at 0s")
		time.Sleep(w.Pace)
		synctest.Wait()
		w.wantQuestions(t, "claire:2 wait 25s at 500ms")
	})
}

// A long list comes in pages, each stored before the next is asked for.
func TestMore(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.portal.news["claire"], w.portal.page = []string{"1", "2", "3", "4", "5"}, 2
		w.person("claire")
		w.wantQuestions(t, "claire: wait 0s at 0s", "claire:2 wait 0s at 0s", "claire:4 wait 0s at 0s", "claire:5 wait 25s at 0s")
		w.wantApplied(t, 3, "claire 2: 1 2", "claire 4: 3 4", "claire 5: 5")
	})
}

// Only the first question of a row waits.
func TestMoreDoesNotWait(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.store.cursors["claire"] = "1"
		w.portal.news["claire"], w.portal.page = []string{"1", "2", "3", "4"}, 2
		w.person("claire")
		w.wantQuestions(t, "claire:1 wait 25s at 0s", "claire:3 wait 0s at 0s", "claire:4 wait 25s at 0s")
	})
}

// A cursor that moves without news is stored, and nobody is told.
func TestCursorOnly(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.person("claire")
		w.wantApplied(t, 0, "claire 0:")
	})
}

// The end of a snapshot is told even if it brings nothing: what stood on none of its
// pages is gone then.
func TestSnapshotEnds(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.portal.given = map[string]desk.Changes{
			"":  {Changes: changesOf("1"), Cursor: "8", More: true, Snapshot: true},
			"8": {Cursor: "9"},
		}
		w.store.cursors["marc"], w.store.partial["marc"] = "8", true // since the last start
		w.person("claire")
		w.wantApplied(t, 2, "claire 8: 1", "claire 9:")
		w.person("marc")
		w.wantApplied(t, 3, "claire 8: 1", "claire 9:", "marc 9:")
	})
}

// Failures are asked after with growing rests, said once in the log, and the
// first question after them does not wait at the portal.
func TestFailures(t *testing.T) {
	for name, change := range map[string]func(*world, error){
		"ErrPortal": func(w *world, err error) { w.set(func(p *portal) { p.err = err }) },
		"ErrStore": func(w *world, err error) {
			w.store.fail(err)
			w.news("claire", "2") // ends the question under way
		},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, w *world) {
				w.news("claire", "1")
				w.person("claire")
				w.questions()
				change(w, errDisk)
				var failures []time.Duration
				for range 15 {
					pass(time.Second)
					if strings.Contains(name, "Portal") && len(w.questions()) > 0 {
						failures = append(failures, time.Since(epoch)/time.Second)
					}
				}
				if name == "ErrPortal" && (len(failures) != 4 || failures[0] != 1 || failures[1] != 3 || failures[2] != 7 || failures[3] != 15) {
					t.Errorf("asked after %d seconds, want 1 3 7 15", failures)
				}
				w.questions()
				w.store.fail(nil)
				w.portal.mu.Lock()
				w.portal.err = nil // wakes nobody: the rest of 16 seconds goes on
				w.portal.mu.Unlock()
				pass(16 * time.Second)
				got := w.questions()
				if len(got) == 0 || !strings.Contains(got[0], "wait 0s") {
					t.Fatalf("asked %q, want the first without waiting", got)
				}
				pass(time.Second)
				got = append(got, w.questions()...)
				if !strings.Contains(got[len(got)-1], "wait 25s") {
					t.Errorf("asked %q, want the last to wait", got)
				}
				w.news("claire", "3")
				w.store.mu.Lock()
				last := w.store.applied[len(w.store.applied)-1]
				w.store.mu.Unlock()
				if !strings.HasSuffix(last, " 3") {
					t.Errorf("news after the failures: applied %q", last)
				}
				w.Stop()
				if n := strings.Count(w.log.String(), "disk"); n != 1 {
					t.Errorf("said %d times: %s", n, w.log.String())
				}
			})
		})
	}
}

// Each row of failures begins with the short rest and its line in the log.
func TestFailuresCountAnew(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.person("claire")
		for range 2 {
			w.set(func(p *portal) { p.err = desk.ErrOffline })
			pass(8 * time.Second)
			w.set(func(p *portal) { p.err = nil })
			pass(30 * time.Second)
		}
		w.questions()
		began := time.Since(epoch)
		w.set(func(p *portal) { p.err = desk.ErrOffline })
		w.questions()
		pass(time.Second)
		if got := w.questions(); len(got) != 1 {
			t.Errorf("asked %q in the first second after %s", got, began)
		}
		w.Stop()
		if n := strings.Count(w.log.String(), "offline"); n != 3 {
			t.Errorf("said %d times, want 3: %s", n, w.log.String())
		}
	})
}

// A cursor that could not be stored is not one: the news comes again.
func TestApplyErrKeepsCursor(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.store.fail(errDisk)
		w.portal.news["claire"] = []string{"1"}
		w.person("claire")
		w.wantApplied(t, 0)
		w.store.fail(nil)
		pass(time.Second)
		w.wantApplied(t, 1, "claire 1: 1")
	})
}

// A refused token is not asked with again until somebody comes.
func TestSignInStops(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.set(func(p *portal) { p.err = desk.ErrSignIn.With(errDisk) })
		w.person("claire")
		w.wantQuestions(t, "claire: wait 0s at 0s")
		pass(24 * time.Hour)
		w.wantQuestions(t)
		w.set(func(p *portal) { p.err = nil })
		pass(time.Hour)
		w.wantQuestions(t)
		w.person("claire") // who signed in again
		if got := w.questions(); len(got) != 2 || !strings.HasPrefix(got[0], "claire: wait 0s at 25h") {
			t.Errorf("asked %q", got)
		}
	})
}

// A portal that does not move on, or does not wait, is asked less and less and
// not in a busy loop. What it tells is stored all the same.
func TestCursorStandsStill(t *testing.T) {
	still := map[string]func(cursor string) ([]desk.Change, string, bool){
		"OKNews":      func(string) ([]desk.Change, string, bool) { return changesOf("1"), "7", false },
		"OKMore":      func(string) ([]desk.Change, string, bool) { return changesOf("1"), "7", true },
		"OKNothing":   func(string) ([]desk.Change, string, bool) { return nil, "7", false },
		"OKNoMore":    func(string) ([]desk.Change, string, bool) { return nil, "7", true },
		"OKNoCursor":  func(string) ([]desk.Change, string, bool) { return nil, "", false },
		"OKNewsEmpty": func(string) ([]desk.Change, string, bool) { return changesOf("1"), "", true },
	}
	for name, fixed := range still {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, w *world) {
				asked := 0
				w.set(func(p *portal) {
					p.fixed = func(cursor string) ([]desk.Change, string, bool) {
						if asked++; asked > 1000 {
							time.Sleep(time.Second) // a busy loop would let no time pass
						}
						return fixed(cursor)
					}
				})
				w.person("claire")
				pass(time.Minute)
				if n := len(w.questions()); n < 5 || n > 8 {
					t.Errorf("asked %d times in a minute", n)
				}
				w.set(func(p *portal) { p.fixed = nil; p.news["claire"] = []string{"1", "2", "3", "4", "5", "6", "7", "8"} })
				pass(2 * time.Minute)
				w.questions()
				w.news("claire", "9")
				if got := w.questions(); len(got) != 1 {
					t.Errorf("it moves on again; asked %q", got)
				}
			})
		})
	}
}

// What an inbox takes by itself: a question as long as portals allow, rests
// that grow and end at a minute.
func TestNew(t *testing.T) {
	i := inbox.New(nil, nil)
	if i.Wait != 25*time.Second {
		t.Errorf("waits %s", i.Wait)
	}
	for failed, most := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		for range 100 {
			if d := i.Rest(failed); d < most*time.Second/2 || d > most*time.Second {
				t.Errorf("rest %d: %s, want %ds to %ds", failed, d, most/2, most)
			}
		}
	}
	i.Stop() // before any start
}

// Stop ends a question, a rest and idleness at once.
func TestStop(t *testing.T) {
	for name, prepare := range map[string]func(*testing.T, *world){
		"OKInQuestion": func(_ *testing.T, w *world) { w.person("claire") },
		"OKInRest": func(_ *testing.T, w *world) {
			w.set(func(p *portal) { p.err = errDisk })
			w.person("claire")
		},
		"OKIdle":   func(*testing.T, *world) {},
		"OKSignIn": func(_ *testing.T, w *world) { w.set(func(p *portal) { p.err = desk.ErrSignIn }); w.person("claire") },
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(t *testing.T, w *world) {
				prepare(t, w)
				w.questions()
				w.Stop()
				if d := time.Since(epoch); d > 0 {
					t.Errorf("Stop took %s", d)
				}
				w.SetPerson("paul")
				pass(time.Hour)
				w.wantQuestions(t)
				if strings.Contains(w.log.String(), "offline") {
					t.Error("the end of a question is told as a failure")
				}
			})
		})
	}
	t.Run("OKWaits", func(t *testing.T) {
		run(t, func(t *testing.T, w *world) {
			w.Changed = func() { time.Sleep(3 * time.Second) } // does not look at any context
			w.news("claire", "1")
			w.SetPerson("claire")
			synctest.Wait()
			w.Stop()
			if d := time.Since(epoch); d != 3*time.Second {
				t.Errorf("Stop came back after %s", d)
			}
		})
	})
}

// A cursor that the portal does not know any more is no fault: everything is asked
// for anew, at once.
func TestStaleCursor(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.news("claire", "1", "2")
		w.person("claire")
		w.set(func(p *portal) { p.stale, p.news["claire"] = "2", []string{"1", "2", "3"} })
		w.store.mu.Lock()
		applied := slices.Clone(w.store.applied)
		w.store.mu.Unlock()
		if want := []string{"claire 2: 1 2", "claire restarts", "claire 3: 1 2 3"}; !slices.Equal(applied, want) {
			t.Errorf("applied %q, want %q", applied, want)
		}
	})
}

// An answer that brings nothing is noted, and what is told is passed on with whose
// it is.
func TestSyncedAndTold(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		var told []string
		w.Told = func(person string, notices []desk.Notice) { told = append(told, person+" "+notices[0].Number) }
		w.person("claire")
		pass(time.Minute)
		w.store.mu.Lock()
		synced := w.store.synced
		w.store.notices = []desk.Notice{{Number: "AS-1"}}
		w.store.mu.Unlock()
		if time.Since(synced) > w.Wait {
			t.Errorf("last noted %s ago", time.Since(synced))
		}
		w.news("claire", "1")
		if !slices.Equal(told, []string{"claire AS-1"}) {
			t.Errorf("told %q", told)
		}
	})
}

// The next two pages are asked for while one is stored, and no other one.
func TestPagesAhead(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.set(func(p *portal) { p.page, p.news["claire"] = 1, []string{"1", "2", "3", "4"} })
		w.store.hold = make(chan struct{})
		w.person("claire")
		w.wantQuestions(t, "claire: wait 0s at 0s", "claire:1 wait 0s at 0s", "claire:2 wait 0s at 0s")
		close(w.store.hold)
		synctest.Wait()
		w.wantApplied(t, 4, "claire 1: 1", "claire 2: 2", "claire 3: 3", "claire 4: 4")
	})
}
