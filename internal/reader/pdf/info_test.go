package pdf

import (
	"bytes"
	"compress/zlib"
	"testing"
)

// FuzzMetadata reads the metadata of anything: it is the one part of a file that pdfium
// does not read for us.
func FuzzMetadata(f *testing.F) {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	if _, err := w.Write([]byte("<a b='c'>d</a>")); err != nil {
		f.Fatal(err)
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("<</Type/Metadata/Subtype/XML/Length 9>>\nstream\n<a>b</a>\nendstream"))
	f.Add([]byte("/XML/XML stream"))
	f.Add(append([]byte("<</Subtype/XML/Filter/FlateDecode>>\nstream\r\n"), packed.Bytes()...))
	f.Fuzz(func(t *testing.T, data []byte) {
		var l lines
		packets := 0
		metadata(data, func(packet []byte) {
			packets++
			if len(packet) > maxNoteBytes {
				t.Errorf("a packet of %d bytes", len(packet))
			}
			addXML(&l, packet)
		})
		if packets > 50 || l.b.Len() > maxNoteBytes+1 {
			t.Errorf("%d packets, %d bytes", packets, l.b.Len())
		}
		if text := plain(string(data)); len(text) > 3*len(data) || bytes.ContainsAny([]byte(text), "\r\x00\x02\ufffe") {
			t.Errorf("not plain: %q", text)
		}
	})
}
