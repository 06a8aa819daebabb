package reader

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"runtime/debug"

	"guichet/internal/reader/pdf"
)

// maxFile bounds what a child takes in, in bytes: more than any catalogue allows.
const maxFile = 200 << 20

// Serve is the child: it carries out the order on in and answers on out. The code is
// what the process ends with; nothing is said of what went wrong, since that may have
// content in it.
func Serve(in io.Reader, out io.Writer) (code int) {
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
	data, err := whole(in, int(o.Size))
	if err != nil {
		return err
	}
	settle(o.Op)
	if o.Op != opWarm {
		debug.SetMemoryLimit(usualMemory * 3 / 4) // rather slower than killed
	}
	if err := carryOut(context.Background(), o, data, say); err != nil {
		if errors.Is(err, ErrCannot) {
			return errors.Join(err, say.say(sayCannot, nil))
		}
		return err
	}
	return say.end()
}

// whole reads a file that is expected to have that size; it may have grown since.
func whole(in io.Reader, size int) ([]byte, error) {
	data := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead)) // it never grows if size is right
	if _, err := data.ReadFrom(io.LimitReader(in, maxFile+1)); err != nil {
		return nil, err
	}
	if data.Len() > maxFile {
		return nil, errProtocol
	}
	return data.Bytes(), nil
}

func carryOut(ctx context.Context, o order, data []byte, say teller) (err error) {
	var made []byte
	switch o.Op {
	case opRead:
		return look(ctx, o, data, say)
	case opPage:
		made, err = drawPage(ctx, o, data)
	case opChange:
		made, err = change(ctx, o, data)
	case opWarm:
		return pdf.Warm(ctx, o.Cache)
	default:
		err = errProtocol
	}
	if err != nil {
		return err
	}
	return say.bytes(made)
}
