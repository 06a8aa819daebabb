package portald_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald"

	"github.com/tus/tusd/v2/pkg/handler"
)

const wording = "rgpd-1"

// fileOf makes a file of that size, with the statement of who sends it.
func fileOf(t testing.TB, who string, size int) (portal.File, []byte) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("bytes from seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	content := make([]byte, size)
	for i := range content {
		content[i] = byte(rng.Uint32())
	}
	f := portal.File{ID: newID(t), Name: "facture " + canary + " é.pdf", Size: int64(size), Media: "application/pdf"}
	return fileBy(who, digest(f, content)), content
}

func digest(f portal.File, content []byte) portal.File {
	sum := sha256.Sum256(content)
	f.SHA256 = hex.EncodeToString(sum[:])
	return f
}

func fileBy(who string, f portal.File) portal.File {
	f.Confirmation = &portal.Confirmation{By: who, At: time.Date(2026, 3, 2, 9, 31, 0, 0, time.UTC), Wording: wording, SHA256: f.SHA256}
	return f
}

func withFiles(r portal.RequestPut, files ...portal.File) portal.RequestPut {
	r.Files = files
	return r
}

func uploadPath(id string, f portal.File) string {
	return portal.RouteUploads + "/" + portal.UploadID(id, f.ID)
}

func metadata(id, file string) string {
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	return "request " + encode(id) + ",file " + encode(file)
}

func (b *bench) post(who, id string, f portal.File, size int64) reply {
	b.t.Helper()
	return b.call(who, http.MethodPost, portal.RouteUploads, nil, "Tus-Resumable", "1.0.0",
		"Upload-Length", strconv.FormatInt(size, 10), "Upload-Metadata", metadata(id, f.ID))
}

func (b *bench) begin(who, id string, f portal.File) {
	b.t.Helper()
	if got := b.post(who, id, f, f.Size).want(http.StatusCreated).header.Get("Location"); !strings.HasSuffix(got, uploadPath(id, f)) {
		b.t.Fatalf("upload is at %s, want %s", got, uploadPath(id, f))
	}
}

