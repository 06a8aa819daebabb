package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"

	"guichet/internal/attach"
	"guichet/internal/desk"
	"guichet/internal/privacy"
)

// source is the original of a candidate, read once: its hash is that of the very bytes
// that a child was given, and this process holds no big file.
type source struct {
	from io.ReadCloser
	sum  hash.Hash
	size int64
	head []byte // the first bytes, privacy.FormatHead at the most
	err  error
}

// original opens the file of a candidate as it is now.
func original(c *candidate) (*source, *desk.Problem) {
	s := &source{sum: sha256.New()}
	if c.path == "" {
		if int64(len(c.bytes)) != c.Size {
			return nil, unreadable()
		}
		s.from = io.NopCloser(bytes.NewReader(c.bytes))
		return s, nil
	}
	f, err := attach.Open(c.path)
	if err != nil {
		return nil, unreadable()
	}
	// It may have grown since it was chosen; what is too big is refused at storing.
	s.from = limited{io.LimitReader(f, c.most+1), f}
	return s, nil
}

func unreadable() *desk.Problem {
	return &desk.Problem{Field: desk.KeyFiles, Code: desk.CodeUnreadable}
}

// limited reads a part and closes the whole.
type limited struct {
	io.Reader
	io.Closer
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.from.Read(p)
	s.sum.Write(p[:n])
	s.size += int64(n)
	s.head = append(s.head, p[:min(n, privacy.FormatHead-len(s.head))]...)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// Close implements io.Closer.
func (s *source) Close() error { return s.from.Close() }

// rest reads what nobody has read, for the hash; a problem where the file cannot be
// read to its end.
func (s *source) rest() *desk.Problem {
	if s.err == nil {
		_, s.err = io.Copy(io.Discard, s)
	}
	if s.err != nil {
		return unreadable()
	}
	return nil
}

// hash is the SHA-256 of what was read, in hex.
func (s *source) hash() string { return hex.EncodeToString(s.sum.Sum(nil)) }
