package mail

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// header is what stands above a message or a part, by name in lower case, in the
// order of writing. Strangers write it: nothing in it is sure to be well formed.
type header map[string][]string

// get is the first of a name, decoded; "" of nil.
func (h header) get(name string) string { return decodeWords(h.raw(name)) }

// raw is the first of a name as it is written.
func (h header) raw(name string) string {
	if all := h[strings.ToLower(name)]; len(all) > 0 {
		return all[0]
	}
	return ""
}

const (
	maxHeader = 256 << 10 // bytes of one that are looked at
	maxLines  = 2_000     // of one
)

// parseHeader reads lines up to an empty one or the end.
func parseHeader(body []byte) header {
	h, last := header{}, ""
	for n := 0; len(body) > 0 && n < maxLines; n++ {
		line, rest, _ := bytes.Cut(body, []byte("\n"))
		body = rest
		line = bytes.TrimRight(line, "\r")
		switch {
		case len(line) == 0:
			return h
		case line[0] == ' ' || line[0] == '\t':
			if all := h[last]; len(all) > 0 {
				all[len(all)-1] += " " + strings.TrimSpace(string(line))
			}
			continue
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if last = ""; ok {
			last = strings.ToLower(strings.TrimSpace(string(name)))
			h[last] = append(h[last], strings.TrimSpace(string(value)))
		}
	}
	return h
}

// readHeader takes what stands above a message off it. Of what is longer than
// anybody's it keeps the beginning.
func readHeader(r *bufio.Reader) ([]byte, error) {
	var kept []byte
	fresh := true // at the beginning of a line
	for {
		line, err := r.ReadSlice('\n')
		if fresh && len(bytes.TrimRight(line, "\r\n")) == 0 && err == nil {
			return kept, nil
		}
		if len(kept)+len(line) <= maxHeader {
			kept = append(kept, line...)
		}
		fresh = err == nil
		switch {
		case errors.Is(err, io.EOF):
			return kept, nil
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return kept, err
		}
	}
}

var wordDecoder = mime.WordDecoder{CharsetReader: charsetReader}

// charsetReader knows the charsets that browsers know, by all their names.
func charsetReader(charset string, in io.Reader) (io.Reader, error) {
	enc, err := htmlindex.Get(charset)
	if err != nil {
		return nil, err
	}
	return enc.NewDecoder().Reader(in), nil
}

// decodeWords decodes RFC 2047. Bytes that are no UTF-8 are read as Windows
// writes in these parts of the world.
func decodeWords(s string) string {
	if out, err := wordDecoder.DecodeHeader(s); err == nil {
		s = out
	}
	out, _ := toUTF8([]byte(s), "")
	return flat(out)
}

// toUTF8 reads a text in the charset that it says it is of. ok is false if it is
// of none that is known.
func toUTF8(body []byte, charset string) (text string, ok bool) {
	enc, err := htmlindex.Get(charset)
	if charset != "" && !strings.EqualFold(charset, "us-ascii") && err == nil {
		out, err := enc.NewDecoder().Bytes(body)
		return strings.ToValidUTF8(string(out), "�"), err == nil
	}
	ok = err == nil || charset == "" || strings.EqualFold(charset, "us-ascii")
	if s := string(body); strings.ToValidUTF8(s, "") == s {
		return s, ok
	}
	if windows, err := htmlindex.Get("windows-1252"); err == nil {
		if out, err := windows.NewDecoder().Bytes(body); err == nil {
			return string(out), ok
		}
	}
	return strings.ToValidUTF8(string(body), "�"), ok
}

// parameters reads a header such as Content-Type: its value in lower case, and its
// parameters, also where a program has written them as it pleased. Names as in
// RFC 2231, in whichever charset, come first.
func parameters(s string) (value string, params map[string]string) {
	value, rest, _ := strings.Cut(s, ";")
	value = strings.ToLower(strings.TrimSpace(value))
	params = map[string]string{}
	plain, pieces := map[string]string{}, map[string]map[string]string{}
	for n := 0; rest != "" && n < 200; n++ {
		var key, v string
		key, v, rest = parameter(rest)
		name, piece, star := strings.Cut(key, "*")
		if !star {
			if _, twice := plain[name]; !twice {
				plain[name] = v
			}
			continue
		}
		if pieces[name] == nil {
			pieces[name] = map[string]string{}
		}
		pieces[name][piece] = v
	}
	for name, v := range plain {
		params[name] = decodeWords(v)
	}
	for name, p := range pieces {
		if v, ok := join2231(p); ok {
			params[name] = v
		}
	}
	return value, params
}

// parameter takes the first off a list.
func parameter(s string) (key, value, rest string) {
	key, s, ok := strings.Cut(s, "=")
	if semi := strings.LastIndexByte(key, ';'); semi >= 0 {
		key = key[semi+1:]
	}
	key = strings.ToLower(strings.TrimSpace(key))
	if s = strings.TrimLeft(s, " \t"); !ok || !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ";")
		return key, strings.TrimSpace(value), rest
	}
	var out strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			out.WriteByte(s[i])
		case s[i] == '"':
			_, rest, _ = strings.Cut(s[i+1:], ";")
			return key, out.String(), rest
		default:
			out.WriteByte(s[i])
		}
	}
	return key, out.String(), ""
}

// join2231 puts the pieces of a parameter together: "" is the whole of it, "0",
// "1*" and so on are numbered, with a star where they are percent-encoded.
func join2231(pieces map[string]string) (string, bool) {
	charset, raw := "", ""
	decode := func(v string, first bool) {
		if first {
			if parts := strings.SplitN(v, "'", 3); len(parts) == 3 {
				charset, v = parts[0], parts[2]
			}
		}
		if out, err := url.PathUnescape(v); err == nil {
			v = out
		}
		raw += v
	}
	if v, ok := pieces[""]; ok {
		decode(v, true)
	}
	for n := 0; raw == "" || n > 0; n++ {
		number := strconv.Itoa(n)
		if v, ok := pieces[number+"*"]; ok {
			decode(v, n == 0)
		} else if v, ok := pieces[number]; ok {
			raw += v
		} else {
			break
		}
	}
	text, _ := toUTF8([]byte(raw), charset)
	return text, raw != ""
}