func (b *bench) offset(who, id string, f portal.File) int64 {
	b.t.Helper()
	n, err := strconv.ParseInt(b.call(who, http.MethodHead, uploadPath(id, f), nil).want(http.StatusOK).header.Get("Upload-Offset"), 10, 64)
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

func (b *bench) patch(who, id string, f portal.File, offset int64, part []byte) reply {
	b.t.Helper()
	return b.call(who, http.MethodPatch, uploadPath(id, f), part, "Tus-Resumable", "1.0.0",
		"Upload-Offset", strconv.FormatInt(offset, 10), "Content-Type", "application/offset+octet-stream")
}

func (b *bench) send(who, id string, f portal.File, content []byte) {
	b.t.Helper()
	b.begin(who, id, f)
	b.patch(who, id, f, 0, content).want(http.StatusNoContent)
}

// stored lists what the portal keeps of a request's or message's files.
func (b *bench) stored(id string) []string {
	b.t.Helper()
	ids, err := b.Files().List(b.t.Context(), portal.UploadID(id, ""))
	if err != nil {
		b.t.Fatal(err)
	}
	return ids
}

// arrived is how much the portal keeps of a file. Other than offset it does not interrupt
// the call that brings it.
func (b *bench) arrived(id string, f portal.File) int64 {
	b.t.Helper()
	u, err := b.Files().GetUpload(b.t.Context(), portal.UploadID(id, f.ID))
	if err != nil {
		b.t.Fatal(err)
	}
	info, err := u.GetInfo(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return info.Offset
}

// plant puts bytes into an upload behind the portal's back, as one does that dies then.
func (b *bench) plant(id string, f portal.File, content []byte) {
	b.t.Helper()
	u, err := b.Files().GetUpload(b.t.Context(), portal.UploadID(id, f.ID))
	if err != nil {
		b.t.Fatal(err)
	}
	if n, err := u.WriteChunk(b.t.Context(), b.arrived(id, f), bytes.NewReader(content)); err != nil || n != int64(len(content)) {
		b.t.Fatalf("plant %d bytes: %d, %v", len(content), n, err)
	}
}

// orphan begins an upload that nothing has announced.
func (b *bench) orphan(id string, f portal.File) {
	b.t.Helper()
	if _, err := b.Files().NewUpload(b.t.Context(), handler.FileInfo{ID: portal.UploadID(id, f.ID), Size: f.Size}); err != nil {
		b.t.Fatal(err)
	}
}

// onDisk is where a file lies, where there is a folder: in a bucket nothing is half made.
func (b *bench) onDisk(id string, f portal.File) string {
	b.t.Helper()
	if inBucket() {
		b.t.Skip("the files lie in no folder")
	}
	return filepath.Join(b.Folder(), "files", portal.UploadID(id, f.ID))
}

// revised is the second revision.
func revised(r portal.RequestPut) portal.RequestPut {
	r.Revision = 2
	return r
}

func writeFile(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestUpload(t *testing.T) {
	b := start(t, nil)
	t.Run("NumberedWithTheLastByte", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		one, oneBytes := fileOf(t, claire, 1000)
		two, twoBytes := fileOf(t, claire, 3<<20)
		if got := b.put(claire, id, withFiles(technical(tilleuls), one, two), http.StatusCreated); got.Number != "" || got.Status != "" {
			t.Fatalf("number %q without its files", got.Number)
		}
		b.send(claire, id, one, oneBytes)
		if got := b.get(claire, id); got.Number != "" || !got.Files[0].Received || got.Files[1].Received {
			t.Fatalf("behind the first of two: number %q, received %v %v", got.Number, got.Files[0].Received, got.Files[1].Received)
		}
		b.begin(claire, id, two)
		b.patch(claire, id, two, 0, twoBytes[:1<<20]).want(http.StatusNoContent)
		if got := b.get(claire, id); got.Number != "" {
			t.Fatal("numbered before the last byte")
		}
		b.patch(claire, id, two, 1<<20, twoBytes[1<<20:]).want(http.StatusNoContent)
		got := b.get(claire, id)
		if got.Number == "" || !got.Files[0].Received || !got.Files[1].Received {
			t.Fatalf("behind the last byte: number %q", got.Number)
		}
		again := b.put(claire, id, withFiles(technical(tilleuls), one, two), http.StatusOK)
		if again.Number != got.Number {
			t.Fatalf("%s, then %s", got.Number, again.Number)
		}
		for f, want := range map[string][]byte{one.ID: oneBytes, two.ID: twoBytes} {
			r := b.call(claire, http.MethodGet, pathOf(id)+"/files/"+f, nil).want(http.StatusOK)
			if !bytes.Equal(r.body, want) || r.header.Get("Content-Type") != "application/pdf" {
				t.Errorf("file came back as %d bytes of %s", len(r.body), r.header.Get("Content-Type"))
			}
		}
		part := b.call(claire, http.MethodGet, pathOf(id)+"/files/"+one.ID, nil, "Range", "bytes=10-19").want(http.StatusPartialContent)
		if !bytes.Equal(part.body, oneBytes[10:20]) {
			t.Error("range came back as something else")
		}
	})
	t.Run("ErrHashMismatchBeginsAnew", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		f, content := fileOf(t, claire, 2000)
		b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
		altered := slices.Clone(content)
		altered[1234] ^= 1
		b.begin(claire, id, f)
		b.patch(claire, id, f, 0, altered).refused(portal.CodeHashMismatch)
		if got := b.get(claire, id); got.Number != "" || got.Files[0].Received {
			t.Fatal("other bytes than announced were taken")
		}
		b.call(claire, http.MethodHead, uploadPath(id, f), nil).want(http.StatusNotFound)
		b.call(claire, http.MethodGet, pathOf(id)+"/files/"+f.ID, nil).refused(portal.CodeNotFound)
		b.send(claire, id, f, content)
		if b.get(claire, id).Number == "" {
			t.Fatal("the right bytes gave no number")
		}
	})
	t.Run("ErrNotFound", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		f, content := fileOf(t, sophie, 100)
		stranger, _ := fileOf(t, sophie, 100)
		b.post(sophie, id, f, 100).refused(portal.CodeNotFound) // no such request
		b.put(sophie, id, withFiles(technical(tilleuls), f), http.StatusCreated)
		b.post(sophie, id, stranger, 100).refused(portal.CodeNotFound) // not announced
		b.post(claire, id, f, 100).refused(portal.CodeNotFound)        // sees such requests, did not write this one
		b.post(marc, id, f, 100).refused(portal.CodeNotFound)
		b.begin(sophie, id, f)
		b.call(claire, http.MethodHead, uploadPath(id, f), nil).want(http.StatusNotFound)
		b.patch(claire, id, f, 0, content).refused(portal.CodeNotFound)
		b.patch(sophie, id, f, 0, content).want(http.StatusNoContent)
		b.post(sophie, id, f, 100).refused(portal.CodeNotFound) // numbered: nothing to come
	})
	t.Run("ErrNotFoundByAPathOfTwoMinds", func(t *testing.T) {
		b := b.in(t)
		mine, theirs := newID(t), newID(t)
		own, _ := fileOf(t, marc, 100)
		f, content := fileOf(t, sophie, 100)
		b.put(marc, mine, withFiles(technical(michel), own), http.StatusCreated)
		b.put(sophie, theirs, withFiles(technical(tilleuls), f), http.StatusCreated)
		b.begin(sophie, theirs, f)
		for _, sly := range []string{mine + ".%2F" + portal.UploadID(theirs, f.ID), portal.UploadID(mine, own.ID) + "%2F" + portal.UploadID(theirs, f.ID)} {
			b.wrong(marc, http.MethodPatch, portal.RouteUploads+"/"+sly, content, "Tus-Resumable", "1.0.0",
				"Upload-Offset", "0", "Content-Type", "application/offset+octet-stream").refused(portal.CodeNotFound)
		}
		if b.offset(sophie, theirs, f) != 0 {
			t.Fatal("somebody else wrote into an upload")
		}
	})
	t.Run("ErrBadRequest", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		f, content := fileOf(t, claire, 100)
		b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
		b.post(claire, id, f, 101).refused(portal.CodeBadRequest)
		b.post(claire, id, f, 99).refused(portal.CodeBadRequest)
		b.wrong(claire, http.MethodPost, portal.RouteUploads, nil, "Upload-Length", "100", "Upload-Metadata", metadata(id, f.ID)).refused(portal.CodeBadRequest)
		b.wrong(claire, http.MethodPost, portal.RouteUploads, nil, "Tus-Resumable", "1.0.0", "Upload-Defer-Length", "1", "Upload-Metadata", metadata(id, f.ID)).refused(portal.CodeBadRequest)
		b.begin(claire, id, f)
		b.wrong(claire, http.MethodPatch, uploadPath(id, f), content, "Tus-Resumable", "1.0.0", "Upload-Offset", "0").refused(portal.CodeBadRequest)
	})
	t.Run("ErrMismatch", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		f, content := fileOf(t, claire, 100)
		b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
		b.begin(claire, id, f)
		b.patch(claire, id, f, 0, content[:40]).want(http.StatusNoContent)
		b.post(claire, id, f, 100).refused(portal.CodeMismatch) // must not begin it anew
		b.patch(claire, id, f, 0, content).refused(portal.CodeMismatch)
		if got := b.offset(claire, id, f); got != 40 {
			t.Fatalf("stands at %d, want 40", got)
		}
	})
	t.Run("ErrTooLarge", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		f, content := fileOf(t, claire, 100)
		b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
		b.begin(claire, id, f)
		b.patch(claire, id, f, 0, append(content, 'x')).refused(portal.CodeTooLarge)
	})
	t.Run("ErrMethod", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		f, _ := fileOf(t, claire, 100)
		b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
		b.begin(claire, id, f)
		b.call(claire, http.MethodGet, uploadPath(id, f), nil).refused(portal.CodeMethod)
		r := b.call(claire, http.MethodDelete, uploadPath(id, f), nil)
		r.refused(portal.CodeMethod)
		if allow := r.header.Get("Allow"); !strings.Contains(allow, "PATCH") || strings.Contains(allow, "DELETE") {
			t.Errorf("Allow %q", allow)
		}
		if b.offset(claire, id, f) != 0 {
			t.Error("the upload is gone")
		}
	})
}

