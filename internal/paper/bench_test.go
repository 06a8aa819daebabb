package paper

import (
	"io"
	"testing"
)

func BenchmarkPaper(b *testing.B) {
	for name, s := range map[string]Sheet{"OnePage": localSheet(), "TwelveMessages": receivedSheet(), "FiftyPages": hardSheet()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := PDF(io.Discard, s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
