package pdf_test

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"
	"testing"

	"guichet/internal/reader/pdf"
	"guichet/internal/reader/pdf/pdftest"
)

func engine(tb testing.TB) *pdf.Engine { return pdftest.Engine(tb) }

func open(tb testing.TB, data []byte) *pdf.Doc {
	tb.Helper()
	d, err := engine(tb).Open(data)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(d.Close)
	return d
}

func page(tb testing.TB, d *pdf.Doc, n int) pdf.Page {
	tb.Helper()
	p, err := d.Page(n)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func TestPage(t *testing.T) {
	const marked = "Numéro 1 85 05 78 006 084 91"
	one := func(content, entries, resources string) []byte {
		var f pdftest.File
		f.Page(content, entries, resources)
		return f.Bytes()
	}
	layer := func() []byte {
		f := pdftest.File{Catalog: "/OCProperties<</OCGs[4 0 R]/D<</OFF[4 0 R]/BaseState/OFF>>>>"}
		f.Add("<</Type/OCG/Name(caché)>>")
		f.Page("/OC /L1 BDC "+pdftest.Lines(marked)+" EMC", "", "/Properties<</L1 4 0 R>>")
		return f.Bytes()
	}
	form := func() []byte {
		var f pdftest.File
		n := f.Stream("/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>", []byte(pdftest.Lines(marked)))
		f.Page("/X Do", "", fmt.Sprintf("/XObject<</X %d 0 R>>", n))
		return f.Bytes()
	}
	for name, data := range map[string][]byte{
		"a line": pdftest.Text(marked),
		"a line of a packed stream": func() []byte {
			f := pdftest.File{Packed: true}
			f.Page(pdftest.Lines(marked), "", "")
			return f.Bytes()
		}(),
		"under a black box":       one(pdftest.Lines(marked)+"0 0 0 rg 40 700 400 120 re f", "", ""),
		"white on white":          one("1 1 1 rg "+pdftest.Lines(marked), "", ""),
		"invisible":               one("3 Tr "+pdftest.Lines(marked), "", ""),
		"outside of the crop box": one(pdftest.Lines(marked), "/CropBox[0 0 100 100]", ""),
		"outside of the paper":    one(strings.Replace(pdftest.Lines(marked), "50 800", "50 2000", 1), "", ""),
		"on a layer that is off":  layer(),
		"in a form":               form(),
		"turned":                  one(pdftest.Lines(marked), "/Rotate 90", ""),
		"of an old version": func() []byte {
			f := pdftest.File{Version: "1.3"}
			f.Page(pdftest.Lines(marked), "", "")
			return f.Bytes()
		}(),
		"behind an odd header": func() []byte {
			f := pdftest.File{Version: "1.x"}
			f.Page(pdftest.Lines(marked), "", "")
			return f.Bytes()
		}(),
		"behind an owner's password": pdftest.Encrypted(pdftest.Text(marked), "", "secret"),
	} {
		t.Run(name, func(t *testing.T) {
			p := page(t, open(t, data), 1)
			if got := strings.TrimSpace(p.Text); got != marked {
				t.Errorf("read %q", got)
			}
			if p.Scanned {
				t.Error("said to be a picture")
			}
		})
	}
	t.Run("Lines", func(t *testing.T) {
		d := open(t, pdftest.Text("un\ndeux\ntrois", "quatre"))
		if d.Pages() != 2 {
			t.Errorf("%d pages", d.Pages())
		}
		if got := page(t, d, 1).Text; got != "un\ndeux\ntrois" {
			t.Errorf("read %q", got)
		}
		if got := page(t, d, 2).Text; got != "quatre" {
			t.Errorf("read %q", got)
		}
	})
	t.Run("NoSuchPage", func(t *testing.T) {
		d := open(t, pdftest.Text("un"))
		for _, n := range []int{-1, 0, 2} {
			if _, err := d.Page(n); !errors.Is(err, pdf.ErrDamaged) {
				t.Errorf("page %d: %v", n, err)
			}
		}
	})
}

func TestNotes(t *testing.T) {
	var f pdftest.File
	look := f.Stream("/Type/XObject/Subtype/Form/BBox[0 0 300 20]/Resources<</Font<</F1 3 0 R>>>>", []byte("BT /F1 9 Tf 2 2 Td (Tampon montre) Tj ET"))
	parent := f.Add("<</FT/Tx/T(nom)/V(Valeur du parent)/Kids[6 0 R]/DA(/F1 9 Tf)>>")
	widget := f.Add(fmt.Sprintf("<</Type/Annot/Subtype/Widget/Parent %d 0 R/Rect[50 50 200 70]>>", parent))
	_ = widget
	pinned := f.Stream("/Type/EmbeddedFile", []byte("pinned bytes"))
	f.Catalog = fmt.Sprintf("/AcroForm<</Fields[%d 0 R]/DR<</Font<</F1 3 0 R>>>>>>", parent)
	f.Page(pdftest.Lines("Le corps"), "/Annots[<</Type/Annot/Subtype/Text/Contents(Une note)/T(Dr Auteur)/Rect[10 10 20 20]>>"+
		"<</Type/Annot/Subtype/Text/F 2/Contents(Une note cachee)/Rect[10 10 20 20]>>"+
		fmt.Sprintf("<</Type/Annot/Subtype/Stamp/Rect[50 300 350 320]/AP<</N %d 0 R>>>> %d 0 R", look, 6)+
		fmt.Sprintf("<</Type/Annot/Subtype/FileAttachment/Rect[10 10 20 20]/FS<</Type/Filespec/F(epingle.txt)/UF(epingle.txt)/EF<</F %d 0 R>>>>>>", pinned)+"]", "")
	p := page(t, open(t, f.Bytes()), 1)
	for _, want := range []string{"Une note\n", "Dr Auteur", "Une note cachee", "Valeur du parent"} {
		if !strings.Contains(p.Notes, want) {
			t.Errorf("%q is not among the notes", want)
		}
	}
	for _, want := range []string{"Le corps", "Tampon montre"} {
		if !strings.Contains(p.Text, want) {
			t.Errorf("%q is not in the text %q", want, p.Text)
		}
	}
	if len(p.Files) != 1 || p.Files[0].Name != "epingle.txt" || string(p.Files[0].Data) != "pinned bytes" || p.Files[0].Err != nil {
		t.Errorf("pinned: %+v", p.Files)
	}
}

func TestInfo(t *testing.T) {
	for name, packed := range map[string]bool{"Plain": false, "Packed": true} {
		t.Run(name, func(t *testing.T) {
			f := pdftest.File{Packed: packed, Info: "/Title(Le titre)/Author(Une autrice)/Keywords(mot cle)"}
			meta := f.Stream("/Type/Metadata/Subtype/XML", []byte(`<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><r a="dans un attribut"><d>dans les metadonnees</d></r></x:xmpmeta>`))
			xfa := f.Stream("", []byte(`<xdp><data><nom>dans le XFA</nom></data></xdp>`))
			outlines := f.Add("<</First 7 0 R/Last 7 0 R>>")
			f.Add("<</Title(Un chapitre)/Parent 6 0 R>>")
			f.Catalog = fmt.Sprintf("/Metadata %d 0 R/Outlines %d 0 R/AcroForm<</Fields[]/XFA[(data) %d 0 R]>>", meta, outlines, xfa)
			f.Page(pdftest.Lines("a"), "", "")
			got, err := open(t, f.Bytes()).Info()
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{"Le titre", "Une autrice", "mot cle", "dans un attribut", "dans les metadonnees", "Un chapitre", "dans le XFA"} {
				if !strings.Contains(got, want+"\n") {
					t.Errorf("%q is missing", want)
				}
			}
		})
	}
}

func TestFiles(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		files, err := open(t, pdftest.Attached("factur-x.xml", []byte("<a>é</a>"))).Files()
		if err != nil || len(files) != 1 || files[0].Name != "factur-x.xml" || string(files[0].Data) != "<a>é</a>" || files[0].Err != nil {
			t.Errorf("%+v, %v", files, err)
		}
	})
	t.Run("None", func(t *testing.T) {
		if files, err := open(t, pdftest.Text("a")).Files(); err != nil || len(files) != 0 {
			t.Errorf("%+v, %v", files, err)
		}
	})
	t.Run("ABombIsErrMemory", func(t *testing.T) {
		files, err := open(t, pdftest.Attached("bombe.txt", make([]byte, 200<<20))).Files()
		if err == nil && (len(files) != 1 || !errors.Is(files[0].Err, pdf.ErrMemory)) || err != nil && !errors.Is(err, pdf.ErrMemory) {
			t.Errorf("%d files, %v", len(files), err)
		}
	})
}