// TestConfirmation sends files that nobody has answered for.
func TestConfirmation(t *testing.T) {
	b := start(t, nil)
	for name, edit := range map[string]func(*portal.File){
		"ErrMissing":        func(f *portal.File) { f.Confirmation = nil },
		"ErrByAnother":      func(f *portal.File) { f.Confirmation.By = marc },
		"ErrByNobody":       func(f *portal.File) { f.Confirmation.By = "" },
		"ErrOfOtherBytes":   func(f *portal.File) { f.Confirmation.SHA256 = strings.Repeat("0", 64) },
		"ErrWithoutTime":    func(f *portal.File) { f.Confirmation.At = time.Time{} },
		"ErrWithoutWording": func(f *portal.File) { f.Confirmation.Wording = "" },
	} {
		t.Run(name, func(t *testing.T) {
			b := b.in(t)
			id := newID(t)
			good, _ := fileOf(t, claire, 10)
			bad, _ := fileOf(t, claire, 10)
			edit(&bad)
			b.call(claire, http.MethodPut, pathOf(id), withFiles(technical(tilleuls), good, bad)).wrongWith("files not-confirmed")
			b.post(claire, id, good, 10).refused(portal.CodeNotFound)
		})
	}
	for name, c := range map[string]struct {
		edit func(*portal.File)
		want string
	}{
		"ErrTooBig":       {func(f *portal.File) { f.Size = 100<<20 + 1 }, "files too-big"},
		"ErrEmpty":        {func(f *portal.File) { f.Size = 0 }, "files empty-file"},
		"ErrType":         {func(f *portal.File) { f.Name = "programme.exe" }, "files file-type"},
		"ErrTypeMismatch": {func(f *portal.File) { f.Media = "application/zip" }, "files file-mismatch"},
		"ErrName":         {func(f *portal.File) { f.Name = "../facture.pdf" }, "files name-unsafe"},
		"ErrNameTooLong":  {func(f *portal.File) { f.Name = strings.Repeat("n", 300) + ".pdf" }, "files name-too-long"},
	} {
		t.Run(name, func(t *testing.T) {
			b := b.in(t)
			f, _ := fileOf(t, claire, 10)
			c.edit(&f)
			b.call(claire, http.MethodPut, pathOf(newID(t)), withFiles(technical(tilleuls), f)).wrongWith(c.want)
		})
	}
	t.Run("ErrTooMany", func(t *testing.T) {
		b := b.in(t)
		var files []portal.File
		for range 11 {
			f, _ := fileOf(t, claire, 10)
			files = append(files, f)
		}
		b.call(claire, http.MethodPut, pathOf(newID(t)), withFiles(technical(tilleuls), files...)).wrongWith("files too-many")
	})
	for name, edit := range map[string]func(*portal.File){
		"ErrID": func(f *portal.File) { f.ID = "../../portald" }, "ErrHash": func(f *portal.File) { f.SHA256 = strings.Repeat("z", 64) },
		"ErrNoMedia": func(f *portal.File) { f.Media = "" }, "ErrNegative": func(f *portal.File) { f.Size = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			b := b.in(t)
			f, _ := fileOf(t, claire, 10)
			edit(&f)
			b.wrong(claire, http.MethodPut, pathOf(newID(t)), withFiles(technical(tilleuls), f)).refused(portal.CodeBadRequest)
		})
	}
	t.Run("ErrTwice", func(t *testing.T) {
		b := b.in(t)
		f, _ := fileOf(t, claire, 10)
		b.call(claire, http.MethodPut, pathOf(newID(t)), withFiles(technical(tilleuls), f, f)).refused(portal.CodeBadRequest)
	})
}

