package paper

import (
	"testing"

	"golang.org/x/image/font/sfnt"
)

// characters.txt is believed: a character that it names too much would be
// drawn as nothing at all.
func TestCharactersAreThoseOfBothWeights(t *testing.T) {
	var fonts []*sfnt.Font
	for _, body := range [][]byte{regularTTF, boldTTF} {
		font, err := sfnt.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		fonts = append(fonts, font)
	}
	has := covered()
	for r := rune(0); r <= 0x10FFFF; r++ {
		both := true
		for _, font := range fonts {
			glyph, err := font.GlyphIndex(nil, r)
			if err != nil {
				t.Fatal(err)
			}
			both = both && glyph != 0
		}
		if has[r] != both {
			t.Errorf("%U: listed %t, has glyphs %t", r, has[r], both)
		}
	}
}

func TestFrenchIsCovered(t *testing.T) {
	for _, r := range "abcdefghijklmnopqrstuvwxyzàâäæçéèêëîïôöœùûüÿABCDEFGHIJKLMNOPQRSTUVWXYZÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ0123456789«»‹›“”‘’–—…•·°€%ªº²³½×→□" + thin + nb {
		if !covered()[r] {
			t.Errorf("%U is missing", r)
		}
	}
}