// written is a picture with something dark on it.
func written() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 300, 400))
	draw.Draw(m, m.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(m, image.Rect(50, 50, 250, 80), image.Black, image.Point{}, draw.Src)
	return m
}

func TestScanned(t *testing.T) {
	with := func(over string) []byte {
		var f pdftest.File
		f.Scan(written(), over)
		return f.Bytes()
	}
	curves := func() []byte {
		var f pdftest.File
		f.Page(strings.Repeat("10 10 m 20 30 40 50 60 10 c f\n", 100), "", "")
		return f.Bytes()
	}
	beside := func(content string, form bool) []byte {
		var f pdftest.File
		f.Picture(written(), content, form)
		return f.Bytes()
	}
	letter := pdftest.Lines(strings.Repeat("Une lettre de quelques mots.\n", 20))
	strips := ""
	for i := range 20 {
		strips += fmt.Sprintf("q 595 0 0 40 0 %d cm /I1 Do Q\n", i*40)
	}
	for name, c := range map[string]struct {
		data []byte
		want bool
	}{
		"a photo below a letter":        {beside(letter+"q 240 0 0 150 50 50 cm /I1 Do Q", false), true},
		"a photo in a form":             {beside(letter+"q 240 0 0 150 50 50 cm /I1 Do Q", true), true},
		"a logo beside a letter":        {beside(letter+"q 80 0 0 40 450 790 cm /I1 Do Q", false), false},
		"a letter on its paper":         {beside("q 595 0 0 842 0 0 cm /I1 Do Q "+letter, false), false},
		"strips below a fax's header":   {beside(strips+pdftest.Lines("FAX DU 30/11/2026 10:00 DE 0144556677 PAGE 001"), false), true},
		"a picture":                     {pdftest.Scan(written()), true},
		"a picture with a fax's header": {with(pdftest.Lines("FAX DU 30/11/2026 10:00 DE 0144556677 PAGE 001")), true},
		"a picture that was recognised": {with("3 Tr " + pdftest.Lines(strings.Repeat("Tout un texte reconnu. ", 20))), false},
		"curves in place of letters":    {curves(), true},
		"a text":                        {pdftest.Text("Une lettre de quelques mots seulement"), false},
		"an empty page":                 {pdftest.Text(""), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := page(t, open(t, c.data), 1).Scanned; got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestPicture(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		d := open(t, pdftest.Scan(written()))
		m, err := d.Picture(1, 72, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		d.Close() // the picture outlives its document
		if m.Bounds().Dx() < 590 || m.Bounds().Dy() < 840 {
			t.Errorf("%v", m.Bounds())
		}
		dark := color.GrayModel.Convert(m.At(300, 140)).(color.Gray).Y
		light := color.GrayModel.Convert(m.At(300, 500)).(color.Gray).Y
		if dark > 80 || light < 200 {
			t.Errorf("ink is %d, paper %d", dark, light)
		}
	})
	t.Run("Bounded", func(t *testing.T) {
		m, err := open(t, pdftest.Text("a")).Picture(1, 1_000_000, 100_000)
		if err != nil {
			t.Fatal(err)
		}
		if n := m.Bounds().Dx() * m.Bounds().Dy(); n > 100_000 || n < 90_000 {
			t.Errorf("%d pixels", n)
		}
	})
}

func TestOpen(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"ErrEncrypted": {pdftest.Encrypted(pdftest.Text("a"), "user", "owner"), pdf.ErrEncrypted},
		"ErrDamaged":   {[]byte("no PDF"), pdf.ErrDamaged},
		"Empty":        {nil, pdf.ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := engine(t).Open(c.data); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}