// TestUploadOfARevision looks at what a newer revision leaves of an upload.
func TestUploadOfARevision(t *testing.T) {
	b := start(t, nil)
	begun := func(t *testing.T) (id string, f portal.File, content []byte) {
		b := b.in(t)
		id = newID(t)
		f, content = fileOf(t, claire, 1000)
		b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
		b.begin(claire, id, f)
		b.patch(claire, id, f, 0, content[:600]).want(http.StatusNoContent)
		return id, f, content
	}
	revise := func(id string, files ...portal.File) portal.Request {
		body := withFiles(technical(tilleuls), files...)
		body.Revision = 2
		return b.put(claire, id, body, http.StatusOK)
	}
	t.Run("KeptForTheSameFile", func(t *testing.T) {
		b := b.in(t)
		id, f, content := begun(t)
		revise(id, f)
		if got := b.offset(claire, id, f); got != 600 {
			t.Fatalf("stands at %d, want 600", got)
		}
		b.patch(claire, id, f, 600, content[600:]).want(http.StatusNoContent)
		if b.get(claire, id).Number == "" {
			t.Fatal("no number")
		}
	})
	t.Run("DroppedWithItsFile", func(t *testing.T) {
		b := b.in(t)
		id, f, _ := begun(t)
		other, content := fileOf(t, claire, 50)
		revise(id, other)
		b.call(claire, http.MethodHead, uploadPath(id, f), nil).want(http.StatusNotFound)
		if left := b.stored(id); len(left) > 0 {
			t.Fatalf("left on the disk: %v", left)
		}
		b.send(claire, id, other, content)
		if b.get(claire, id).Number == "" {
			t.Fatal("no number")
		}
	})
	t.Run("BegunAnewForOtherBytesUnderTheSameID", func(t *testing.T) {
		b := b.in(t)
		id, f, _ := begun(t)
		other, content := fileOf(t, claire, 50)
		other.ID = f.ID
		revise(id, other)
		b.send(claire, id, other, content)
		if b.get(claire, id).Number == "" {
			t.Fatal("no number")
		}
	})
	t.Run("ReceivedFileIsNotAskedForAgain", func(t *testing.T) {
		b := b.in(t)
		id := newID(t)
		one, content := fileOf(t, claire, 100)
		two, _ := fileOf(t, claire, 100)
		b.put(claire, id, withFiles(technical(tilleuls), one, two), http.StatusCreated)
		b.send(claire, id, one, content)
		if got := revise(id, one); got.Number == "" || !got.Files[0].Received {
			t.Fatal("everything is here, and it has no number")
		}
	})
}

