package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guichet/internal/attach"
	"guichet/internal/privacy"
)

// BenchmarkSeal is what every save of a draft pays.
func BenchmarkSeal(b *testing.B) {
	s, _ := newSafe(b, "claire", "denis")
	s.Lock("denis")
	text := noise(2000)
	for name, person := range map[string]string{"Own": "claire", "ToPublicKey": "denis"} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := s.Seal(person, text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFile is a file of 20 MB until it is on the disk, sealed against plain,
// one after the other in the same run: by itself, and as an attachment, which is
// hashed on the way.
func BenchmarkFile(b *testing.B) {
	s, _ := newSafe(b, "claire")
	data := noise(20 << 20)
	b.Run("Alone", func(b *testing.B) {
		path := filepath.Join(b.TempDir(), "file")
		compare(b, s, func(sealer privacy.Sealer) error { return writeFileSealed(path, sealer, data) })
	})
	b.Run("Attached", func(b *testing.B) {
		dir := b.TempDir()
		compare(b, s, func(sealer privacy.Sealer) error {
			_, err := attach.New(dir, sealer).Put(b.Context(), "claire", bytes.NewReader(data), int64(len(data)), nil)
			return err
		})
	})
}

func writeFileSealed(path string, sealer privacy.Sealer, data []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w, err := sealer.Writer("claire", f)
	if err != nil {
		return err
	}
	for at := 0; at < len(data); at += 256 << 10 {
		if _, err := w.Write(data[at:min(len(data), at+256<<10)]); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), f.Sync())
}

// compare gives the ratio of all rounds and that of the best ones, which a busy
// machine does not blur.
func compare(b *testing.B, s *Safe, write func(privacy.Sealer) error) {
	timed := func(sealer privacy.Sealer) time.Duration {
		begin := time.Now()
		if err := write(sealer); err != nil {
			b.Fatal(err)
		}
		return time.Since(begin)
	}
	var plain, sealed time.Duration
	bestPlain, bestSealed := time.Hour, time.Hour
	for b.Loop() {
		p, q := timed(privacy.Plain{}), timed(s)
		plain, sealed = plain+p, sealed+q
		bestPlain, bestSealed = min(bestPlain, p), min(bestSealed, q)
	}
	b.ReportMetric(float64(sealed)/float64(plain), "sealed/plain")
	b.ReportMetric(float64(bestSealed)/float64(bestPlain), "best/best")
	b.ReportMetric(float64(bestPlain.Milliseconds()), "plain-ms")
}

// BenchmarkRead is 20 MB read back, from the system's cache.
func BenchmarkRead(b *testing.B) {
	s, _ := newSafe(b, "claire")
	path := filepath.Join(b.TempDir(), "file")
	if err := os.WriteFile(path, mustStream(b, s, "claire", noise(20<<20)), 0o600); err != nil {
		b.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	b.SetBytes(20 << 20)
	for b.Loop() {
		r, err := s.Reader("claire", f, 20<<20)
		if err != nil {
			b.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, r); err != nil || n != 20<<20 {
			b.Fatal(n, err)
		}
	}
}

// BenchmarkPIN is one try.
func BenchmarkPIN(b *testing.B) {
	b.Run(fmt.Sprintf("%+v", standard), func(b *testing.B) {
		for b.Loop() {
			standard.key("1234", make([]byte, saltSize))
		}
	})
}
