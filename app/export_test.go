package app

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"guichet/internal/desk"
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
		return filepath.Join(folder, "sans fin"), nil
	}
	path := must(o.outbox.Export(id, "Enregistrer", "Demande", ""))(t)
	if !slices.Equal(asked, []string{"Enregistrer", "Demande.zip"}) {
		t.Errorf("asked for %q", asked)
	}
	if filepath.Base(path) != "sans fin.zip" {
		t.Errorf("a name without an ending became %s", filepath.Base(path))
	}
	if got := entries(t, path); len(got) != 1 {
		t.Errorf("%q", got)
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
	must(o.session.SignIn(p.Token(marc)))(t)
	_, err := o.outbox.Export(id, "", "Demande", "")
	fails(t, err, desk.ErrNotFound)
	for _, id := range []string{"", "x"} {
		_, err := o.outbox.Export(id, "", "Demande", "")
		fails(t, err, desk.ErrNotFound)
	}
}