// cut is a body that breaks off.
type cut struct{ r io.Reader }

func (c cut) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if errors.Is(err, io.EOF) {
		err = errors.New("line cut")
	}
	return n, err
}

// cutPatch sends the first part of a file on a line that breaks.
func (b *bench) cutPatch(who, id string, f portal.File, part []byte) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPatch, b.URL+uploadPath(id, f), cut{bytes.NewReader(part)})
	if err != nil {
		b.t.Fatal(err)
	}
	req.ContentLength = f.Size
	req.Header = http.Header{
		"Authorization": {"Bearer " + b.Token(who)}, "Tus-Resumable": {"1.0.0"}, "Upload-Offset": {"0"}, "Content-Type": {"application/offset+octet-stream"},
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err == nil {
		_ = res.Body.Close()
		b.t.Fatalf("a cut upload was answered with %d", res.StatusCode)
	}
}

func TestResume(t *testing.T) {
	b := start(t, nil)
	for name, between := range map[string]func(){"AfterACut": func() {}, "AfterARestart": b.restart} {
		t.Run(name, func(t *testing.T) {
			b := b.in(t)
			id := newID(t)
			f, content := fileOf(t, claire, 4<<20)
			b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
			b.begin(claire, id, f)
			b.cutPatch(claire, id, f, content[:2<<20])
			await(t, "the first half arrives", func() bool { return b.arrived(id, f) > 0 })
			between()
			at := b.offset(claire, id, f)
			if at <= 0 || at > 2<<20 {
				t.Fatalf("stands at %d behind a cut at %d", at, 2<<20)
			}
			b.patch(claire, id, f, at, content[at:]).want(http.StatusNoContent)
			got := b.get(claire, id)
			if got.Number == "" {
				t.Fatal("no number")
			}
			if r := b.call(claire, http.MethodGet, pathOf(id)+"/files/"+f.ID, nil).want(http.StatusOK); !bytes.Equal(r.body, content) {
				t.Fatal("the file came back as something else")
			}
		})
	}
}

