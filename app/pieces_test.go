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
	"testing"

	"guichet/internal/attach"
	"guichet/internal/desk"

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

// sentTo is one whose bytes the window has sent.
func (o *office) sentTo(tb testing.TB, draft, name string, content []byte) string {
	tb.Helper()
	token := o.offered(tb, draft, name, content)
	if a := o.piece(tb, token, 0, content, http.StatusOK); a.Received != int64(len(content)) {
		tb.Fatalf("%d received", a.Received)
	}
	return token
}

type pieceAnswer struct {
	Received int64
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

	token := o.offered(t, id, "scan.pdf", content)
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
		{0, 10000, 10000},    //
	} {
		piece := content[max(c.offset, 0):c.end]
		if a := o.piece(t, token, c.offset, piece, http.StatusOK); a.Received != c.received {
			t.Fatalf("%+v: answered %+v", c, a)
		}
	}
	o.nothing(t, id)
	if out := must(o.files.Confirm(id, []string{token}, wording, nil))(t); len(out.Files) != 1 || len(out.Refused) > 0 {
		t.Fatalf("%+v", out)
	}
	t.Run("OverOnceConfirmed", func(t *testing.T) {
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
	path, content := pdf(t, "scan.pdf", 9000)
	refused := func(t *testing.T, token, code string) {
		t.Helper()
		out := must(o.files.Confirm(id, []string{token}, wording, nil))(t)
		if len(out.Files) > 0 || len(out.Refused) != 1 || out.Refused[0].Problem.Code != code {
			t.Errorf("%+v", out)
		}
		o.nothing(t, id)
	}
	t.Run("ErrNotAll", func(t *testing.T) {
		token := o.offered(t, id, "a.pdf", content)
		refused(t, token, desk.CodeUnreadable)
		o.piece(t, token, 0, content[:8999], http.StatusOK)
		refused(t, token, desk.CodeUnreadable)
	})
	t.Run("ErrUnknown", func(t *testing.T) {
		o.piece(t, "unknown", 0, content, http.StatusNotFound)
		o.piece(t, o.looked(t, id, path)[0], 0, content, http.StatusNotFound) // the program reads it itself
	})
	t.Run("ErrOffset", func(t *testing.T) {
		if w := o.served(http.MethodPost, "/files/"+o.offered(t, id, "a.pdf", content)+"?offset=x", content); w.Code != http.StatusBadRequest {
			t.Errorf("answered %d", w.Code)
		}
	})
	t.Run("ErrTooLarge", func(t *testing.T) {
		o.piece(t, o.offered(t, id, "a.pdf", content), 0, make([]byte, maxPiece+1), http.StatusRequestEntityTooLarge)
	})
	t.Run("ErrFileMismatch", func(t *testing.T) { // other bytes than were offered
		token := o.offered(t, id, "a.pdf", content)
		other := append(picture(t), make([]byte, 9000)...)[:9000]
		o.piece(t, token, 0, other, http.StatusOK)
		refused(t, token, desk.CodeFileMismatch)
	})
	t.Run("GivenUp", func(t *testing.T) {
		token := o.offered(t, id, "a.pdf", content)
		o.piece(t, token, 0, content[:8000], http.StatusOK)
		if err := o.files.Forget([]string{token}); err != nil {
			t.Fatal(err)
		}
		o.piece(t, token, 8000, content[8000:], http.StatusNotFound)
		o.nothing(t, id)
	})
}

// What windows have sent and never confirmed does not fill the memory: the oldest goes.
func TestPiecesBounded(t *testing.T) {
	a := New(Config{})
	var all []*candidate
	const size = 20 << 20
	for range maxHeld/size + 3 {
		c := &candidate{draft: uuid.New(), Candidate: desk.Candidate{Name: "a.pdf", Size: size}}
		a.candidates.add(c)
		all = append(all, c)
		if n, ok := a.candidates.receive(c.token, 0, []byte("%PDF")); !ok || n != 4 {
			t.Fatalf("%d, %t", n, ok)
		}
	}
	if _, ok := a.candidates.get(all[0].token); ok {
		t.Error("the oldest is there")
	}
	if _, ok := a.candidates.get(all[len(all)-1].token); !ok || a.candidates.held > maxHeld {
		t.Errorf("the newest is gone, or %d bytes are held", a.candidates.held)
	}
	for _, c := range all {
		a.candidates.forget(c.token)
	}
	if a.candidates.held != 0 {
		t.Errorf("%d bytes are held of nothing", a.candidates.held)
	}
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
