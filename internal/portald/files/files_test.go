package files_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/portald/files"
	"guichet/internal/portald/files/s3test"

	"github.com/tus/tusd/v2/pkg/handler"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// opener opens a store, the same one each time, as another process would.
type opener func(t testing.TB) files.Store

func opened(t testing.TB, s files.Store, err error) files.Store {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func onDisk(dir string) opener {
	return func(t testing.TB) files.Store {
		t.Helper()
		s, err := files.OpenDisk(t.Context(), dir)
		return opened(t, s, err)
	}
}

func onS3(c files.S3Config, segment int64) opener {
	return func(t testing.TB) files.Store {
		t.Helper()
		s, err := files.OpenS3(t.Context(), c)
		if err == nil && segment > 0 {
			s.SetSegment(segment)
		}
		return opened(t, s, err)
	}
}

// each runs a test on every kind of store.
func each(t *testing.T, test func(t *testing.T, open opener)) {
	t.Run("Disk", func(t *testing.T) { test(t, onDisk(t.TempDir())) })
	t.Run("S3", func(t *testing.T) { test(t, onS3(s3test.Bucket(t), 0)) })
	t.Run("S3InSmallSegments", func(t *testing.T) { test(t, onS3(s3test.Bucket(t), 700)) })
	if os.Getenv(s3test.Program) != "" {
		t.Run("Versity", func(t *testing.T) { test(t, onS3(*s3test.Versity(t), 0)) })
	}
}

func random(t testing.TB) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

func content(rng *rand.Rand, size int) []byte {
	out := make([]byte, size)
	for i := range out {
		out[i] = byte(rng.Uint32())
	}
	return out
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func begin(t testing.TB, s files.Store, id string, size int) {
	t.Helper()
	if _, err := s.NewUpload(t.Context(), handler.FileInfo{ID: id, Size: int64(size), MetaData: handler.MetaData{"request": "r", "file": "f"}}); err != nil {
		t.Fatal(err)
	}
}

func offset(t testing.TB, s files.Store, id string) int64 {
	t.Helper()
	u, err := s.GetUpload(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	info, err := u.GetInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return info.Offset
}

// add writes what a reader has behind what is there, and returns what is acknowledged.
func add(t testing.TB, s files.Store, id string, r io.Reader) (int64, error) {
	t.Helper()
	u, err := s.GetUpload(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	info, err := u.GetInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return u.WriteChunk(t.Context(), info.Offset, r)
}

func mustAdd(t testing.TB, s files.Store, id string, b []byte) {
	t.Helper()
	if n, err := add(t, s, id, bytes.NewReader(b)); err != nil || n != int64(len(b)) {
		t.Fatalf("wrote %d of %d: %v", n, len(b), err)
	}
}

func sumOf(t testing.TB, s files.Store, id string, size int) string {
	t.Helper()
	sum, err := s.Sum(t.Context(), id, int64(size))
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func wantContent(t testing.TB, s files.Store, id string, want []byte) {
	t.Helper()
	f, err := s.Open(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("read %d bytes, want %d (%v)", len(got), len(want), err)
	}
}

var errCut = errors.New("line cut")

// TestResume cuts files at places by chance, each piece at a node that has just
// started, and sometimes with a line that breaks.
func TestResume(t *testing.T) {
	each(t, func(t *testing.T, open opener) {
		rng := random(t)
		for i, size := range []int{1, 3000, 3000, 40_000, 40_000} {
			id, b := fmt.Sprintf("r.%d", i), content(rng, size)
			begin(t, open(t), id, size)
			for at := 0; at < size; {
				to := at + 1 + rng.IntN(size-at)
				if rng.IntN(4) == 0 {
					to = min(at+1+rng.IntN(50), size)
				}
				var r io.Reader = bytes.NewReader(b[at:to])
				var want error
				if rng.IntN(3) == 0 {
					want = errCut
					r = io.MultiReader(r, iotestErr{})
				}
				if sumOf(t, open(t), id, size) != "" {
					t.Fatalf("whole with %d of %d bytes", at, size)
				}
				if n, err := add(t, open(t), id, r); n != int64(to-at) || !errors.Is(err, want) {
					t.Fatalf("wrote %d of %d: %v", n, to-at, err)
				}
				if at = to; offset(t, open(t), id) != int64(at) {
					t.Fatalf("stands at %d, acknowledged %d", offset(t, open(t), id), at)
				}
			}
			if got := sumOf(t, open(t), id, size); got != hashOf(b) {
				t.Fatalf("sum %q", got)
			}
			wantContent(t, open(t), id, b)
		}
	})
}

type iotestErr struct{}

func (iotestErr) Read([]byte) (int, error) { return 0, errCut }

// TestResumeLarge has a file of 20 MB, cut where it hurts.
func TestResumeLarge(t *testing.T) {
	each(t, func(t *testing.T, open opener) {
		if strings.HasSuffix(t.Name(), "InSmallSegments") {
			t.Skip("the sizes are of whole segments")
		}
		const size = 20 << 20
		rng := random(t)
		b := content(rng, size)
		begin(t, open(t), "x.1", size)
		at := 0
		for _, to := range []int{1, 3000, 5<<20 - 1, 5 << 20, 5<<20 + 1, 9<<20 + 1, 9<<20 + 1 + 4<<20, size - 1, size} {
			mustAdd(t, open(t), "x.1", b[at:to])
			if at = to; offset(t, open(t), "x.1") != int64(at) {
				t.Fatalf("stands at %d, acknowledged %d", offset(t, open(t), "x.1"), at)
			}
		}
		if got := sumOf(t, open(t), "x.1", size); got != hashOf(b) {
			t.Fatalf("sum %q", got)
		}
		wantContent(t, open(t), "x.1", b)
	})
}

// stuck is a line on which nothing comes any more.
type stuck struct {
	in   chan struct{}
	once *sync.Once
	end  <-chan struct{}
}

func (s stuck) Read([]byte) (int, error) {
	s.once.Do(func() { close(s.in) })
	<-s.end
	return 0, errCut
}

// TestKilled looks at what another node finds while one is in the middle of a call, which
// is what is left if that one dies there.
func TestKilled(t *testing.T) {
	each(t, func(t *testing.T, open opener) {
		rng := random(t)
		const size = 12 << 10
		b := content(rng, size)
		begin(t, open(t), "k.1", size)
		mustAdd(t, open(t), "k.1", b[:3000])
		ctx, end := context.WithCancel(t.Context())
		line := stuck{make(chan struct{}), &sync.Once{}, ctx.Done()}
		done := make(chan error, 1)
		dying := open(t)
		go func() {
			_, err := add(t, dying, "k.1", io.MultiReader(bytes.NewReader(b[3000:5000]), line))
			done <- err
		}()
		<-line.in
		at := offset(t, open(t), "k.1")
		if at < 3000 || at > 5000 {
			t.Errorf("stands at %d, and 3000 were acknowledged", at)
		}
		end()
		if err := <-done; !errors.Is(err, errCut) {
			t.Errorf("the call ends with %v", err)
		}
		mustAdd(t, open(t), "k.1", b[offset(t, open(t), "k.1"):])
		if got := sumOf(t, open(t), "k.1", size); got != hashOf(b) {
			t.Fatalf("sum %q", got)
		}
	})
}

func TestStore(t *testing.T) {
	each(t, func(t *testing.T, open opener) {
		rng := random(t)
		s := open(t)
		t.Run("ErrNotFound", func(t *testing.T) {
			if _, err := s.GetUpload(t.Context(), "no.1"); !errors.Is(err, handler.ErrNotFound) {
				t.Errorf("GetUpload: %v", err)
			}
			if _, err := s.Open(t.Context(), "no.1"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("Open: %v", err)
			}
			if got := sumOf(t, s, "no.1", 3); got != "" {
				t.Errorf("Sum %q", got)
			}
			if err := s.Remove(t.Context(), "no.1"); err != nil {
				t.Errorf("Remove: %v", err)
			}
		})
		t.Run("SumIsOfTheBytesThatAreThere", func(t *testing.T) {
			b := content(rng, 2000)
			begin(t, s, "s.1", len(b))
			other := slices.Clone(b)
			other[1234] ^= 1
			mustAdd(t, s, "s.1", other)
			if got := sumOf(t, s, "s.1", len(b)); got != hashOf(other) {
				t.Fatalf("sum %q", got)
			}
			for _, size := range []int64{1999, 2001} {
				if got, err := s.Sum(t.Context(), "s.1", size); !errors.Is(err, files.ErrSize) || got != "" {
					t.Fatalf("of another size: %q, %v", got, err)
				}
			}
		})
		t.Run("BegunAnewHoldsNothingOfBefore", func(t *testing.T) {
			b := content(rng, 1500)
			begin(t, s, "n.1", len(b))
			mustAdd(t, s, "n.1", b[:1000])
			if err := s.Remove(t.Context(), "n.1"); err != nil {
				t.Fatal(err)
			}
			begin(t, s, "n.1", len(b))
			if got := offset(t, s, "n.1"); got != 0 {
				t.Fatalf("begun anew at %d", got)
			}
		})
		t.Run("OneBegins", func(t *testing.T) {
			const n = 8
			errs := make([]error, n)
			var all sync.WaitGroup
			for i := range n {
				one := open(t)
				if _, disk := s.(*files.Disk); disk {
					one = s // a folder has one process
				}
				all.Go(func() {
					_, errs[i] = one.NewUpload(t.Context(), handler.FileInfo{ID: "c.1", Size: 10})
				})
			}
			all.Wait()
			began := 0
			for _, err := range errs {
				if err == nil {
					began++
				} else if !errors.Is(err, files.ErrExists) {
					t.Errorf("%v", err)
				}
			}
			if began != 1 {
				t.Fatalf("%d began", began)
			}
			mustAdd(t, s, "c.1", []byte("hello"))
			if _, err := s.NewUpload(t.Context(), handler.FileInfo{ID: "c.1", Size: 10}); !errors.Is(err, files.ErrExists) {
				t.Fatalf("begun again: %v", err)
			}
			if got := offset(t, open(t), "c.1"); got != 5 {
				t.Fatalf("stands at %d", got)
			}
		})
		t.Run("Metadata", func(t *testing.T) {
			begin(t, s, "m.1", 5)
			u, err := open(t).GetUpload(t.Context(), "m.1")
			if err != nil {
				t.Fatal(err)
			}
			info, err := u.GetInfo(t.Context())
			if err != nil || info.ID != "m.1" || info.Size != 5 || info.MetaData["request"] != "r" || info.MetaData["file"] != "f" {
				t.Fatalf("%+v, %v", info, err)
			}
		})
		t.Run("List", func(t *testing.T) {
			for _, id := range []string{"l1.b", "l1.a", "l2.a"} {
				begin(t, s, id, 5)
			}
			mustAdd(t, s, "l1.a", []byte("abc"))
			if _, _, err := s.Put(t.Context(), "l1.c", strings.NewReader("x")); err != nil {
				t.Fatal(err)
			}
			if got, err := open(t).List(t.Context(), "l1."); err != nil || !slices.Equal(got, []string{"l1.a", "l1.b", "l1.c"}) {
				t.Fatalf("%v, %v", got, err)
			}
			for _, id := range []string{"l1.a", "l1.b", "l1.c"} {
				if err := s.Remove(t.Context(), id); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := open(t).List(t.Context(), "l"); err != nil || !slices.Equal(got, []string{"l2.a"}) {
				t.Fatalf("behind Remove: %v, %v", got, err)
			}
			if _, err := s.Open(t.Context(), "l1.c"); !errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("behind Remove: %v", err)
			}
		})
	})
}

func TestPut(t *testing.T) {
	each(t, func(t *testing.T, open opener) {
		rng := random(t)
		s := open(t)
		for _, size := range []int{0, 1, 700, 1400, 9999} {
			b := content(rng, size)
			n, sum, err := s.Put(t.Context(), "p.1", bytes.NewReader(b)) // each in the place of the one before
			if err != nil || n != int64(size) || sum != hashOf(b) {
				t.Fatalf("put %d bytes: %d, %s, %v", size, n, sum, err)
			}
			wantContent(t, open(t), "p.1", b)
			if got := sumOf(t, open(t), "p.1", size); got != sum {
				t.Fatalf("sum %q", got)
			}
		}
		was := content(rng, 5000)
		if _, _, err := s.Put(t.Context(), "p.2", bytes.NewReader(was)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Put(t.Context(), "p.2", io.MultiReader(strings.NewReader("half of"), iotestErr{})); !errors.Is(err, errCut) {
			t.Fatalf("put from a line that breaks: %v", err)
		}
		wantContent(t, open(t), "p.2", was)
		if _, _, err := s.Put(t.Context(), "p.3", iotestErr{}); !errors.Is(err, errCut) {
			t.Fatalf("put from a line that breaks: %v", err)
		}
		if got, err := s.List(t.Context(), "p.3"); err != nil || len(got) > 0 {
			t.Fatalf("left: %v, %v", got, err)
		}
	})
}

// TestRanges reads stretches as a browser asks for them.
func TestRanges(t *testing.T) {
	each(t, func(t *testing.T, open opener) {
		rng := random(t)
		s, b := open(t), content(rng, 5000)
		if _, _, err := s.Put(t.Context(), "g.1", bytes.NewReader(b)); err != nil {
			t.Fatal(err)
		}
		ask := func(header string) *httptest.ResponseRecorder {
			f, err := s.Open(t.Context(), "g.1")
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)
			r.Header.Set("Range", header)
			w.Header().Set("Content-Type", "application/pdf")
			http.ServeContent(w, r, "", time.Time{}, f)
			return w
		}
		for range 20 {
			from := rng.IntN(len(b))
			to := from + rng.IntN(len(b)-from)
			if w := ask(fmt.Sprintf("bytes=%d-%d", from, to)); w.Code != http.StatusPartialContent || !bytes.Equal(w.Body.Bytes(), b[from:to+1]) {
				t.Fatalf("bytes %d to %d: %d with %d bytes", from, to, w.Code, w.Body.Len())
			}
		}
		if w := ask("bytes=-10"); !bytes.Equal(w.Body.Bytes(), b[len(b)-10:]) {
			t.Fatal("the last ten came back as something else")
		}
		if w := ask("bytes=9000-"); w.Code != http.StatusRequestedRangeNotSatisfiable {
			t.Fatalf("behind its end: %d", w.Code)
		}
	})
}

// TestOwner has several claim one store, and looks at it as other processes do.
func TestOwner(t *testing.T) {
	each(t, func(t *testing.T, open opener) {
		s := open(t)
		owner := func() string {
			t.Helper()
			whose, err := open(t).Owner(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return whose
		}
		for range 2 { // to look claims nothing
			if got := owner(); got != "" {
				t.Fatalf("it is %q's, and nobody has claimed it", got)
			}
		}
		begin(t, s, "o.1", 5)
		mustAdd(t, s, "o.1", []byte("hello"))
		const n = 8
		whose, errs := make([]string, n), make([]error, n)
		var all sync.WaitGroup
		for i := range n {
			one := s
			if _, disk := s.(*files.Disk); !disk { // a folder has one process
				one = open(t)
			}
			all.Go(func() { whose[i], errs[i] = one.Claim(t.Context(), fmt.Sprintf("portal-%d", i)) })
		}
		all.Wait()
		first := owner()
		if err := errors.Join(errs...); err != nil || len(slices.Compact(whose)) != 1 || whose[0] != first || !strings.HasPrefix(first, "portal-") {
			t.Fatalf("they are told %v, and it is %q's: %v", whose, first, err)
		}
		for _, id := range []string{files.Mark, "../" + files.Mark, "o.1"} {
			if err := s.Remove(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := s.Claim(t.Context(), "late"); err != nil || got != first || owner() != first {
			t.Errorf("behind it %q, %v, and it is %q's, not %q's", got, err, owner(), first)
		}
		for _, prefix := range []string{"", files.Mark[:3]} {
			if got, err := open(t).List(t.Context(), prefix); err != nil || len(got) > 0 {
				t.Errorf("lists %v, %v", got, err)
			}
		}
	})
}

// TestDiskOwnerDamaged has a claim that a crash left half made, which is none, and one that
// cannot be read, which is not nobody's.
func TestDiskOwnerDamaged(t *testing.T) {
	dir := t.TempDir()
	mark := filepath.Join(dir, files.Mark)
	if err := os.WriteFile(mark+".new", []byte(`{"port`), 0o600); err != nil {
		t.Fatal(err)
	}
	s := onDisk(dir)(t)
	if whose, err := s.Claim(t.Context(), "one"); whose != "one" || err != nil {
		t.Fatalf("%q, %v", whose, err)
	}
	for _, body := range []string{"", "{}", `{"port`} {
		if err := os.WriteFile(mark, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		if whose, err := s.Owner(t.Context()); err == nil {
			t.Errorf("%q is %q's", body, whose)
		}
		if whose, err := s.Claim(t.Context(), "two"); err == nil {
			t.Errorf("%q was claimed for %q", body, whose)
		}
	}
}

// TestDiskCrash starts from what a process leaves that dies at the worst moment.
func TestDiskCrash(t *testing.T) {
	dir := t.TempDir()
	open := onDisk(dir)
	s := open(t)
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	begin(t, s, "d.damaged", 5)
	mustAdd(t, s, "d.damaged", []byte("hello"))
	write("d.damaged.info", `{"ID":"`)
	begin(t, s, "d.alone", 5)
	if err := os.Remove(filepath.Join(dir, "d.alone")); err != nil {
		t.Fatal(err)
	}
	write("d.put.123.new", "half of what was")
	begin(t, s, "d.good", 5)
	mustAdd(t, s, "d.good", []byte("hel"))
	s = open(t)
	for _, id := range []string{"d.damaged", "d.alone"} {
		if _, err := s.GetUpload(t.Context(), id); !errors.Is(err, handler.ErrNotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if got := sumOf(t, s, "d.damaged", 5); got != hashOf([]byte("hello")) {
		t.Error("bytes went with the state of their upload: they were all of the file")
	}
	if got := offset(t, s, "d.good"); got != 3 {
		t.Errorf("stands at %d", got)
	}
	if got, err := s.List(t.Context(), ""); err != nil || !slices.Equal(got, []string{"d.damaged", "d.good"}) {
		t.Errorf("%v, %v", got, err)
	}
	begin(t, s, "d.damaged", 5)
	if got := offset(t, s, "d.damaged"); got != 0 {
		t.Errorf("begun anew at %d", got)
	}
}
