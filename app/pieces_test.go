package app

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guichet/internal/attach"
	"guichet/internal/catalogue"
	"guichet/internal/desk"
	"guichet/internal/privacy"

	"github.com/google/uuid"
)

// offered is a file that only the window can read, not confirmed yet.
func (o *office) offered(tb testing.TB, draft, name string, content []byte) string {
	tb.Helper()
	head := base64.StdEncoding.EncodeToString(content[:min(len(content), attach.HeadSize)])
	c := must(o.files.Offer(draft, name, int64(len(content)), head))(tb)
	if c.Problem != nil || !c.NeedsBytes {
		tb.Fatalf("offer answers %+v", c.Problem)
	}
	return c.Token
}

// awaited is one that was confirmed.
func (o *office) awaited(tb testing.TB, draft, name string, content []byte) string {
	tb.Helper()
	token := o.offered(tb, draft, name, content)
	out := must(o.files.Confirm(draft, []string{token}, wording))(tb)
	if len(out.Waiting) != 1 || out.Waiting[0] != token {
		tb.Fatalf("confirm answers %+v", out)
	}
	return token
}

type pieceAnswer struct {
	Received int64
	File     *File
	Code     string
	Problems []Problem
}

func (o *office) piece(tb testing.TB, token string, offset int, piece []byte, want int) pieceAnswer {
	tb.Helper()
	w := o.served(http.MethodPost, fmt.Sprintf("/files/%s?offset=%d", token, offset), piece)
	var a pieceAnswer
	if w.Code != want || json.Unmarshal(w.Body.Bytes(), &a) != nil {
		tb.Fatalf("answered %d %s, want %d", w.Code, w.Body, want)
	}
	return a
}

func TestPieces(t *testing.T) {
	o, p := desktop(t)
	id, revision := o.write(t, content())
	_, content := pdf(t, "scan.pdf", 10_000)

	token := o.awaited(t, id, "scan.pdf", content)
	for _, c := range []struct {
		offset, end int
		received    int64
	}{
		{0, 4000, 4000},
		{0, 4000, 4000},      // a repeat: its answer was lost
		{3000, 5000, 4000},   // neither a repeat nor the next
		{6000, 10000, 4000},  // beyond
		{-1, 3, 4000},        //
		{4000, 4000, 4000},   // nothing
		{4000, 9999, 9999},   //
		{9999, 10000, 10000}, //
	} {
		piece := content[max(c.offset, 0):c.end]
		if a := o.piece(t, token, c.offset, piece, http.StatusOK); a.Received != c.received || (a.File != nil) != (c.received == 10000) {
			t.Fatalf("%+v: answered %+v", c, a)
		}
	}
	t.Run("OverAfterTheLast", func(t *testing.T) {
		if a := o.piece(t, token, 0, content, http.StatusNotFound); a.Code != desk.ErrNotFound.Code {
			t.Errorf("%+v", a)
		}
	})
	must(o.drafts.Submit(id, revision))(t)
	o.received(t, id)
	held := arrived(t, p, claire)[0].Files
	if len(held) != 1 || !bytes.Equal(ask(t, p, claire, "/v1/requests/"+id+"/files/"+held[0].ID), content) {
		t.Fatalf("%+v", held)
	}
	if c := held[0].Confirmation; c.By != claire || c.Wording != wording || c.SHA256 != held[0].SHA256 {
		t.Errorf("%+v", c)
	}
}

