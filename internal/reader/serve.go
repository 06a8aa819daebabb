package reader

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"guichet/internal/desk"
)

// maxFile bounds what a child takes in, in bytes: more than any catalogue allows.
const maxFile = 200 << 20

// Serve is the child: it carries out the order on in and answers on out. The code is
// what the process ends with; nothing is said of what went wrong, since that may have
// content in it.
func Serve(in io.Reader, out io.Writer) (code int) {
	settle(usualMemory)
	source := bufio.NewReaderSize(in, maxMessage)
	say := teller{bufio.NewWriterSize(out, maxMessage)}
	defer func() {
		if recover() != nil {
			code = 2 // without the end, the parent takes it for broken off
		}
	}()
	if err := serve(source, say); err != nil {
		return 1
	}
	return 0
}

func serve(in *bufio.Reader, say teller) error {
	kind, payload, err := readMessage(in)
	if err != nil {
		return err
	}
	var o order
	if err := json.Unmarshal(payload, &o); err != nil || kind != sayOrder {
		return errors.Join(errProtocol, err)
	}
	if o.Size < 0 || o.Size > maxFile {
		return errProtocol
	}
	data := make([]byte, o.Size)
	if _, err := io.ReadFull(in, data); err != nil {
		return err
	}
	if err := carryOut(context.Background(), o, data, say); err != nil {
		if errors.Is(err, ErrCannot) {
			return errors.Join(err, say.say(sayCannot, nil))
		}
		return err
	}
	return say.end()
}

func carryOut(ctx context.Context, o order, data []byte, say teller) error {
	switch o.Op {
	case opRead:
		return look(ctx, o, data, say)
	}
	return fmt.Errorf("%q: %w", o.Op, errProtocol)
}

var _ = bytes.NewReader
var _ desk.Place
