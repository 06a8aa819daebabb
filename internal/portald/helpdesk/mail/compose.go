package mail

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"

	"guichet/internal/portald/helpdesk"
)

// Headers of the portal's own, by which copies are read again.
const (
	headRequest = "X-Guichet-Request" // UUID
	headNumber  = "X-Guichet-Number"
	headStatus  = "X-Guichet-Status"
	headPart    = "X-Guichet-Part"  // 2/3
	headLimit   = "X-Guichet-Limit" // bytes by which it was split
)

// mark is a header of a letter's own.
type mark struct{ name, value string }

// letter is something to be said to the help desk, in as many messages as its
// files need.
type letter struct {
	id               string // of its Message-ID
	request          string // UUID
	root             string // Message-ID of the request's first message, "" if this is it
	number, subject  string
	text             string
	author, practice string
	written          time.Time
	files            []helpdesk.File
	marks            []mark
}

// message is one of a letter's.
type message struct {
	head  []mark // in order
	id    string // by which it is told from others
	text  string
	files []helpdesk.File
}

// compose makes the n-th of a letter's messages, from 1, with the files of pack n.
func (c *Connector) compose(l letter, packs [][]helpdesk.File, n int, limit int64) message {
	id, of := partID(l.id, n)+"@"+c.domain, len(packs)
	prefix, subject := "", l.subject
	if l.root != "" {
		prefix = "Re: "
	}
	if l.number != "" {
		prefix += "[" + flat(l.number) + "] "
	}
	if of > 1 {
		subject += fmt.Sprintf(" (%d/%d)", n, of)
	}
	// The number stays readable to programs that read no encoded words.
	head := []mark{
		{"From", from(l, c.cfg.From)}, {"To", "<" + c.cfg.To + ">"}, {"Reply-To", c.replyTo(l.request)},
		{"Subject", prefix + mime.QEncoding.Encode("utf-8", flat(subject))}, {"Date", l.written.Format(time.RFC1123Z)}, {"Message-ID", "<" + id + ">"},
	}
	above := l.root
	if above == "" && n > 1 {
		above = l.id + "@" + c.domain
	}
	if above != "" {
		head = append(head, mark{"In-Reply-To", "<" + above + ">"}, mark{"References", "<" + above + ">"})
	}
	head = append(head,
		// A person wrote it: help desks throw away what calls itself automatic. Absences
		// need not be answered, but what cannot be delivered must come back.
		mark{"Auto-Submitted", "no"}, mark{"X-Auto-Response-Suppress", "DR, RN, NRN, OOF, AutoReply"},
		mark{headRequest, l.request}, mark{headPart, fmt.Sprintf("%d/%d", n, of)}, mark{headLimit, fmt.Sprint(limit)})
	for _, m := range l.marks {
		if m.value = flat(m.value); m.value != "" {
			head = append(head, mark{m.name, mime.QEncoding.Encode("utf-8", m.value)})
		}
	}
	return message{head: head, id: id, text: partText(l, packs, n), files: packs[n-1]}
}

// from has the practice's person beside the portal's address.
func from(l letter, address string) string {
	name := flat(l.author)
	if l.practice != "" {
		name += " (" + flat(l.practice) + ")"
	}
	return (&mail.Address{Name: name, Address: address}).String()
}

// replyTo is where answers come.
func (c *Connector) replyTo(request string) string {
	if !c.cfg.PlusAddress {
		return "<" + c.cfg.From + ">"
	}
	local, domain, _ := strings.Cut(c.cfg.From, "@")
	return "<" + local + "+" + request + "@" + domain + ">"
}

// flat has no line ends and nothing else that a header cannot hold.
func flat(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "�"), func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
}

// printable is a name without what a header cannot hold, as long as it was.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "�"))
}

