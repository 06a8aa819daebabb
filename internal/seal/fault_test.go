package seal

import (
	"errors"
	"io"
	"testing"
)

// failing takes so many bytes.
type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

// hiccup fails at one write alone.
type hiccup struct{ n, at int }

func (h *hiccup) Write(p []byte) (int, error) {
	if h.n++; h.n == h.at {
		return 0, errors.New("network drive away")
	}
	return len(p), nil
}

func TestFailedWriteIsToldAtTheEnd(t *testing.T) {
	s, _ := newSafe(t, "claire")
	if _, err := s.Writer("claire", &failing{}); err == nil {
		t.Error("the head was not written")
	}
	for left := 200; left < 3*chunkSize; left += chunkSize {
		w, err := s.Writer("claire", &failing{left: left})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Write(noise(3 * chunkSize))
		if closed := w.Close(); closed == nil || err == nil && left < 2*chunkSize {
			t.Errorf("room for %d: write %v, close %v", left, err, closed)
		}
		if _, err := w.Write([]byte("more")); err == nil {
			t.Error("went on after a fault")
		}
	}
	once := &hiccup{at: 3}
	w, err := s.Writer("claire", once)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(noise(5 * chunkSize)); err == nil || w.Close() == nil || w.Close() == nil {
		t.Errorf("a disk that failed once: %v", err)
	}
	w, err = s.Writer("claire", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	if _, err := w.Write([]byte("more")); err == nil {
		t.Error("went on after Close")
	}
}
