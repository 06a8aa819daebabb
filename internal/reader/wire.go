package reader

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"guichet/internal/desk"
)

// An order goes to the child first, as one message; the file's bytes follow until
// the end of the stream. The child answers with messages, and the last one is sayEnd:
// a stream without it was cut short.

// order is what a child is to do.
type order struct {
	Op     string `json:"op"`
	Name   string `json:"name,omitempty"`
	Size   int64  `json:"size,omitempty"` // the file that follows is expected to have, bytes
	Cache  string `json:"cache,omitempty"`
	Page   int    `json:"page,omitempty"`
	Width  int    `json:"width,omitempty"`
	Change Change `json:"change"`
}

const (
	opRead   = "read"
	opPage   = "page"
	opChange = "change"
	opWarm   = "warm"
)

// What a message of the child is.
const (
	sayOrder    = 'o' // to the child: order
	sayProgress = 'p' // progress
	sayFinding  = 'f' // desk.Finding
	sayUnread   = 'u' // desk.Unread
	sayScan     = 's' // a page, whose text is to be recognised
	sayInvoice  = 'i' // desk.Invoice
	sayBytes    = 'b' // a piece of what was made
	sayCannot   = 'n' // a file of that kind cannot be changed so
	sayEnd      = 'e'
)

type progress struct {
	Done  int        `json:"done"`
	Total int        `json:"total"`
	Pages int        `json:"pages"`
	At    desk.Place `json:"at"`
}

// maxMessage bounds a message, in bytes.
const maxMessage = 64 << 10

// errProtocol is what a child says that it must not.
var errProtocol = errors.New("the child does not speak as it should")

func writeMessage(w io.Writer, kind byte, payload []byte) error {
	head := [5]byte{kind}
	binary.BigEndian.PutUint32(head[1:], uint32(len(payload)))
	if _, err := w.Write(head[:]); err != nil {
		return err
	}
	_, err := w.Write(payload)
	return err
}

func readMessage(r *bufio.Reader) (kind byte, payload []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n > maxMessage {
		return 0, nil, errProtocol
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(r, payload)
	return head[0], payload, err
}

// listen takes a child's messages until its last one.
func listen(out io.Reader, take func(kind byte, payload []byte) error) error {
	in := bufio.NewReaderSize(out, maxMessage)
	for {
		kind, payload, err := readMessage(in)
		if err != nil {
			return fmt.Errorf("read from the child: %w", err)
		}
		if kind == sayEnd {
			return nil
		}
		if err := take(kind, payload); err != nil {
			return err
		}
	}
}

// teller writes a child's messages.
type teller struct{ w *bufio.Writer }

func (t teller) say(kind byte, what any) error {
	payload, err := json.Marshal(what)
	if err != nil {
		return err
	}
	if err := writeMessage(t.w, kind, payload); err != nil {
		return err
	}
	return t.w.Flush() // a child that is killed has said what it knew
}

func (t teller) bytes(made []byte) error {
	for len(made) > 0 {
		n := min(len(made), maxMessage)
		if err := writeMessage(t.w, sayBytes, made[:n]); err != nil {
			return err
		}
		made = made[n:]
	}
	return nil
}

func (t teller) end() error {
	if err := writeMessage(t.w, sayEnd, nil); err != nil {
		return err
	}
	return t.w.Flush()
}
