package pdf_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"guichet/internal/reader/pdf"
	"guichet/internal/reader/pdf/pdftest"
)

// large is a file of so many bytes, all of it text.
func large(size int) []byte {
	r := rand.New(rand.NewPCG(1, 1))
	words := make([]string, 3000)
	for i := range words {
		word := make([]byte, 2+r.IntN(9))
		for j := range word {
			word[j] = byte('a' + r.IntN(26))
		}
		words[i] = string(word)
	}
	var f pdftest.File
	for made := 0; made < size; {
		var text strings.Builder
		for range 60 {
			for range 14 {
				text.WriteString(words[r.IntN(len(words))] + " ")
			}
			text.WriteByte('\n')
		}
		content := pdftest.Lines(text.String())
		f.Page(content, "", "")
		made += len(content) + 250
	}
	return f.Bytes()
}

const largest = 20 << 20 // of a file that is looked into

// TestMemory reads a large file in a process of its own, as the desk does it, which is
// ended when it takes more than 256 MB.
func TestMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("asks Linux for its peak")
	}
	const pages, most = 400, 200 << 10 // kB: Go's own garbage needs room as well
	if dir := os.Getenv("PDF_TEST_CHILD"); dir != "" {
		child(t, dir, pages)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestMemory$", "-test.v")
	cmd.Env = append(os.Environ(), "PDF_TEST_CHILD="+pdftest.Cache(t))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	_, after, _ := strings.Cut(string(out), "peak: ")
	peak, err := strconv.Atoi(strings.Fields(after + " x")[0])
	if err != nil || peak > most {
		t.Errorf("the peak is %d kB, %d are allowed: %v", peak, most, err)
	}
	t.Logf("peak: %d kB", peak)
}

func child(t *testing.T, dir string, pages int) {
	e, err := pdf.Start(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Open(large(largest))
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= min(pages, d.Pages()); n++ {
		if _, err := d.Page(n); err != nil {
			t.Fatal(err)
		}
	}
	// Go's collector lets as much garbage gather as lives in its heap.
	runtime.GC()
	var heap runtime.MemStats
	runtime.ReadMemStats(&heap)
	if heap.HeapAlloc > 100<<20 {
		t.Fatalf("%d MB live in Go's heap", heap.HeapAlloc>>20)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	fmt.Printf("peak: %s\n", strings.Fields(after)[0])
}

// BenchmarkPage reads a large file to its end: compare with pdftotext, which is C++.
func BenchmarkPage(b *testing.B) {
	data := large(largest)
	if to := os.Getenv("PDF_BENCH_FILE"); to != "" { // for whoever compares
		if err := os.WriteFile(to, data, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		d, err := engine(b).Open(data)
		if err != nil {
			b.Fatal(err)
		}
		for n := 1; n <= d.Pages(); n++ {
			if _, err := d.Page(n); err != nil {
				b.Fatal(err)
			}
		}
		d.Close()
	}
}

// BenchmarkStart is a start whose machine code is there already.
func BenchmarkStart(b *testing.B) {
	dir := pdftest.Cache(b)
	for b.Loop() {
		e, err := pdf.Start(context.Background(), dir)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := e.Open(nil); err == nil {
			b.Fatal("it opened nothing")
		}
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
