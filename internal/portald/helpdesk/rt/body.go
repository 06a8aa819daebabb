package rt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strings"
	"sync"
	"unicode"

	"guichet/internal/portald/helpdesk"
)

// payload is a call in JSON with files, which are read while they are sent. RT's
// other form, multipart, takes no empty files and no quotation marks in names.
func payload(ctx context.Context, fields map[string]any, files []helpdesk.File) (body io.Reader, size int64, err error) {
	text, err := json.Marshal(fields)
	if err != nil {
		return nil, 0, fmt.Errorf("encode: %w", err)
	}
	if len(files) == 0 {
		return bytes.NewReader(text), int64(len(text)), nil
	}
	parts, opened := []io.Reader{}, []*encoded{}
	add := func(s string) {
		parts, size = append(parts, strings.NewReader(s)), size+int64(len(s))
	}
	add(strings.TrimSuffix(string(text), "}") + `,"Attachments":[`)
	for i, f := range files {
		head, err := json.Marshal(map[string]string{"FileName": bytewise(fileName(f)), "FileType": fileType(f)})
		if err != nil {
			return nil, 0, fmt.Errorf("encode: %w", err)
		}
		if i > 0 {
			add(",")
		}
		add(strings.TrimSuffix(string(head), "}") + `,"FileContent":"`)
		e := &encoded{ctx: ctx, file: f, sum: sha256.New(), left: f.Size}
		parts, opened, size = append(parts, e), append(opened, e), size+int64(base64.StdEncoding.EncodedLen(int(f.Size)))
		add(`\n"}`) // so that an empty file is not nothing to RT
	}
	add("]}")
	return &stream{io.MultiReader(parts...), opened}, size, nil
}

// stream closes the file that it was at, when a call ends in the middle.
type stream struct {
	io.Reader
	files []*encoded
}

func (s *stream) Close() error {
	for _, e := range s.files {
		e.close()
	}
	return nil
}

// bytewise spells a text in JSON as RT needs it for names: each byte a character.
func bytewise(s string) string {
	var out strings.Builder
	for _, b := range []byte(s) {
		out.WriteRune(rune(b))
	}
	return out.String()
}

// fileName is the file's, without what would end a header's line. "0" is none to RT.
func fileName(f helpdesk.File) string {
	name := oneLine(f.Name)
	if name == "" || name == "0" {
		return "fichier " + name
	}
	return name
}

func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, s))
}

// fileType is the file's if RT leaves such bytes alone and browsers run nothing in
// them; text, HTML and messages would be changed.
func fileType(f helpdesk.File) string {
	switch f.Media {
	case "application/pdf", "application/zip", "application/msword", "image/png", "image/jpeg", "image/gif", "image/webp", "image/tiff", "image/heic":
		return f.Media
	}
	if strings.HasPrefix(f.Media, "application/vnd.") && !strings.ContainsAny(f.Media, "; \r\n") && !strings.HasSuffix(f.Media, "+xml") {
		return f.Media
	}
	return "application/octet-stream"
}

// encoded is a file in base64. It is opened when it is read, and what is not the
// file that was promised ends the call before RT can have taken it.
type encoded struct {
	ctx  context.Context
	file helpdesk.File
	mu   sync.Mutex // the call may be given up while it reads
	in   io.ReadCloser
	sum  hash.Hash
	left int64
	buf  [3 * 16 << 10]byte
	out  []byte
	done bool
}

func (e *encoded) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.in != nil && !e.done {
		_ = e.in.Close()
	}
	e.done = true
}

func (e *encoded) Read(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.out) == 0 && !e.done {
		if err := e.fill(); err != nil {
			return 0, fmt.Errorf("%w: file %s: %w", errUnsent, e.file.ID, err)
		}
	}
	n := copy(p, e.out)
	e.out = e.out[n:]
	if e.done && len(e.out) == 0 {
		return n, io.EOF
	}
	return n, nil
}

func (e *encoded) fill() (err error) {
	if e.in == nil {
		if e.in, err = e.file.Open(e.ctx); err != nil {
			return fmt.Errorf("open: %w", err)
		}
	}
	part := e.buf[:min(int64(len(e.buf)), e.left)]
	if _, err := io.ReadFull(e.in, part); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	e.left -= int64(len(part))
	e.sum.Write(part)
	e.out = base64.StdEncoding.AppendEncode(nil, part)
	if e.left > 0 {
		return nil
	}
	e.done = true
	if err := e.in.Close(); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	if e.file.SHA256 != "" && !strings.EqualFold(hex.EncodeToString(e.sum.Sum(nil)), e.file.SHA256) {
		return fmt.Errorf("it is not what was received")
	}
	return nil
}
