package mail

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime/multipart"
	"mime/quotedprintable"
	"strings"
)

// Bounds of what is read of a stranger's message. What lies beyond is not lost:
// the whole message goes with it as a file.
const (
	maxDepth = 16
	maxParts = 200
	maxText  = 1 << 20 // bytes of text, and of HTML
)

// leaf is a part of a message that holds no others.
type leaf struct {
	n           int // from 1, in the order of the message
	media       string
	params      map[string]string
	disposition string
	name        string
	report      bool         // the message is a report of a mail server
	alternative *alternative // that it is one of, nil if it stands alone
}

// alternative is several ways of saying the same.
type alternative struct{ plain bool }

// file tells whether a leaf is no part of what is said.
func (l leaf) file() bool {
	return l.disposition == "attachment" || l.name != "" || l.media != "text/plain" && l.media != "text/html"
}

// errStop ends a walk that has what it wanted.
var errStop = errors.New("stop")

// walker goes through the parts of a message.
type walker struct {
	visit  func(l leaf, body io.Reader) error
	n      int
	report bool
	odd    bool // something was not as it should be, or beyond the bounds
}

// walk goes through a message below its header.
func (w *walker) walk(h header, body io.Reader) error {
	media, _ := parameters(h.raw("Content-Type"))
	w.report = media == "multipart/report"
	return w.part(h, body, 0, nil)
}

func (w *walker) part(h header, body io.Reader, depth int, alt *alternative) error {
	media, params := parameters(h.raw("Content-Type"))
	if !strings.Contains(media, "/") {
		media = "text/plain"
	}
	if strings.HasPrefix(media, "multipart/") {
		if depth < maxDepth && params["boundary"] != "" {
			return w.parts(media, params["boundary"], body, depth, alt)
		}
		w.odd = true
		return nil
	}
	disposition, more := parameters(h.raw("Content-Disposition"))
	l := leaf{media: media, params: params, disposition: disposition, name: more["filename"], report: w.report, alternative: alt}
	if l.name == "" {
		l.name = params["name"]
	}
	w.n++
	l.n = w.n
	decoded := &salvage{r: transfer(strings.ToLower(h.raw("Content-Transfer-Encoding")), body)}
	err := w.visit(l, decoded)
	if err == nil {
		_, err = io.Copy(io.Discard, decoded)
	}
	w.odd = w.odd || decoded.broken
	return err
}

// parts goes through what a multipart holds.
func (w *walker) parts(media, boundary string, body io.Reader, depth int, alt *alternative) error {
	if media == "multipart/alternative" {
		alt = &alternative{}
	}
	for r := multipart.NewReader(body, boundary); ; {
		p, err := r.NextRawPart()
		switch {
		case err == io.EOF: // and wrapped where it ends without its last boundary
			return nil
		case err != nil || w.n >= maxParts:
			w.odd = true
			return nil
		}
		h := header{}
		for name, values := range p.Header {
			h[strings.ToLower(name)] = values
		}
		if err := w.part(h, p, depth+1, alt); err != nil {
			return err
		}
	}
}

// transfer undoes how a part was made fit to travel.
func transfer(encoding string, body io.Reader) io.Reader {
	switch strings.TrimSpace(encoding) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, &alphabet{r: body})
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	default:
		return body
	}
}

// alphabet leaves out what is not base64.
type alphabet struct{ r io.Reader }

func (a *alphabet) Read(b []byte) (int, error) {
	for {
		n, err := a.r.Read(b)
		kept := 0
		for _, c := range b[:n] {
			if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=' {
				b[kept] = c
				kept++
			}
		}
		if kept > 0 || err != nil {
			return kept, err
		}
	}
}

// salvage ends where a part is broken and remembers it, so that one bad part does
// not take the message with it.
type salvage struct {
	r      io.Reader
	broken bool
}

func (s *salvage) Read(b []byte) (int, error) {
	if s.broken {
		return 0, io.EOF
	}
	n, err := s.r.Read(b)
	if err != nil && err != io.EOF {
		s.broken, err = true, io.EOF
	}
	return n, err
}

// cropped reads at most max bytes, and tells whether there were more.
func cropped(r io.Reader, most int64) (body []byte, more bool, err error) {
	var out bytes.Buffer
	n, err := io.Copy(&out, io.LimitReader(r, most+1))
	if n > most {
		return out.Bytes()[:most], true, err
	}
	return out.Bytes(), false, err
}

// behead takes the header off a message.
func behead(r io.Reader) (header, io.Reader, error) {
	in := bufio.NewReader(r)
	head, err := readHeader(in)
	return parseHeader(head), in, err
}