// write writes the message as it goes over the wire. It reads each file once and
// fails, before the end, if its bytes are not those that were announced.
func (m message) write(ctx context.Context, w io.Writer) error {
	boundary := m.boundary()
	var head strings.Builder
	for _, h := range m.head {
		head.WriteString(fold(h.name + ": " + h.value))
	}
	head.WriteString("MIME-Version: 1.0\r\n")
	if len(m.files) > 0 {
		head.WriteString("Content-Type: multipart/mixed;\r\n boundary=\"" + boundary + "\"\r\n\r\n--" + boundary + "\r\n")
	}
	head.WriteString("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
	if _, err := io.WriteString(w, head.String()+quoted(m.text)+"\r\n"); err != nil {
		return err
	}
	for i, f := range m.files {
		if _, err := io.WriteString(w, "--"+boundary+"\r\n"+fileHead(f)); err != nil {
			return err
		}
		if err := writeFile(ctx, w, f); err != nil {
			return fmt.Errorf("file %d: %w", i+1, err)
		}
	}
	if len(m.files) > 0 {
		_, err := io.WriteString(w, "--"+boundary+"--\r\n")
		return err
	}
	return nil
}

// boundary is the same each time. No line of base64 or quoted-printable has "=_".
func (m message) boundary() string {
	sum := sha256.Sum256([]byte(m.id))
	return "=_" + hex.EncodeToString(sum[:12])
}

// fileHead is what stands above a file. What mail servers and programs take for
// text or for a message, they change: it is called bytes.
func fileHead(f helpdesk.File) string {
	media, _, err := mime.ParseMediaType(f.Media)
	kind, _, _ := strings.Cut(media, "/")
	if err != nil || kind == "text" || kind == "message" || kind == "multipart" {
		media = "application/octet-stream"
	}
	name := printable(f.Name)
	// RFC 2231 for those who read it, encoded words for those who never learnt.
	return fold("Content-Type: "+media+"; name=\""+strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(mime.BEncoding.Encode("utf-8", name))+"\"") +
		fold("Content-Disposition: "+attachment(name)) +
		"Content-Transfer-Encoding: base64\r\n\r\n"
}

// longestLine is what no line may be longer than (RFC 5322: 998): some servers send such a
// message back, others break the line anywhere.
const longestLine = 900

// attachment says that a file is one and what it is called, in pieces where that makes too
// long a line: not every program that reads mail can put them together.
func attachment(name string) string {
	whole := mime.FormatMediaType("attachment", map[string]string{"filename": name})
	value, encoded := strings.CutPrefix(whole, "attachment; filename*=")
	if !encoded || len(value) <= longestLine {
		return whole
	}
	var out strings.Builder
	out.WriteString("attachment")
	for n := 0; value != ""; n++ {
		end := min(len(value), longestLine)
		if i := strings.LastIndexByte(value[:end], '%'); end < len(value) && i > end-3 {
			end = i // what stands for a byte stays whole
		}
		fmt.Fprintf(&out, "; filename*%d*=%s", n, value[:end])
		value = value[end:]
	}
	return out.String()
}

func writeFile(ctx context.Context, w io.Writer, f helpdesk.File) error {
	body, err := f.Open(ctx)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer body.Close()
	sum, lines := sha256.New(), &lineWriter{w: w}
	encoder := base64.NewEncoder(base64.StdEncoding, lines)
	n, err := io.Copy(io.MultiWriter(sum, encoder), body)
	if err = errors.Join(err, encoder.Close(), lines.end()); err != nil {
		return err
	}
	if n != f.Size || f.SHA256 != "" && hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return errors.New("its bytes are not those that were received")
	}
	return nil
}

// lineWriter breaks base64 into lines.
type lineWriter struct {
	w   io.Writer
	col int
}

const lineLength = 76

func (l *lineWriter) Write(b []byte) (int, error) {
	for done := 0; ; {
		n := min(len(b)-done, lineLength-l.col)
		if n == 0 {
			return done, nil
		}
		if _, err := l.w.Write(b[done : done+n]); err != nil {
			return done, err
		}
		done, l.col = done+n, l.col+n
		if l.col == lineLength {
			if err := l.end(); err != nil {
				return done, err
			}
		}
	}
}

func (l *lineWriter) end() error {
	if l.col == 0 {
		return nil
	}
	l.col = 0
	_, err := io.WriteString(l.w, "\r\n")
	return err
}

// quoted is a text as quoted-printable with CRLF.
func quoted(text string) string {
	var out strings.Builder
	w := quotedprintable.NewWriter(&out)
	// Writing to memory does not fail.
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return out.String()
}

// fold breaks a header at its spaces into lines of 76 where it can.
func fold(line string) string {
	var out strings.Builder
	col := 0
	for i, word := range strings.Split(line, " ") {
		if i > 0 && col+1+len(word) > lineLength && col > 0 {
			out.WriteString("\r\n ")
			col = 1
		} else if i > 0 {
			out.WriteByte(' ')
			col++
		}
		out.WriteString(word)
		col += len(word)
	}
	return out.String() + "\r\n"
}
