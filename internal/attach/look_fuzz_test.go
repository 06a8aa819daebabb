package attach

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"guichet/internal/desk"
)

// FuzzLook looks at a file of any name and content. It is what is on the disk
// that is told, the same however often one looks, and the same as for bytes
// that only the window has.
func FuzzLook(f *testing.F) {
	for name, content := range map[string]string{
		"facture.pdf": "%PDF-1.7\n%âãÏÓ", "scan.PNG": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "photo.jpg": "\xff\xd8\xff\xe0\x00\x10JFIF", "liste.csv": "a;b\n1;2\n",
		"note.txt": "Bonjour,\nmerci", "lettre.docx": "PK\x03\x04\x14\x00\x00\x00\x08\x00[Content_Types].xml", "vide.pdf": "", "x.exe": "MZ\x90\x00", "x.heic": "\x00\x00\x00\x18ftypheic",
		"é à ü.tiff": "II*\x00", "CON.pdf": "%PDF-1.4", "a.pdf.": "%PDF", "\u202efdp.txt": "abc", "x.webp": "RIFF\x00\x00\x00\x00WEBPVP8 ",
	} {
		f.Add(name, []byte(content))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		media := Recognise(name, content[:min(len(content), HeadSize)])
		if strings.ContainsAny(media, "; \t\n") || media == "" && len(content) > 0 || media != "" && !strings.Contains(media, "/") {
			t.Errorf("recognised as %q", media)
		}
		if runtime.GOOS == "windows" && (!filepath.IsLocal(name) || strings.ContainsAny(name, `<>:"|?*`) || strings.TrimRight(name, ". ") != name) {
			t.Skip("means something else there")
		}
		path := filepath.Join(dir, name)
		if strings.ContainsAny(name, "/\x00") || filepath.Dir(path) != dir || os.WriteFile(path, content, 0o600) != nil {
			t.Skip("no file can be called so here")
		}
		defer os.Remove(path)
		c, problem := Look(path)
		want := desk.Candidate{Name: name, Size: int64(len(content)), Media: media}
		if problem != nil || c != want {
			t.Errorf("%+v with %+v, want %+v", c, problem, want)
		}
		if again, problem := Look(path); problem != nil || again != c {
			t.Errorf("%+v, then %+v", c, again)
		}
		if kept, err := os.ReadFile(path); err != nil || !bytes.Equal(kept, content) {
			t.Errorf("looking changed the file: %v", err)
		}
	})
}
