package pdf_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"guichet/internal/reader/pdf"
	"guichet/internal/reader/pdf/pdftest"
)

func TestCache(t *testing.T) {
	from, dir := pdftest.Cache(t), t.TempDir()
	if pdf.Cached(dir) || pdf.Cached("") {
		t.Error("an empty folder is said to be warm")
	}
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	if !pdf.Cached(dir) {
		t.Fatal("a warm folder is said to be empty")
	}
	files, err := filepath.Glob(filepath.Join(dir, "wazero-*", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no machine code: %v", err)
	}
	t.Run("Damaged", func(t *testing.T) {
		code, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		code[len(code)/2] ^= 0xff
		if err := os.WriteFile(files[0], code, 0o600); err != nil {
			t.Fatal(err)
		}
		if e, err := pdf.Start(context.Background(), dir); err == nil {
			e.Close()
			t.Fatal("it runs machine code that was changed")
		}
		if pdf.Cached(dir) {
			t.Error("a damaged folder is said to be warm")
		}
		if raced {
			return
		}
		if err := pdf.Warm(context.Background(), dir); err != nil || !pdf.Cached(dir) {
			t.Errorf("it was not made anew: %v", err)
		}
	})
}
