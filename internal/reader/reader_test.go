package reader

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/reader/pdf/pdftest"
	"guichet/internal/reader/picture"
	"guichet/internal/reader/picture/picturetest"
	"guichet/internal/reader/readertest"
)

// real is a reader as the program has it, whose PDF engine is compiled.
func real(tb testing.TB) *Reader {
	r := newReader("")
	r.Cache = pdftest.Cache(tb)
	return r
}

func read(tb testing.TB, r *Reader, name string, data []byte) desk.Reading {
	tb.Helper()
	got, err := r.Read(tb.Context(), File{Name: name, Data: data}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	return got
}

// brief is a reading in words, to be compared.
func brief(r desk.Reading) string {
	var out []string
	at := func(p desk.Place) string {
		s := " " + p.Part + p.Member
		if p.Page > 0 {
			s += fmt.Sprint(" p", p.Page)
		}
		if p.Line > 0 {
			s += fmt.Sprint(" l", p.Line)
		}
		return s
	}
	for _, f := range r.Findings {
		out = append(out, strings.Join(strings.Fields(f.Kind+at(f.Place)), " "))
	}
	for _, u := range r.Unread {
		out = append(out, strings.Join(strings.Fields("unread "+u.Reason+at(u.Place)), " "))
	}
	if len(r.Scans) > 0 {
		out = append(out, fmt.Sprint("scans ", r.Scans))
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

func scan() image.Image {
	page := image.NewGray(image.Rect(0, 0, 800, 1100))
	for i := range page.Pix {
		page.Pix[i] = 250
	}
	return page
}

// What is in a file of each kind is found, with its place, by the child that the
// program starts.
func TestRead(t *testing.T) {
	nir := readertest.NIR(7)
	number := "N° de sécurité sociale : " + nir
	tests := map[string]struct {
		name string
		data []byte
		want string
	}{
		"Text":         {"a.txt", []byte("Bonjour\n" + number), "nir l2"},
		"Clean":        {"a.txt", []byte("Bonjour,\nla facture FA-2026-0012 est en double."), ""},
		"Name":         {"NIR " + nir + ".txt", []byte("Bonjour"), "nir name"},
		"Word":         {"a.docx", readertest.Docx(readertest.Paragraphs("Bonjour", number)), "nir"},
		"PDF":          {"a.pdf", pdftest.Text("Page une", "Bonjour\n"+number), "nir p2 l2"},
		"PDFInZip":     {"a.zip", readertest.Zip(readertest.File{Name: "lot/b.pdf", Data: pdftest.Text(number)}), "nir lot/b.pdf p1 l1"},
		"PDFInMessage": {"a.eml", readertest.Eml("Devis", "Voici", readertest.Attachment{Name: "b.pdf", Media: "application/pdf", Data: pdftest.Text(number)}), "nir b.pdf p1 l1"},
		"Carried":      {"a.pdf", pdftest.Attached("notes.txt", []byte(number)), "nir notes.txt l1"},
		"Encrypted":    {"a.pdf", pdftest.Encrypted(pdftest.Text(number), "secret", "secret"), "unread encrypted"},
		"Truncated":    {"a.pdf", pdftest.Text(number)[:60], "unread damaged"},
		"Scan":         {"a.pdf", pdftest.Scan(scan()), "scans [1]"},
		"ScanInZip":    {"a.zip", readertest.Zip(readertest.File{Name: "b.pdf", Data: pdftest.Scan(scan())}), "unread scan b.pdf p1"},
		"Photo":        {"a.jpg", picturetest.JPEG(t, picturetest.Photo(600, 400), picturetest.Facts{Place: true, Device: true}), "device; location; scans [1]"},
		"PhotoInWord":  {"a.docx", readertest.Docx(readertest.Paragraphs("Voici"), readertest.File{Name: "word/media/image1.jpeg", Data: picturetest.JPEG(t, picturetest.Photo(600, 400), picturetest.Facts{})}), "unread scan"},
		"LogoInWord":   {"a.docx", readertest.Docx(readertest.Paragraphs("Voici"), readertest.File{Name: "word/media/image1.jpeg", Data: picturetest.JPEG(t, picturetest.Photo(60, 40), picturetest.Facts{})}), ""},
		"DICOM":        {"a.pdf", readertest.DICOM, "format"},
		"NumberAsName": {"a.zip", readertest.Zip(readertest.File{Name: "NIR " + nir + ".txt", Data: []byte("Bonjour " + number)}), "nir NIR XXXXXXXXXXX" + nir[11:] + ".txt; nir NIR XXXXXXXXXXX" + nir[11:] + ".txt l1"},
		"DICOMInZip":   {"a.zip", readertest.Zip(readertest.File{Name: "IM0001", Data: readertest.DICOM}), "format IM0001"},
		"Unknown":      {"a.bin", []byte{0, 1, 2, 3, 0xff, 0xfe, 0, 9, 7}, "unread format"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := brief(read(t, real(t), tt.name, tt.data)); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// Pages of a long file are told in their order, whoever has read them.
func TestReadLong(t *testing.T) {
	pages := make([]string, 2*many+1)
	for i := range pages {
		pages[i] = fmt.Sprintf("Page %d\nN° de sécurité sociale : %s", i+1, readertest.NIR(i))
	}
	var done []int
	got, err := real(t).Read(t.Context(), File{Name: "a.pdf", Data: pdftest.Text(pages...)}, func(p Progress) { done = append(done, p.Done) })
	if err != nil || len(got.Findings) != len(pages) || len(got.Unread) > 0 || !slices.IsSorted(done) {
		t.Fatalf("%d findings, %v, %v", len(got.Findings), got.Unread, err)
	}
	for i, f := range got.Findings {
		if nir := readertest.NIR(i); f.Place.Page != i+1 || f.Tail != nir[len(nir)-4:] {
			t.Fatalf("page %d: %+v", i+1, f)
		}
	}
}

// A picture that has the beginning of a PDF in it is drawn and blackened as the picture
// that it was looked at as.
func TestChangedPolyglot(t *testing.T) {
	data := picturetest.JPEG(t, picturetest.Photo(60, 40), picturetest.Facts{Comment: "%PDF-1.7"})
	out, err := real(t).Changed(t.Context(), File{Name: "a.jpg", Data: data}, Change{Boxes: []Box{{Page: 1, W: 1, H: 1}}})
	if err != nil || !bytes.HasPrefix(out, []byte("\xff\xd8")) {
		t.Errorf("%d bytes, %v", len(out), err)
	}
}

// A long list of one kind leaves room for what must not leave.
func TestReadCrowd(t *testing.T) {
	var list strings.Builder
	for i := range 2 * maxFindings {
		fmt.Fprintln(&list, readertest.IBAN(i))
	}
	fmt.Fprintln(&list, "NIR du patient : "+readertest.NIR(7))
	got, count := read(t, real(t), "liste.txt", []byte(list.String())), map[string]int{}
	for _, f := range got.Findings {
		count[f.Kind]++
	}
	if count["nir"] != 1 || count["iban"] != maxFindings || len(got.Unread) != 1 {
		t.Errorf("found %v, not read %v", count, got.Unread)
	}
}

func TestReadInvoice(t *testing.T) {
	guessed := read(t, real(t), "a.pdf", pdftest.Text("FACTURE\nFacture n° FA-2026-0417 du 12/11/2026")).Invoice
	if guessed == nil || guessed.Number != "FA-2026-0417" || guessed.Sure {
		t.Errorf("%+v", guessed)
	}
	if got := read(t, real(t), "a.pdf", pdftest.Text("Bonjour")).Invoice; got != nil {
		t.Errorf("%+v", got)
	}
}

// Whatever a file does, its reading ends in time and in memory, and says what was not
// read; the reader goes on.
func TestReadHostile(t *testing.T) {
	all := map[string]func() []byte{}
	for name, make := range readertest.Hostile() {
		all[name] = make
	}
	for name, data := range pdftest.Hostile() {
		all["pdf-"+name+".pdf"] = func() []byte { return data }
	}
	r := real(t)
	for name, make := range all {
		t.Run(name, func(t *testing.T) {
			data, begun := make(), time.Now()
			got := read(t, r, name, data)
			took := time.Since(begun)
			t.Logf("%s: %d bytes, %v, %s", name, len(data), took.Round(time.Millisecond), brief(got))
			if took > usualTime+5*time.Second { // a machine that has more to do ends a process late
				t.Errorf("took %v", took)
			}
		})
	}
	if got := brief(read(t, r, "a.txt", []byte("Bonjour"))); got != "" {
		t.Errorf("afterwards: %q", got)
	}
}

func TestChanged(t *testing.T) {
	r := real(t)
	nir := readertest.NIR(3)
	changed := func(t *testing.T, name string, data []byte, c Change) []byte {
		t.Helper()
		out, err := r.Changed(t.Context(), File{Name: name, Data: data}, c)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	t.Run("Strip", func(t *testing.T) {
		out := changed(t, "a.jpg", picturetest.JPEG(t, picturetest.Photo(600, 400), picturetest.Facts{Place: true, Device: true}), Change{Strip: true})
		if got := brief(read(t, r, "a.jpg", out)); got != "scans [1]" {
			t.Error(got)
		}
	})
	t.Run("Mask", func(t *testing.T) {
		in := "Réf. 12\nNIR " + nir + "\nFacture 7"
		out := string(changed(t, "a.txt", []byte(in), Change{Mask: true}))
		if len(out) != len(in) || strings.Contains(out, nir) || !strings.HasPrefix(out, "Réf. 12\nNIR X") || !strings.HasSuffix(out, "X\nFacture 7") {
			t.Errorf("%q", out)
		}
		if got := brief(read(t, r, "a.txt", []byte(out))); got != "" {
			t.Error(got)
		}
	})
	t.Run("MaskFullWidth", func(t *testing.T) {
		wide := strings.Map(func(c rune) rune { return c - '0' + '０' }, nir)
		out := string(changed(t, "a.txt", []byte("NIR "+wide+"\nFacture 7"), Change{Mask: true}))
		if out != "NIR "+strings.Repeat("Ｘ", 15)+"\nFacture 7" {
			t.Errorf("%q", out)
		}
	})
	t.Run("RedactPDF", func(t *testing.T) {
		in := pdftest.Text("Page une", "NIR "+nir)
		out := changed(t, "a.pdf", in, Change{Boxes: []Box{{Page: 2, X: 0, Y: 0, W: 1, H: 0.5}}})
		got := read(t, r, "a.pdf", out)
		if bytes.Contains(out, []byte(nir)) || got.Pages != 2 || brief(got) != "scans [1 2]" {
			t.Errorf("%s, %d pages", brief(got), got.Pages)
		}
		page, err := r.Page(t.Context(), File{Name: "a.pdf", Data: out}, 2, 800)
		if err != nil {
			t.Fatal(err)
		}
		drawn, _, err := image.Decode(bytes.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		b := drawn.Bounds()
		for _, at := range []struct {
			y    int
			dark bool
		}{{b.Dy() / 4, true}, {b.Dy() * 3 / 4, false}} {
			grey := color.GrayModel.Convert(drawn.At(b.Dx()/2, at.y)).(color.Gray).Y
			if (grey < 40) != at.dark || (grey > 215) == at.dark {
				t.Errorf("at %d of %d it is %d", at.y, b.Dy(), grey)
			}
		}
	})
	t.Run("RedactPicture", func(t *testing.T) {
		out := changed(t, "a.png", picturetest.PNG(t, picturetest.Photo(600, 400), picturetest.Facts{Place: true}), Change{Boxes: []Box{{Page: 1, X: 0.1, Y: 0.1, W: 0.2, H: 0.2}}})
		if info, err := picture.Look(out); err != nil || info.Format != picture.PNG || info.Metadata() {
			t.Errorf("%+v, %v", info, err)
		}
	})
	t.Run("Shrink", func(t *testing.T) {
		out := changed(t, "a.jpg", picturetest.JPEG(t, picturetest.Photo(2000, 1000), picturetest.Facts{}), Change{Side: 500})
		if info, err := picture.Look(out); err != nil || info.Width != 500 {
			t.Errorf("%+v, %v", info, err)
		}
	})
	for name, c := range map[string]struct {
		name   string
		data   []byte
		change Change
	}{
		"ErrNothingToMask": {"a.txt", []byte("Bonjour"), Change{Mask: true}},
		"ErrNotText":       {"a.docx", readertest.Docx(readertest.Paragraphs("NIR " + nir)), Change{Mask: true}},
		"ErrNoPicture":     {"a.txt", []byte("Bonjour"), Change{Boxes: []Box{{Page: 1, W: 1, H: 1}}}},
		"ErrPageBeyond":    {"a.pdf", pdftest.Text("une"), Change{Boxes: []Box{{Page: 2, W: 1, H: 1}}}},
		"ErrBoxBeside":     {"a.pdf", pdftest.Text("une"), Change{Boxes: []Box{{Page: 1, X: 1.5, W: 1, H: 1}}}},
		"ErrNothing":       {"a.pdf", pdftest.Text("une"), Change{}},
	} {
		t.Run(name, func(t *testing.T) {
			if out, err := r.Changed(t.Context(), File{Name: c.name, Data: c.data}, c.change); !errors.Is(err, ErrCannot) {
				t.Errorf("%d bytes, %v", len(out), err)
			}
		})
	}
}

// The first file that may be a PDF has what reads them compiled, once.
func TestWarm(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for seconds")
	}
	r := newReader("")
	r.Cache = t.TempDir()
	if got := brief(read(t, r, "a.txt", []byte("Bonjour"))); got != "" || len(names(t, r.Cache)) > 0 {
		t.Errorf("compiled for a text: %q", got)
	}
	if got := brief(read(t, r, "a.pdf", pdftest.Text("NIR "+readertest.NIR(1)))); got != "nir p1 l1" || len(names(t, r.Cache)) == 0 {
		t.Errorf("%q, %v", got, names(t, r.Cache))
	}
}
