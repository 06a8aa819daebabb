package extract_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/privacy"
	"guichet/internal/reader/extract"
	"guichet/internal/reader/readertest"
)

// counted is a sink that keeps nothing.
type counted struct {
	pieces, bytes, unread, others int
	longest                       int
}

func (s *counted) Text(p extract.Piece) {
	s.pieces++
	s.bytes += len(p.Text)
	s.longest = max(s.longest, len(p.Text))
}
func (s *counted) Format(desk.Place, privacy.Format)  { s.others++ }
func (s *counted) Unread(desk.Unread)                 { s.unread++ }
func (s *counted) PDF(desk.Place, []byte)             { s.others++ }
func (s *counted) Picture(desk.Place, string, []byte) { s.others++ }
func (s *counted) XML(desk.Place, []byte)             { s.others++ }

// peak is how much more memory is in use while something runs than before, as far as
// looks every few milliseconds show.
func peak(do func()) uint64 {
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	done, most := make(chan struct{}), make(chan uint64)
	go func() {
		var top uint64
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				most <- top
				return
			case <-tick.C:
				runtime.ReadMemStats(&now)
				top = max(top, now.HeapInuse)
			}
		}
	}()
	do()
	close(done)
	return max(<-most, before.HeapInuse) - before.HeapInuse
}

// TestHostile holds time and memory, whatever a file is made to do.
func TestHostile(t *testing.T) {
	// Of the ten seconds that a reading has. On a machine with nothing else to do the
	// slowest takes less than two.
	const longest, most = 6 * time.Second, 160 << 20
	all := readertest.Hostile()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			data := all[name]()
			var s *counted
			var took time.Duration
			var used uint64
			for try := range 3 { // others use the machine too: the fastest counts
				if try > 0 && took < longest {
					break
				}
				s = &counted{}
				begin := time.Now()
				used = peak(func() { extract.Read(t.Context(), name, data, s) })
				took = time.Since(begin)
			}
			t.Logf("%8d bytes in, %9d of text in %4d pieces, %5d unread, %6.3f s, %4d MB", len(data), s.bytes, s.pieces, s.unread, took.Seconds(), used>>20)
			if took > longest && !raced {
				t.Errorf("took %s", took)
			}
			if used > most && !raced {
				t.Errorf("used %d MB", used>>20)
			}
			if s.longest > 256<<10 {
				t.Errorf("a piece of %d bytes", s.longest)
			}
		})
	}
}

// TestCut reads every good file cut short, at each twentieth.
func TestCut(t *testing.T) {
	for name, c := range formats() {
		t.Run(name, func(t *testing.T) {
			for i := range 20 {
				s := &counted{}
				extract.Read(t.Context(), c.file, c.data[:len(c.data)*i/20], s)
			}
		})
	}
}

// TestCutKeeps holds that what stands before the cut is read, and that it is said
// that something is gone.
func TestCutKeeps(t *testing.T) {
	long := readertest.Paragraphs(nir) + readertest.Paragraphs(strings.Fields(strings.Repeat("remplissage ", 2000))...)
	for name, c := range map[string]struct {
		file string
		data []byte
	}{
		"Docx": {"a.docx", readertest.Docx(long)},
		"Xlsx": {"a.xlsx", readertest.Xlsx(nil, []readertest.Sheet{{Name: "A", Rows: inline(1, nir) + strings.Repeat(inline(2, "x"), 5000)}})},
		"Odt":  {"a.odt", readertest.Odf("<text:p>" + nir + "</text:p>" + strings.Repeat("<text:p>x</text:p>", 5000))},
		"Gzip": {"a.txt.gz", readertest.Gzip([]byte(nir + strings.Repeat("\nligne", 5000)))},
		"Tar":  {"a.tar", readertest.Tar(readertest.File{Name: "a.txt", Data: []byte(nir + strings.Repeat("\nligne", 5000))})},
		"Eml":  {"a.eml", readertest.Eml("a", nir+strings.Repeat("\r\nligne", 5000))},
	} {
		t.Run(name, func(t *testing.T) {
			s := read(t, c.file, c.data[:len(c.data)*6/10])
			if _, ok := s.where(nir); !ok {
				t.Errorf("what was before the cut is lost, unread %v", s.unread)
			}
			if !slices.ContainsFunc(s.unread, func(u desk.Unread) bool { return u.Reason == desk.UnreadDamaged }) {
				t.Errorf("unread %v", s.unread)
			}
		})
	}
}

// TestSeam puts the number at every place around the seam of two pieces.
func TestSeam(t *testing.T) {
	for _, filler := range []string{"x", "ligne de texte\n", "é"} {
		for shift := range 60 {
			head := strings.Repeat(filler, (256<<10-40)/len(filler)) + strings.Repeat("y", shift) + " "
			text := head + spaced(nir) + " " + strings.Repeat(filler, 2000)
			s := read(t, "a.txt", []byte(text))
			place, ok := s.where(nir)
			if want := 1 + strings.Count(head, "\n"); !ok || place.Line != want {
				t.Fatalf("shift %d of %q: %v at %+v, want line %d", shift, filler, ok, place, want)
			}
			if got := strings.TrimSuffix(strings.ReplaceAll(s.text(), "\n", ""), "\n"); got != strings.ReplaceAll(text, "\n", "") {
				t.Fatalf("shift %d of %q: pieces are not the text", shift, filler)
			}
		}
	}
}

// TestStops holds that the end of its time ends a reading, and is said.
func TestStops(t *testing.T) {
	data := readertest.Hostile()["many zeros.zip"]()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	s := &taken{numbers: map[string]desk.Place{}}
	begin := time.Now()
	extract.Read(ctx, "a.zip", data, s)
	if took := time.Since(begin); took > time.Second && !raced {
		t.Errorf("took %s", took)
	}
	if !slices.Contains(s.said(), "unread time ") {
		t.Errorf("%q", s.said())
	}
}

// FuzzRead reads anything. Pieces stay whole and within bounds.
func FuzzRead(f *testing.F) {
	for _, c := range formats() {
		if len(c.data) < 64<<10 {
			f.Add(c.file, c.data)
		}
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		extract.Read(ctx, name, data, checked{t, &counted{}, &bytes.Buffer{}})
		if ctx.Err() != nil {
			t.Error("too slow")
		}
	})
}

// checked holds what Piece promises.
type checked struct {
	t *testing.T
	*counted
	last *bytes.Buffer
}

func (s checked) Text(p extract.Piece) {
	if len(p.Text) > 256<<10 || p.Again >= len(p.Text) || p.Again < 0 || len(p.Text) == 0 {
		s.t.Errorf("%d bytes, %d again", len(p.Text), p.Again)
	}
	if strings.ToValidUTF8(p.Text, "") != p.Text {
		s.t.Error("no UTF-8")
	}
	if !bytes.HasSuffix(s.last.Bytes(), []byte(p.Text[:p.Again])) {
		s.t.Error("what is there again was not there")
	}
	s.last.Reset()
	s.last.WriteString(p.Text)
	if p.At(0) != p.Place {
		s.t.Error(fmt.Sprint(p.At(0), p.Place))
	}
	p.At(len(p.Text) / 2)
	p.At(len(p.Text))
}