// TestCrash starts from what a process leaves that dies at the worst moment.
func TestCrash(t *testing.T) {
	b := start(t, nil)
	prepare := func(t *testing.T) (string, portal.File, []byte) {
		b := b.in(t)
		id := newID(t)
		f, content := fileOf(t, claire, 1000)
		b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
		b.begin(claire, id, f)
		return id, f, content
	}
	t.Run("NumberedAtStart", func(t *testing.T) {
		b := b.in(t)
		id, f, content := prepare(t)
		b.Down()
		b.plant(id, f, content)
		b.Up()
		if got := b.get(claire, id); got.Number == "" || !got.Files[0].Received {
			t.Fatalf("every byte is here, and number is %q", got.Number)
		}
	})
	t.Run("NumberedByTheRepeat", func(t *testing.T) {
		b := b.in(t)
		id, f, content := prepare(t)
		b.plant(id, f, content)
		numbers := make([]string, 20)
		parallel(t, len(numbers), func(i int) error {
			r, err := b.try(t.Context(), claire, http.MethodPut, pathOf(id), withFiles(technical(tilleuls), f))
			if err == nil && r.status != http.StatusOK {
				err = unexpected(r)
			}
			if err == nil {
				numbers[i] = read[portal.Request](r).Number
			}
			return err
		})
		if u := slices.Compact(slices.Sorted(slices.Values(numbers))); len(u) != 1 || u[0] == "" {
			t.Fatalf("one request, numbers %q", u)
		}
	})
	t.Run("OtherBytesAreDropped", func(t *testing.T) {
		b := b.in(t)
		id, f, content := prepare(t)
		b.Down()
		content[0] ^= 1
		b.plant(id, f, content)
		b.Up()
		if got := b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusOK); got.Number != "" {
			t.Fatal("other bytes than announced were numbered")
		}
		content[0] ^= 1
		b.send(claire, id, f, content)
	})
	t.Run("DamagedStateIsBegunAnew", func(t *testing.T) {
		b := b.in(t)
		id, f, content := prepare(t)
		path := b.onDisk(id, f)
		b.Down()
		writeFile(t, path+".info", []byte(`{"ID":"`))
		b.Up()
		b.call(claire, http.MethodHead, uploadPath(id, f), nil).want(http.StatusNotFound)
		b.send(claire, id, f, content)
		if b.get(claire, id).Number == "" {
			t.Fatal("no number")
		}
	})
	t.Run("BytesWithoutStateAreBegunAnew", func(t *testing.T) {
		b := b.in(t)
		id, f, content := prepare(t)
		path := b.onDisk(id, f)
		b.Down()
		writeFile(t, path, content[:10])
		if err := os.Remove(path + ".info"); err != nil {
			t.Fatal(err)
		}
		b.Up()
		b.send(claire, id, f, content)
		if b.get(claire, id).Number == "" {
			t.Fatal("no number")
		}
	})
	t.Run("OfAReplacedRevisionIsBegunAnew", func(t *testing.T) {
		b := b.in(t)
		id, f, content := prepare(t)
		other, _ := fileOf(t, claire, 50)
		other.ID = f.ID
		b.put(claire, id, revised(withFiles(technical(tilleuls), other)), http.StatusOK)
		b.orphan(id, f) // as if the portal had died before it dropped this one
		b.plant(id, f, content[:70])
		b.put(claire, id, revised(withFiles(technical(tilleuls), other)), http.StatusOK)
		b.call(claire, http.MethodHead, uploadPath(id, other), nil).want(http.StatusNotFound)
	})
	t.Run("OrphansAreSwept", func(t *testing.T) {
		b := b.in(t)
		id, f, _ := prepare(t)
		orphan := newID(t)
		b.Down()
		b.orphan(orphan, f)
		b.plant(orphan, f, []byte("x"))
		b.Up()
		b.Sweep() // it is done behind a start by itself
		if left := b.stored(orphan); len(left) > 0 {
			t.Fatalf("left on the disk: %v", left)
		}
		if b.offset(claire, id, f) != 0 {
			t.Fatal("the sweep took an upload that is under way")
		}
	})
}

