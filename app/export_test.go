package app

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// exporting is a request that waits, with files of these names, and a folder
// that its export goes to. kept is where the last file lies in our store.
func exporting(t *testing.T, names ...string) (o *office, id, folder, kept string) {
	t.Helper()
	o, p := desktop(t)
	p.Down()
	id, revision := o.write(t, content())
	for i, name := range names {
		before := o.stored(t)
		path, _ := pdf(t, name, 1000+i)
		o.attach(t, id, path)
		for _, now := range o.stored(t) {
			if !slices.Contains(before, now) {
				kept = filepath.Join(o.data, "files", now)
			}
		}
	}
	must(o.drafts.Submit(id, revision))(t)
	folder = t.TempDir()
	o.shell.save = func(_, name string) (string, error) { return filepath.Join(folder, name), nil }
	return o, id, folder, kept
}

// entries are the names in a zip, which is read to its end.
func entries(t *testing.T, path string) (names []string) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err == nil {
			_, err = io.Copy(io.Discard, r) // its sum is checked at the end
		}
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		names = append(names, f.Name)
	}
	return names
}

// Two files of a folder may not differ by their letter case alone, and the page
// takes no file's name.
func TestExportNames(t *testing.T) {
	o, id, _, _ := exporting(t, "Devis.pdf", "devis.PDF", "devis (2).pdf", "page.pdf")
	path := must(o.outbox.Export(id, "", "page", ""))(t)
	want := []string{"page.txt", "Devis.pdf", "devis (2).PDF", "devis (2) (2).pdf", "page.pdf"}
	if got := entries(t, path); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestExportAsks(t *testing.T) {
	o, id, folder, _ := exporting(t)
	var asked []string
	o.shell.save = func(title, name string) (string, error) {
		asked = append(asked, title, name)
		return filepath.Join(folder, name), nil
	}
	path := must(o.outbox.Export(id, "Enregistrer", "Demande", ""))(t)
	if !slices.Equal(asked, []string{"Enregistrer", "Demande.zip"}) {
		t.Errorf("asked for %q", asked)
	}
	if got := entries(t, path); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

// The dialog asks about replacing what has the name as it was typed. Nothing
// else is replaced.
func TestExportEnding(t *testing.T) {
	old := []byte("an earlier export")
	for chosen, c := range map[string]struct {
		there []string
		want  string
	}{
		"sans fin":    {nil, "sans fin.zip"},
		"Demande 3.2": {nil, "Demande 3.2.zip"},
		"Demande":     {[]string{"Demande.zip", "Demande (2).zip"}, "Demande (3).zip"},
		"Demande.txt": {[]string{"Demande.txt", "Demande.txt.zip"}, "Demande.txt (2).zip"},
		"Demande.ZIP": {[]string{"Autre.zip"}, "Demande.ZIP"},
		"Autre.zip":   {[]string{"Autre.zip"}, "Autre.zip"},
	} {
		t.Run(chosen, func(t *testing.T) {
			o, id, folder, _ := exporting(t)
			for _, name := range c.there {
				put(t, filepath.Join(folder, name), old)
			}
			o.shell.save = func(string, string) (string, error) { return filepath.Join(folder, chosen), nil }
			path := must(o.outbox.Export(id, "", "page", ""))(t)
			if path != filepath.Join(folder, c.want) {
				t.Errorf("it became %s, want %s", filepath.Base(path), c.want)
			}
			if got := entries(t, path); len(got) != 1 {
				t.Errorf("%q", got)
			}
			for _, name := range c.there {
				b, err := os.ReadFile(filepath.Join(folder, name))
				if err != nil || name != chosen && !bytes.Equal(b, old) {
					t.Errorf("%s was replaced, %v", name, err)
				}
			}
		})
	}
}

// What lies at that place stays until the new file is whole.
func TestExportKeepsWhatIsThere(t *testing.T) {
	o, id, folder, kept := exporting(t, "un.pdf", "deux.pdf")
	path := filepath.Join(folder, "Demande.zip")
	old := []byte("an earlier export")
	put(t, path, old)
	bytesOf := func(path string) []byte {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	// The first file is copied already when the second is missed.
	second := bytesOf(kept)
	if err := os.Remove(kept); err != nil {
		t.Fatal(err)
	}
	_, err := o.outbox.Export(id, "", "Demande", "")
	fails(t, err, desk.ErrInvalid)
	if !bytes.Equal(bytesOf(path), old) {
		t.Error("the file that was there is gone")
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("%d files in the folder, %v", len(left), err)
	}
	put(t, kept, second)
	must(o.outbox.Export(id, "", "Demande", ""))(t)
	if got := entries(t, path); len(got) != 3 {
		t.Errorf("%q", got)
	}
}

// A file that is not what somebody confirmed does not leave by this road either.
func TestExportOfAlteredBytes(t *testing.T) {
	o, id, folder, kept := exporting(t, "un.pdf")
	altered := bytes.Repeat([]byte("x"), 1000)
	put(t, kept, altered)
	_, err := o.outbox.Export(id, "", "Demande", "")
	fails(t, err, desk.ErrInvalid)
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("%d files in the folder, %v", len(left), err)
	}
}

// Bytes that cannot be read just now are neither missing nor a fault of the
// place that was chosen.
func TestExportOfUnreadableBytes(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string) error{
		"Opened": func(_ *testing.T, path string) error { return os.Mkdir(path, 0o700) },
		"NotOpened": func(t *testing.T, path string) error {
			if err := os.Symlink(path, path); err != nil {
				t.Skipf("no links here: %v", err)
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			o, id, folder, kept := exporting(t, "un.pdf")
			if err := errors.Join(os.Remove(kept), spoil(t, kept)); err != nil {
				t.Fatal(err)
			}
			_, err := o.outbox.Export(id, "", "Demande", "")
			var known *desk.Error
			if err == nil || errors.As(err, &known) {
				t.Errorf("%v, want the error of reading alone", err)
			}
			if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
				t.Errorf("%d files in the folder, %v", len(left), err)
			}
		})
	}
}

