package extract

import (
	"bytes"
	"io"
	"mime"
	"regexp"
	"strconv"
	"strings"

	"guichet/internal/desk"
)

// Bounds of a message.
const (
	mostHeaders = 1000
	deepestPart = 10 // parts in one another, which are no messages
)

// trace are the headers that machines write for machines: long numbers that mean no
// person.
var trace = regexp.MustCompile(`(?i)^(?:received|arc-|dkim-|authentication-|x-|message-id|references|in-reply-to|list-|return-path|date|mime-version|content-(?:type|transfer-encoding|id|disposition|length)|thread-index)`)

// header is one of a message or of a part, its lines joined.
type header struct{ name, value string }

// part is a message, or a part of one.
type part struct {
	headers []header
	body    []byte
}

// mail reads a message, or a mailbox of several.
func (r *reader) mail(place desk.Place, data []byte, depth int) {
	if order, mark := encodingOf(data); order != nil || mark > 0 {
		data = []byte(toUTF8(data))
	}
	if !bytes.HasPrefix(data, []byte("From ")) {
		r.part(place, data, depth, 0)
		return
	}
	for n := 1; len(data) > 0 && r.ctx.Err() == nil; n++ {
		_, data = line(data) // the envelope
		one := data
		if i := bytes.Index(data, []byte("\nFrom ")); i >= 0 {
			one, data = data[:i+1], data[i+1:]
		} else {
			data = nil
		}
		if r.members--; r.members < 0 {
			r.unread(place, errSize)
			return
		}
		r.part(within(place, strconv.Itoa(n)), one, depth, 0)
	}
}

// line takes the first line off.
func line(b []byte) (first, rest []byte) {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i+1], b[i+1:]
	}
	return b, nil
}

// partOf takes headers and body apart. What is no header any more is body.
func partOf(data []byte) part {
	var p part
	for len(data) > 0 && len(p.headers) < mostHeaders {
		first, rest := line(data)
		text := strings.TrimRight(string(first[:min(len(first), 64<<10)]), "\r\n")
		if text == "" {
			data = rest
			break
		}
		if (text[0] == ' ' || text[0] == '\t') && len(p.headers) > 0 {
			if last := &p.headers[len(p.headers)-1]; len(last.value) < 64<<10 {
				last.value += " " + strings.TrimSpace(text)
			}
			data = rest
			continue
		}
		name, value, ok := strings.Cut(text, ":")
		if !ok || strings.ContainsAny(name, " \t") {
			break
		}
		p.headers = append(p.headers, header{name, strings.TrimSpace(value)})
		data = rest
	}
	p.body = data
	return p
}

func (p part) header(name string) string {
	for _, h := range p.headers {
		if strings.EqualFold(h.name, name) {
			return h.value
		}
	}
	return ""
}

var words = mime.WordDecoder{CharsetReader: func(charset string, in io.Reader) (io.Reader, error) {
	b, err := io.ReadAll(in)
	return strings.NewReader(fromCharset(b, charset)), err
}}

// readable is a header with its words decoded (RFC 2047).
func readable(value string) string {
	s, err := words.DecodeHeader(value)
	if err != nil {
		s = value
	}
	return toUTF8([]byte(s))
}

var loose = regexp.MustCompile(`(?i)\b(boundary|charset|name|filename)\*?="?([^";\r\n]+)`)

// media is what a header such as Content-Type says, also one that breaks its rules.
func media(value string) (string, map[string]string) {
	kind, params, err := mime.ParseMediaType(value)
	if err != nil || params == nil {
		params = map[string]string{}
		kind, _, _ = strings.Cut(value, ";")
		for _, m := range loose.FindAllStringSubmatch(value, 20) {
			params[strings.ToLower(m[1])] = strings.TrimSpace(m[2])
		}
	}
	return strings.ToLower(strings.TrimSpace(kind)), params
}

// part reads a message or a part: level counts parts in one another.
func (r *reader) part(place desk.Place, data []byte, depth, level int) {
	if r.ctx.Err() != nil {
		return
	}
	p := partOf(data)
	r.headers(place, p)
	kind, params := media(p.header("Content-Type"))
	_, disposition := media(p.header("Content-Disposition"))
	name := readable(disposition["filename"])
	if name == "" {
		name = readable(params["name"])
	}
	switch boundary := params["boundary"]; {
	case strings.HasPrefix(kind, "multipart/") && boundary != "":
		if kind == "multipart/encrypted" {
			r.unread(place, errEncrypted)
		}
		r.multipart(place, p.body, boundary, depth, level)
		return
	case kind == "message/rfc822" && name == "":
		name = "message.eml"
	case strings.Contains(kind, "pkcs7-mime") && params["smime-type"] != "signed-data":
		r.unread(place, errEncrypted)
	}
	body := decoded(p.body, strings.ToLower(p.header("Content-Transfer-Encoding")))
	if name == "" {
		switch kind {
		case "text/html":
			r.markup(place, fromCharset(body, params["charset"]), depth)
			return
		case "", "text/plain", "text/enriched", "text/calendar", "message/delivery-status":
			if !isText(body[:min(len(body), looked)]) {
				break
			}
			if r.medical(place, body) {
				return
			}
			r.text(place, []byte(fromCharset(body, params["charset"])))
			return
		}
	}
	at := place
	if name != "" {
		at = within(place, tidy(name))
		names := r.pieces(at)
		names.add(name)
		names.flush()
	}
	r.member(at, name, body, depth+1)
}

// headers reads what a person sees of a message, and of the parts.
func (r *reader) headers(place desk.Place, p part) {
	h := r.pieces(place)
	for _, one := range p.headers {
		if !trace.MatchString(one.name) {
			h.add(one.name + ": " + readable(one.value) + "\n\n")
		}
	}
	h.flush()
}

// multipart reads the parts between the lines of a boundary, and what stands before
// and behind them, where no program shows it.
func (r *reader) multipart(place desk.Place, body []byte, boundary string, depth, level int) {
	if level >= deepestPart {
		r.unread(place, errDepth)
		return
	}
	mark, outside, ended := []byte("--"+boundary), r.pieces(place), false
	defer outside.flush()
	inside := false
	for len(body) > 0 && r.ctx.Err() == nil {
		one, rest, last := untilMark(body, mark)
		if !inside {
			if len(bytes.TrimSpace(one)) > 0 {
				outside.add(toUTF8(one) + "\n\n")
			}
		} else if r.members--; r.members < 0 || r.out <= 0 {
			r.unread(place, errSize)
			return
		} else {
			r.part(place, one, depth, level+1)
		}
		body, inside, ended = rest, !last, ended || last
	}
	if !ended {
		r.unread(place, errCut)
	}
}

// untilMark is what stands before the next line of a boundary, and behind it. The
// last one has two more dashes.
func untilMark(body, mark []byte) (before, rest []byte, last bool) {
	for at := 0; ; {
		i := bytes.Index(body[min(at, len(body)):], mark)
		if i < 0 {
			return body, nil, false
		}
		i += at
		if at = i + 1; i > 0 && body[i-1] != '\n' {
			continue
		}
		first, rest := line(body[i+len(mark):])
		at = i + len(mark) + len(first) // no line is looked at twice
		if first = bytes.TrimRight(first, " \t\r\n"); len(first) == 0 || string(first) == "--" {
			return body[:i], rest, len(first) > 0
		}
	}
}