// TestParallelUploads sends the same file at once on several lines, and asks
// for the receipt meanwhile.
func TestParallelUploads(t *testing.T) {
	b := start(t, nil)
	id := newID(t)
	f, content := fileOf(t, claire, 1<<20)
	body := withFiles(technical(tilleuls), f)
	b.put(claire, id, body, http.StatusCreated)
	b.begin(claire, id, f)
	parallel(t, 12, func(i int) error {
		if i%3 == 0 {
			r, err := b.try(t.Context(), claire, http.MethodPut, pathOf(id), body)
			if err == nil && r.status != http.StatusOK {
				err = unexpected(r)
			}
			return err
		}
		r, err := b.try(t.Context(), claire, http.MethodPatch, uploadPath(id, f), content, "Tus-Resumable", "1.0.0",
			"Upload-Offset", "0", "Content-Type", "application/offset+octet-stream")
		// One of them wins; the others are told that it stands elsewhere, are
		// stopped in the middle, or have to wait.
		if err == nil && !slices.Contains([]int{204, 400, 409, 503}, r.status) {
			err = unexpected(r)
		}
		return err
	})
	if at := b.offset(claire, id, f); at < f.Size {
		b.patch(claire, id, f, at, content[at:]).want(http.StatusNoContent)
	}
	if got := b.put(claire, id, body, http.StatusOK); got.Number == "" {
		t.Fatal("no number")
	}
	if r := b.call(claire, http.MethodGet, pathOf(id)+"/files/"+f.ID, nil).want(http.StatusOK); !bytes.Equal(r.body, content) {
		t.Fatal("the file came back as something else")
	}
}

func TestAbandoned(t *testing.T) {
	var days atomic.Int64
	b := start(t, nil, func(s *portald.Server) {
		s.Now = func() time.Time { return time.Now().Add(time.Duration(days.Load()) * 24 * time.Hour) }
	})
	f, content := fileOf(t, claire, 1000)
	waiting, numbered := newID(t), newID(t)
	for _, id := range []string{waiting, numbered} {
		b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
	}
	b.begin(claire, waiting, f)
	b.patch(claire, waiting, f, 0, content[:10]).want(http.StatusNoContent)
	b.send(claire, numbered, f, content)

	days.Store(29)
	b.Sweep()
	if got := b.offset(claire, waiting, f); got != 10 {
		t.Fatalf("stands at %d, want 10", got)
	}
	days.Store(31)
	b.Sweep()
	b.call(claire, http.MethodGet, pathOf(waiting), nil).refused(portal.CodeNotFound)
	if left := b.stored(waiting); len(left) > 0 {
		t.Fatalf("left on the disk: %v", left)
	}
	if r := b.call(claire, http.MethodGet, pathOf(numbered)+"/files/"+f.ID, nil).want(http.StatusOK); !bytes.Equal(r.body, content) {
		t.Fatal("a file of a numbered request is gone")
	}
	// It is not withdrawn: a desk that comes back late begins anew.
	b.put(claire, waiting, withFiles(technical(tilleuls), f), http.StatusCreated)
	b.send(claire, waiting, f, content)
}

// TestUploadsTellWhatFailed has a folder that takes no upload: the desk is told that the
// portal is broken, and whoever runs it reads in the log what is.
func TestUploadsTellWhatFailed(t *testing.T) {
	b := start(t, nil)
	if b.S3() != nil {
		t.Skip("it is a folder's trouble")
	}
	f, _ := fileOf(t, claire, 100)
	f.Name = canary + ".pdf"
	id := newID(t)
	b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
	if err := os.Mkdir(b.onDisk(id, f)+".info", 0o700); err != nil {
		t.Fatal(err)
	}
	b.post(claire, id, f, f.Size).refused(portal.CodeInternal)
	if !strings.Contains(b.log.String(), "is a directory") {
		t.Errorf("the log does not say why:\n%s", b.log)
	}
}