// What the portal alone has is not exported as if it were whole.
func TestExportWithoutBytes(t *testing.T) {
	o, id, _, _ := exporting(t, "un.pdf")
	d := must(o.app.store.Request(t.Context(), claire, uuid.MustParse(id)))(t)
	d.Files[0].Stored = ""
	fails(t, o.app.fill(zip.NewWriter(io.Discard), "page", "", d), desk.ErrInvalid)
}

// full is a disk with room for so many bytes.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.room {
		return 0, syscall.ENOSPC
	}
	f.room -= len(p)
	return len(p), nil
}

// A fault while an entry is written is one of the place, one while it is read
// is not.
func TestExportFaults(t *testing.T) {
	content := bytes.Repeat([]byte("x"), 100_000)
	at := time.Date(2026, 3, 2, 14, 32, 0, 0, time.UTC)
	for _, room := range []int{0, 50_000} {
		z := zip.NewWriter(&full{room})
		err := entry(z, "un.pdf", zip.Store, at, bytes.NewReader(content))
		fails(t, err, desk.ErrNotWritten)
		if !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("the cause is lost: %v", err)
		}
	}
	cause := errors.New("the disk groans")
	half := io.MultiReader(bytes.NewReader(content), iotest.ErrReader(cause))
	if err := entry(zip.NewWriter(io.Discard), "un.pdf", zip.Store, at, half); !errors.Is(err, cause) || errors.Is(err, desk.ErrNotWritten) {
		t.Errorf("%v, want the error of reading alone", err)
	}
}

// What is another person's is not exported.
func TestExportOfAnother(t *testing.T) {
	o, p := desktop(t)
	p.Down()
	id, revision := o.write(t, content())
	must(o.drafts.Submit(id, revision))(t)
	o.shell.save = func(string, string) (string, error) {
		t.Error("asked where to write it")
		return "", nil
	}
	p.Up()
	o.signIn(t, p, marc)
	_, err := o.outbox.Export(id, "", "Demande", "")
	fails(t, err, desk.ErrNotFound)
	for _, id := range []string{"", "x"} {
		_, err := o.outbox.Export(id, "", "Demande", "")
		fails(t, err, desk.ErrNotFound)
	}
}
