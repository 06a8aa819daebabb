package paper

import (
	_ "embed" // the two faces
	"sync"

	"codeberg.org/go-pdf/fpdf"
)

// Atkinson Hyperlegible Next, the window's face: face/make.py made the files.
var (
	//go:embed face/regular.ttf
	regularTTF []byte
	//go:embed face/bold.ttf
	boldTTF []byte
	//go:embed face/characters.txt
	characters string
)

// box stands for what the face lacks; both weights have it.
const box = '□'

// covered are the characters that both weights have a glyph for. All of them
// are among the first 65,536: the library encodes no others.
var covered = sync.OnceValue(func() map[rune]bool {
	has := map[rune]bool{}
	for _, r := range characters {
		has[r] = true
	}
	return has
})

// face is one weight in one document: how wide its characters are.
type face struct {
	pdf    *fpdf.Fpdf
	style  string
	widths map[rune]float64
}

const family = "atkinson"

// width of a character, in units of the size of the type.
func (f *face) width(r rune) float64 {
	w, ok := f.widths[r]
	if !ok {
		f.pdf.SetFont(family, f.style, 10)
		w = float64(f.pdf.GetStringSymbolWidth(string(r))) / 1000
		f.widths[r] = w
	}
	return w
}
