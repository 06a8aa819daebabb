package extract

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// decoded is a body without its transfer encoding. Errors are left out: what can be
// read is.
func decoded(body []byte, encoding string) []byte {
	switch strings.TrimSpace(encoding) {
	case "base64":
		return fromBase64(body)
	case "quoted-printable":
		return fromQuoted(body)
	}
	return body
}

// fromBase64 passes over what is no digit of base64, as programs do that show
// messages. It also goes on behind the end of one text of several.
func fromBase64(body []byte) []byte {
	out := make([]byte, 0, len(body)/4*3+3)
	var four [4]byte
	n := 0
	for _, c := range body {
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
			four[n] = c
			if n++; n < 4 {
				continue
			}
		case c != '=' || n < 2:
			continue
		}
		var three [3]byte
		k, _ := base64.RawStdEncoding.Decode(three[:], four[:n])
		out, n = append(out, three[:k]...), 0
	}
	if n > 1 {
		var three [3]byte
		k, _ := base64.RawStdEncoding.Decode(three[:], four[:n])
		out = append(out, three[:k]...)
	}
	return out
}

// Blanks that may stand behind the = at the end of a line.
const longestSoft = 80

// softEnd is how many bytes end a line that goes on, -1 if it does not end here.
func softEnd(b []byte) int {
	for i, c := range b[:min(len(b), longestSoft)] {
		switch c {
		case '\n':
			return i + 1
		case ' ', '\t', '\r':
		default:
			return -1
		}
	}
	if len(b) < longestSoft {
		return len(b)
	}
	return -1
}

func fromQuoted(body []byte) []byte {
	out := make([]byte, 0, len(body))
	for i := 0; i < len(body); i++ {
		c := body[i]
		if c != '=' {
			out = append(out, c)
			continue
		}
		if n := softEnd(body[i+1:]); n >= 0 {
			i += n // the line goes on
			continue
		}
		if i+2 < len(body) {
			var v [1]byte
			if _, err := hex.Decode(v[:], body[i+1:i+3]); err == nil {
				out = append(out, v[0])
				i += 2
				continue
			}
		}
		out = append(out, c)
	}
	return out
}
