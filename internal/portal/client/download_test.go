package client

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"

	"github.com/google/uuid"
)

// A file comes whole, over a line that breaks, or not at all.
func TestDownload(t *testing.T) {
	content := noise(t, 200_000)
	sum := sha256.Sum256(content)
	f := desk.File{ID: uuid.New(), Name: "Avoir.pdf", Size: int64(len(content)), Media: "application/pdf", SHA256: hex.EncodeToString(sum[:])}
	serve := func(w http.ResponseWriter, r *http.Request, body []byte) {
		w.Header().Set("Content-Disposition", "attachment")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	}
	calls := 0
	cut := func(after int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			calls++
			from := 0
			if at := r.Header.Get("Range"); at != "" {
				from, _ = strconv.Atoi(at[len("bytes=") : len(at)-1])
				w.Header().Set("Content-Disposition", "attachment")
				w.WriteHeader(http.StatusPartialContent)
			} else {
				w.Header().Set("Content-Disposition", "attachment")
			}
			_, _ = w.Write(content[from:min(len(content), from+after)])
			if from+after < len(content) {
				panic(http.ErrAbortHandler)
			}
		}
	}
	for name, c := range map[string]struct {
		do   http.HandlerFunc
		want error
	}{
		"OK":              {func(w http.ResponseWriter, r *http.Request) { serve(w, r, content) }, nil},
		"Broken":          {cut(70_000), nil},
		"BrokenAtOnce":    {cut(0), desk.ErrOffline},
		"ErrOtherBytes":   {func(w http.ResponseWriter, r *http.Request) { serve(w, r, noise(t, len(content))) }, desk.ErrOffline},
		"ErrTooShort":     {func(w http.ResponseWriter, r *http.Request) { serve(w, r, content[:100]) }, desk.ErrOffline},
		"ErrTooLong":      {func(w http.ResponseWriter, r *http.Request) { serve(w, r, append(content, 'x')) }, desk.ErrOffline},
		"ErrNotFound":     {problem(portal.CodeNotFound), desk.ErrNotFound},
		"ErrSignIn":       {problem(portal.CodeSignIn), desk.ErrSignIn},
		"ErrCaptive":      {saying(200, "text/html"), desk.ErrOffline},
		"ErrNotFoundHTML": {saying(404, "text/html"), desk.ErrOffline},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(c.do)
			defer s.Close()
			d := newDesktop(t, s.URL, secret)
			var got bytes.Buffer
			err := d.Download(t.Context(), claire, uuid.New(), f, &got)
			if !errors.Is(err, c.want) || c.want == nil && (err != nil || !bytes.Equal(got.Bytes(), content)) {
				t.Errorf("%d bytes, %v, want %v", got.Len(), err, c.want)
			}
		})
	}
	t.Run("ErrOfTheDisk", func(t *testing.T) {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(w, r, content) }))
		defer s.Close()
		full := errors.New("disk is full")
		if err := newDesktop(t, s.URL, secret).Download(t.Context(), claire, uuid.New(), f, failing{full}); err != full {
			t.Errorf("%v", err)
		}
	})
	if calls < 3 {
		t.Errorf("only %d calls were broken", calls)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
