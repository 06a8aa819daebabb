package keyring

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	system "github.com/zalando/go-keyring"
)

// fake is a backend that answers as told.
type fake struct {
	do      func() (string, error)
	calls   atomic.Int32
	running atomic.Int32
	most    atomic.Int32 // calls at the same time
}

func (f *fake) ask() (string, error) {
	f.calls.Add(1)
	if n := f.running.Add(1); n > f.most.Load() {
		f.most.Store(n)
	}
	defer f.running.Add(-1)
	return f.do()
}

func (f *fake) Get(_, _ string) (string, error) { return f.ask() }
func (f *fake) Set(_, _, _ string) error        { _, err := f.ask(); return err }
func (f *fake) Delete(_, _ string) error        { _, err := f.ask(); return err }

const second = time.Second

func secret(size int) []byte {
	b := make([]byte, size)
	_, _ = rand.Read(b)
	return b
}

func TestErrors(t *testing.T) {
	good := base64.StdEncoding.EncodeToString(secret(MinSize))
	for name, c := range map[string]struct {
		text string
		err  error
		want error
	}{
		"OK":          {text: good},
		"ErrNotFound": {err: system.ErrNotFound, want: ErrNotFound},
		"WrappedToo":  {err: fmt.Errorf("read: %w", system.ErrNotFound), want: ErrNotFound},
		"ErrNone":     {err: system.ErrUnsupportedPlatform, want: ErrNone},
		"Other":       {err: errors.New("failed to unlock correct collection"), want: ErrSilent},
		"TooBig":      {err: system.ErrSetDataTooBig, want: ErrSilent},
		"NotText":     {text: "\x00\xff not base64", want: ErrSilent},
		"TooShort":    {text: base64.StdEncoding.EncodeToString(secret(MinSize - 1)), want: ErrSilent},
		"TooLong":     {text: base64.StdEncoding.EncodeToString(secret(MaxSize + 1)), want: ErrSilent},
		"Empty":       {want: ErrSilent},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRing("Guichet", second, &fake{do: func() (string, error) { return c.text, c.err }})
			_, err := r.Get(t.Context(), "a")
			for _, known := range []error{ErrNone, ErrNotFound, ErrSilent} {
				if errors.Is(err, known) != (known == c.want) {
					t.Errorf("%v: is it %v?", err, known)
				}
			}
			if err != nil && c.text != "" && strings.Contains(err.Error(), c.text) {
				t.Errorf("the error has the entry in it: %v", err)
			}
		})
	}
}

func TestSize(t *testing.T) {
	f := &fake{do: func() (string, error) { return "", nil }}
	r := newRing("Guichet", second, f)
	for size, good := range map[int]bool{0: false, MinSize - 1: false, MinSize: true, 100: true, MaxSize: true, MaxSize + 1: false, 2561: false} {
		before := f.calls.Load()
		err := r.Set(t.Context(), "a", secret(size))
		if good != (err == nil) || errors.Is(err, ErrSize) == good || (f.calls.Load() > before) != good {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	if n := base64.StdEncoding.EncodedLen(MaxSize); n > 2560 {
		t.Errorf("the longest secret is %d bytes as text", n)
	}
}

// A call that hangs is given up at its deadline, keeps every other from starting
// until it has come back, and is answered for at once.
func TestHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		good := base64.StdEncoding.EncodeToString(secret(MinSize))
		f := &fake{do: func() (string, error) { <-release; return good, nil }}
		r := newRing("Guichet", second, f)
		begin := time.Now()
		if _, err := r.Get(t.Context(), "a"); !errors.Is(err, ErrSilent) || time.Since(begin) != second {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		for range 5 {
			begin = time.Now()
			if err := r.Set(t.Context(), "a", secret(MinSize)); !errors.Is(err, ErrSilent) || time.Since(begin) != 0 {
				t.Errorf("%v after %v", err, time.Since(begin))
			}
		}
		if n := f.calls.Load(); n != 1 {
			t.Errorf("%d calls were started", n)
		}
		close(release)
		synctest.Wait()
		if _, err := r.Get(t.Context(), "a"); err != nil {
			t.Errorf("after it came back: %v", err)
		}
	})
}

// Whoever comes while a call is under way waits for it, and no longer than that
// call may take.
func TestWaitsForItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		f := &fake{do: func() (string, error) { <-release; return "", nil }}
		r := newRing("Guichet", second, f)
		var wg sync.WaitGroup
		errs := make([]error, 3)
		wg.Go(func() { errs[0] = r.Set(t.Context(), "a", secret(MinSize)) })
		synctest.Wait()
		time.Sleep(second / 2)
		begin := time.Now()
		wg.Go(func() { errs[1] = r.Set(t.Context(), "b", secret(MinSize)) })
		ctx, cancel := context.WithCancel(t.Context())
		wg.Go(func() { errs[2] = r.Set(ctx, "c", secret(MinSize)) })
		synctest.Wait()
		cancel()
		synctest.Wait()
		if !errors.Is(errs[2], context.Canceled) {
			t.Errorf("cancelled: %v", errs[2])
		}
		wg.Wait()
		if took := time.Since(begin); took != second/2 || !errors.Is(errs[0], ErrSilent) || !errors.Is(errs[1], ErrSilent) {
			t.Errorf("%v, %v after %v", errs[0], errs[1], took)
		}
		close(release)
	})
}

func TestEndedContextAsksNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := &fake{do: func() (string, error) { return "", nil }}
	if err := newRing("Guichet", second, f).Set(ctx, "a", secret(MinSize)); !errors.Is(err, context.Canceled) || f.calls.Load() != 0 {
		t.Errorf("%v, %d calls", err, f.calls.Load())
	}
}

// Nobody waits for a call longer than they want, and the next gets its turn
// when that one is over.
func TestContextEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{do: func() (string, error) { time.Sleep(second / 2); return "", nil }}
		r := newRing("Guichet", second, f)
		ctx, cancel := context.WithTimeout(t.Context(), second/10)
		defer cancel()
		begin := time.Now()
		if err := r.Set(ctx, "a", secret(MinSize)); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrSilent) || time.Since(begin) != second/10 {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		if err := r.Set(t.Context(), "a", secret(MinSize)); err != nil || time.Since(begin) != second {
			t.Errorf("the next one: %v after %v", err, time.Since(begin))
		}
	})
}

func TestPanicIsAnAnswer(t *testing.T) {
	f := &fake{do: func() (string, error) { panic("interface conversion") }}
	r := newRing("Guichet", second, f)
	for range 2 {
		if _, err := r.Get(t.Context(), "a"); !errors.Is(err, ErrSilent) {
			t.Error(err)
		}
	}
}

// However many come at the same moment, to a new ring as well: one call at a
// time, and nobody is told that one hangs.
func TestOneAtATime(t *testing.T) {
	for range 1000 {
		f := &fake{do: func() (string, error) { return "", nil }}
		r := newRing("Guichet", time.Minute, f)
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				if err := r.Set(t.Context(), "a", secret(MinSize)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if f.most.Load() != 1 || f.calls.Load() != 16 {
			t.Fatalf("%d calls, %d at the same time", f.calls.Load(), f.most.Load())
		}
	}
}

// ring is what the real keyrings and the one for tests have in common.
type ring interface {
	Get(ctx context.Context, account string) ([]byte, error)
	Set(ctx context.Context, account string, secret []byte) error
	Delete(ctx context.Context, account string) error
}

func TestMemory(t *testing.T) {
	keeps(t, &Memory{})
	all(t, &Memory{Fault: func(_, _ string) error { return ErrSilent }}, ErrSilent)
}

// keeps is what every keyring must do.
func keeps(t *testing.T, r ring) {
	t.Helper()
	ctx := t.Context()
	if _, err := r.Get(ctx, "a"); !errors.Is(err, ErrNotFound) {
		t.Fatalf("an entry that was never made: %v", err)
	}
	if err := r.Delete(ctx, "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed what was never made: %v", err)
	}
	for _, size := range []int{MinSize, 100, MaxSize, 64} {
		want := secret(size)
		if err := r.Set(ctx, "a", want); err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		if got, err := r.Get(ctx, "a"); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes came back otherwise: %v", size, err)
		}
	}
	if err := r.Set(ctx, "a", secret(MaxSize+1)); !errors.Is(err, ErrSize) {
		t.Errorf("too big: %v", err)
	}
	if got, err := r.Get(ctx, "a"); err != nil || len(got) != 64 {
		t.Errorf("after one that was too big: %d bytes, %v", len(got), err)
	}
	if _, err := r.Get(ctx, "b"); !errors.Is(err, ErrNotFound) {
		t.Errorf("another account: %v", err)
	}
	if err := r.Delete(ctx, "a"); err != nil {
		t.Errorf("remove: %v", err)
	}
	if _, err := r.Get(ctx, "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("after removal: %v", err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := r.Set(ended, "a", secret(MinSize)); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
	if _, err := r.Get(ctx, "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("set with an ended context: %v", err)
	}
}

// keepsApart is that services do not see each other's entries.
func keepsApart(t *testing.T) {
	t.Helper()
	one, other := fresh(), fresh()
	if err := one.Set(t.Context(), "a", secret(MinSize)); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Get(t.Context(), "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("another service: %v", err)
	}
	if err := one.Delete(t.Context(), "a"); err != nil {
		t.Error(err)
	}
}

// fresh is a service of the real keyring that nobody has used before.
func fresh() *Ring { return New("Guichet test "+rand.Text(), 20*second) }

// all holds every call to one error.
func all(t *testing.T, r ring, want error) {
	t.Helper()
	_, err := r.Get(t.Context(), "a")
	for op, err := range map[string]error{
		"get": err, "set": r.Set(t.Context(), "a", secret(MinSize)), "delete": r.Delete(t.Context(), "a"),
	} {
		for _, known := range []error{ErrNone, ErrNotFound, ErrSilent} {
			if errors.Is(err, known) != (known == want) {
				t.Errorf("%s: %v; is it %v?", op, err, known)
			}
		}
	}
}