func TestPiecesRefused(t *testing.T) {
	o := alone(t)
	id, _ := o.write(t, content())
	_, content := pdf(t, "scan.pdf", 9000)
	t.Run("ErrUnconfirmed", func(t *testing.T) {
		o.piece(t, o.offered(t, id, "a.pdf", content), 0, content, http.StatusNotFound)
		o.piece(t, "unknown", 0, content, http.StatusNotFound)
		o.nothing(t, id)
	})
	t.Run("ErrOffset", func(t *testing.T) {
		token := o.awaited(t, id, "a.pdf", content)
		w := o.served(http.MethodPost, "/files/"+token+"?offset=x", content)
		if w.Code != http.StatusBadRequest {
			t.Errorf("answered %d", w.Code)
		}
		o.given(t, token)
	})
	t.Run("ErrTooLarge", func(t *testing.T) {
		token := o.awaited(t, id, "a.pdf", content)
		o.piece(t, token, 0, make([]byte, maxPiece+1), http.StatusRequestEntityTooLarge)
		o.given(t, token)
	})
	t.Run("ErrFileMismatch", func(t *testing.T) { // other bytes than were offered
		token := o.awaited(t, id, "a.pdf", content)
		other := append(picture(t), make([]byte, 9000)...)[:9000]
		a := o.piece(t, token, 0, other, http.StatusUnprocessableEntity)
		if len(a.Problems) != 1 || a.Problems[0].Code != desk.CodeFileMismatch {
			t.Errorf("%+v", a)
		}
		o.nothing(t, id)
	})
	t.Run("GivenUp", func(t *testing.T) {
		token := o.awaited(t, id, "a.pdf", content)
		o.piece(t, token, 0, content[:8000], http.StatusOK)
		o.given(t, token)
		o.piece(t, token, 8000, content[8000:], http.StatusNotFound)
		o.nothing(t, id)
	})
	t.Run("OverWithTheProgram", func(t *testing.T) {
		token := o.awaited(t, id, "a.pdf", content)
		o.piece(t, token, 0, content[:8000], http.StatusOK)
		o.app.Stop()
		if names := o.stored(t); len(names) > 0 {
			t.Errorf("stored: %v", names)
		}
	})
}

// given gives an upload up and waits until nothing of it is there.
func (o *office) given(tb testing.TB, token string) {
	tb.Helper()
	before := o.stored(tb)
	c, _ := o.app.candidates.receiving(token)
	if err := o.files.Forget([]string{token}); err != nil {
		tb.Fatal(err)
	}
	await(tb, "the upload ends", func() bool { return len(c.upload.result) == 1 })
	whole := func(names []string) []string {
		return slices.DeleteFunc(names, func(n string) bool { return strings.HasSuffix(n, ".part") })
	}
	if names := o.stored(tb); !slices.Equal(names, whole(before)) {
		tb.Errorf("stored: %v, before %v", names, before)
	}
}

// A window that stops sending is taken for gone, and its part with it.
func TestPiecesStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own, err := catalogue.Default()
		if err != nil {
			t.Fatal(err)
		}
		a := New(Config{})
		a.shell, a.ctx = &shell{}, t.Context()
		a.files = attach.New(t.TempDir(), privacy.Plain{})
		a.catalogues.known, a.catalogues.current = map[int]desk.Catalogue{own.Version: own}, own.Version
		c := &candidate{draft: uuid.New(), Candidate: desk.Candidate{Name: "a.pdf", Size: 9000}}
		a.candidates.add(c)
		a.receive(desk.Draft{ID: c.draft}, c, desk.Confirmation{})
		o := &office{app: a}

		first := append([]byte("%PDF-1.7\n"), make([]byte, 5000)...)
		o.piece(t, c.token, 0, first, http.StatusOK)
		time.Sleep(stallWait - time.Second)
		o.piece(t, c.token, len(first), make([]byte, 10), http.StatusOK) // still there
		time.Sleep(stallWait - time.Second)
		o.piece(t, c.token, len(first)+10, make([]byte, 10), http.StatusOK)
		time.Sleep(stallWait + time.Second)
		synctest.Wait()
		select {
		case res := <-c.upload.result:
			if res.err == nil {
				t.Error("stored in part")
			}
		default:
			t.Error("the upload waits for ever")
			a.candidates.forget(c.token)
		}
	})
}

func TestThumb(t *testing.T) {
	o, _ := desktop(t)
	id, _ := o.write(t, content())
	path := filepath.Join(t.TempDir(), "photo.png")
	put(t, path, picture(t))
	file := o.attach(t, id, path)[0]
	thumb := func() *httptest.ResponseRecorder { return o.served(http.MethodGet, "/files/"+file.ID+"/thumb", nil) }
	if w := thumb(); w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" || w.Header().Get("Cache-Control") != "no-store" || w.Body.Len() == 0 || !file.Thumb {
		t.Fatalf("answered %d", w.Code)
	}
	for name, path := range map[string]string{"Unknown": "0198c1de-0000-7000-8000-000000000000", "NoId": "x"} {
		if w := o.served(http.MethodGet, "/files/"+path+"/thumb", nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: answered %d", name, w.Code)
		}
	}
	t.Run("NotFoundIfTheBytesAreGone", func(t *testing.T) {
		if err := os.Remove(filepath.Join(o.data, "files", o.stored(t)[0])); err != nil {
			t.Fatal(err)
		}
		if w := thumb(); w.Code != http.StatusNotFound {
			t.Errorf("answered %d", w.Code)
		}
	})
}
