package extract

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"guichet/internal/desk"
)

// silent are the groups of RTF that hold no text of the document.
var silent = map[string]bool{"fonttbl": true, "colortbl": true, "stylesheet": true, "themedata": true, "colorschememapping": true, "datastore": true,
	"latentstyles": true, "rsidtbl": true, "listtable": true, "listoverridetable": true, "xmlnstbl": true, "blipuid": true, "panose": true, "falt": true,
	"sp": true, "fchars": true, "lchars": true, "generator": true, "pgdsctbl": true, "nonshppict": true}

// rtfBreaks are the words that stand for what separates.
var rtfBreaks = map[string]string{"par": "\n", "line": "\n", "row": "\n", "sect": "\n", "page": "\n", "tab": "\t", "cell": "\t", "nestcell": "\t", "nestrow": "\n",
	"title": "\n", "author": "\n", "subject": "\n", "keywords": "\n", "doccomm": "\n", "operator": "\n", "company": "\n", "footnote": "\n", "header": "\n",
	"footer": "\n", "annotation": "\n", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " "}

// rtfPages are the code pages of RTF that are not that of Windows in the west.
var rtfPages = map[int]*charmap.Charmap{850: charmap.CodePage850, 437: charmap.CodePage437, 10000: charmap.Macintosh, 1250: charmap.Windows1250, 1251: charmap.Windows1251}

// Groups deeper than this have the state of the one that deep.
const rtfDeepest = 1000

// rtfGroup is what holds up to the end of a group.
type rtfGroup struct {
	kind byte // 0 is text, 's' silent, 'p' a picture, 'o' an object
	skip int  // characters that stand for one in Unicode, for those who do not read it
}

// rtf reads a document crudely: its words and groups are dropped, but for what they
// say of text.
type rtf struct {
	*pieces
	data   []byte
	at     int
	groups []rtfGroup
	deep   int // groups beyond rtfDeepest
	skip   int // characters still to be skipped
	page   *charmap.Charmap
	hex    []byte // of a picture
	embeds bool   // an object that nothing reads
}

func (r *reader) rtf(place desk.Place, data []byte, depth int) {
	d := &rtf{pieces: r.pieces(place), data: data, groups: []rtfGroup{{skip: 1}}, page: charmap.Windows1252}
	for d.at < len(data) && r.ctx.Err() == nil {
		c := data[d.at]
		d.at++
		switch c {
		case '{':
			if len(d.groups) < rtfDeepest {
				d.groups = append(d.groups, d.groups[len(d.groups)-1])
			} else {
				d.deep++
			}
		case '}':
			if d.close() {
				d.picture(place, depth)
			}
		case '\\':
			d.control()
		case '\r', '\n':
		default:
			d.plain(c)
		}
	}
	d.flush()
	if d.embeds {
		r.unread(place, errFormat)
	}
	if len(d.groups) > 1 {
		r.unread(place, errCut)
	}
}

func (d *rtf) top() *rtfGroup { return &d.groups[len(d.groups)-1] }

// close ends a group, and tells whether it was one of a picture.
func (d *rtf) close() bool {
	d.skip = 0
	if d.deep > 0 {
		d.deep--
		return false
	}
	kind := d.top().kind
	if len(d.groups) > 1 {
		d.groups = d.groups[:len(d.groups)-1]
	}
	return kind == 'p' && d.top().kind != 'p'
}

// plain takes a byte that stands for itself.
func (d *rtf) plain(c byte) {
	switch {
	case d.top().kind == 'p':
		if len(d.hex) < 2*mostHeld {
			d.hex = append(d.hex, c)
		}
	case d.skip > 0:
		d.skip--
	case d.top().kind == 0:
		d.add(string(d.page.DecodeByte(c)))
	}
}

// control takes what begins with a backslash.
func (d *rtf) control() {
	if d.at >= len(d.data) {
		return
	}
	c := d.data[d.at]
	if c|0x20 < 'a' || c|0x20 > 'z' {
		d.at++
		d.symbol(c)
		return
	}
	from := d.at
	for d.at < len(d.data) && d.at-from < 32 && d.data[d.at]|0x20 >= 'a' && d.data[d.at]|0x20 <= 'z' {
		d.at++
	}
	word := string(d.data[from:d.at])
	from = d.at
	for d.at < len(d.data) && d.at-from < 11 && (d.data[d.at] >= '0' && d.data[d.at] <= '9' || d.at == from && d.data[d.at] == '-') {
		d.at++
	}
	n, err := strconv.Atoi(string(d.data[from:d.at]))
	if d.at < len(d.data) && d.data[d.at] == ' ' {
		d.at++
	}
	d.word(word, n, err == nil)
}

func (d *rtf) word(word string, n int, number bool) {
	switch {
	case silent[word]:
		d.top().kind = 's'
	case word == "pict":
		d.top().kind, d.hex = 'p', d.hex[:0]
	case word == "objdata":
		d.top().kind, d.embeds = 'o', true
	case word == "bin" && n > 0:
		end := min(d.at+n, len(d.data))
		if d.top().kind == 'p' {
			d.hex = hex.AppendEncode(d.hex, d.data[d.at:min(end, d.at+mostHeld)])
		}
		d.at = end
	case word == "ansicpg":
		if p := rtfPages[n]; p != nil {
			d.page = p
		}
	case word == "mac":
		d.page = charmap.Macintosh
	case word == "uc" && number:
		d.top().skip = min(max(n, 0), 16)
	case word == "u" && number:
		if d.top().kind == 0 {
			d.add(string(rune(uint16(n))))
		}
		d.skip = d.top().skip
	case d.top().kind == 0:
		d.add(rtfBreaks[word])
	}
}

// symbol takes a backslash with one character that is no letter.
func (d *rtf) symbol(c byte) {
	switch c {
	case '\'':
		if d.at+2 <= len(d.data) {
			if b, err := hex.DecodeString(string(d.data[d.at : d.at+2])); err == nil {
				d.at += 2
				if d.top().kind != 'p' {
					d.plain(b[0])
				}
			}
		}
	case '~':
		d.plain(0xa0)
	case '_':
		d.plain('-')
	case '\n', '\r':
		if d.top().kind == 0 {
			d.add("\n")
		}
	case '{', '}', '\\':
		d.plain(c)
	}
}

// picture hands on the picture whose digits were gathered.
func (d *rtf) picture(place desk.Place, depth int) {
	digits := bytes.Join(bytes.Fields(d.hex), nil)
	data := make([]byte, len(digits)/2)
	n, _ := hex.Decode(data, digits[:len(digits)&^1])
	d.hex = d.hex[:0]
	if n > 0 && !strings.HasPrefix(string(data[:min(n, 4)]), "\x01\x00\x09\x00") || n > 1<<10 {
		d.r.member(place, "", data[:n], depth+1)
	}
}
