package inbox_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
)

// Another person ends the question under way, and is asked for at once with a
// cursor of their own.
func TestSetPerson(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.portal.news = map[string][]string{"claire": {"1"}, "paul": {"8", "9"}}
		w.person("claire")
		w.questions()
		pass(5 * time.Second)
		w.person("paul")
		w.wantQuestions(t, "paul: wait 0s at 5s", "paul:2 wait 25s at 5s")
		w.wantApplied(t, 2, "claire 1: 1", "paul 2: 8 9")
		w.news("claire", "2")
		w.wantQuestions(t) // nobody asks for her now
		w.person("claire")
		w.wantQuestions(t, "claire:1 wait 25s at 5s", "claire:2 wait 25s at 5s")
		w.Stop()
		if w.log.Len() > 0 {
			t.Errorf("a change of person is told as a failure: %s", w.log.String())
		}
	})
}

func TestSetPersonNobody(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.person("claire")
		w.questions()
		w.person("")
		w.news("claire", "1")
		pass(time.Hour)
		w.wantQuestions(t)
		w.wantApplied(t, 0, "claire 0:")
		w.person("claire")
		w.wantApplied(t, 1, "claire 0:", "claire 1: 1")
	})
}

// The same person again asks at once: that is how the window says "now".
func TestSetPersonSame(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.person("claire")
		w.questions()
		pass(5 * time.Second)
		w.person("claire")
		w.wantQuestions(t, "claire:0 wait 25s at 5s")
	})
}

// A call that has had its question cuts no rest short later.
func TestSetPersonCountsOnce(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.person("claire")
		w.person("claire")
		w.questions()
		w.set(func(p *portal) { p.err = desk.ErrOffline }) // the one under way fails
		w.wantQuestions(t)
		pass(time.Second)
		w.wantQuestions(t, "claire:0 wait 0s at 1s")
	})
}

// Somebody who comes while the inbox rests is not kept waiting, and a row of
// failures begins anew with them.
func TestSetPersonEndsRest(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.set(func(p *portal) { p.err = desk.ErrOffline })
		w.person("claire")
		pass(10 * time.Second) // asked at 0, 1, 3, 7; the next one is at 15
		w.questions()
		w.person("paul")
		w.wantQuestions(t, "paul: wait 0s at 10s")
		pass(time.Second)
		w.wantQuestions(t, "paul: wait 0s at 11s")
		w.Stop()
		if n := strings.Count(w.log.String(), "offline"); n != 2 {
			t.Errorf("said %d times, want once for each: %s", n, w.log.String())
		}
	})
}

// An answer that was on its way when the person changed is stored for nobody
// else, or not at all.
func TestSetPersonInAnswer(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.portal.news["paul"] = []string{"8"}
		w.set(func(p *portal) {
			p.fixed = func(string) ([]desk.Change, string, bool) {
				p.mu.Lock()
				p.fixed = nil
				p.mu.Unlock()
				w.SetPerson("paul")
				return changesOf("1"), "1", false
			}
		})
		w.person("claire")
		w.store.mu.Lock()
		defer w.store.mu.Unlock()
		if got := strings.Join(w.store.applied, ","); got != "paul 1: 8" {
			t.Errorf("applied %q", got)
		}
	})
}

// Whoever erases what is of a person waits for the answer that is being stored: nothing
// of theirs comes behind it.
func TestQuiet(t *testing.T) {
	run(t, func(t *testing.T, w *world) {
		w.store.hold = make(chan struct{})
		w.portal.news["claire"] = []string{"1"}
		w.person("claire")
		w.SetPerson("")
		quiet := make(chan struct{})
		go func() {
			w.Quiet()
			close(quiet)
		}()
		for range 1000 { // a wait for a lock is none that synctest sees
			runtime.Gosched()
		}
		select {
		case <-quiet:
			t.Error("quiet while an answer is being stored")
		default:
		}
		close(w.store.hold)
		<-quiet
	})
}
