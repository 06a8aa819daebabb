package files

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const (
	// segmentSize is how much is gathered before it is sent on: what a node that dies may
	// have been given and not told of, and what a call holds in memory.
	segmentSize = 4 << 20
	// limit is for one call of the server, with all its repeats.
	limit = time.Minute
	// sumWithin is how long reading a file back may take.
	sumWithin = 10 * time.Minute
)

// S3 is a Store in a bucket. A file is a note of what it is and the segments that have
// arrived of it: ID/info and ID/RUN/START-LENGTH, where RUN is another one each time the file is
// begun. A segment that is there never changes and is never moved, so nothing that was
// acknowledged can go, and nodes that write the same stretch cannot harm each other.
type S3 struct {
	client         *s3.Client
	line           *http.Transport
	bucket, prefix string
	segment        int64
	page           int32 // objects that are listed at once, 0 for as many as the server tells
}

// note is what a file is, as it is stored.
type note struct {
	Size int64             `json:"size"`
	Run  string            `json:"run"`
	Meta map[string]string `json:"meta,omitempty"`
}

// OpenS3 asks the server for the bucket. It has to know conditional writes
// (If-None-Match), or one of two nodes that begin the same file at once may have to send again.
func OpenS3(ctx context.Context, c S3Config) (*S3, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	s := &S3{line: newLine(), bucket: c.Bucket, prefix: c.Prefix, segment: segmentSize}
	s.client = c.client(s.line)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	_, err := s.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: &s.prefix, MaxKeys: aws.Int32(1)})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open bucket %s: %w", c.Bucket, err), s.Close())
	}
	return s, nil
}

// Close implements Store.
func (s *S3) Close() error {
	s.line.CloseIdleConnections()
	return nil
}

func (s *S3) folder(id string) string         { return s.prefix + strings.ReplaceAll(id, "/", "") + "/" }
func (s *S3) noteKey(id string) string        { return s.folder(id) + "info" }
func (s *S3) runFolder(id, run string) string { return s.folder(id) + run + "/" }
func newNote(size int64, meta map[string]string) note {
	return note{Size: size, Run: rand.Text(), Meta: meta}
}

func (s *S3) putNote(ctx context.Context, id string, n note, unlessThere bool) error {
	body, err := json.Marshal(n)
	if err == nil {
		err = s.put(ctx, s.noteKey(id), body, unlessThere)
	}
	if err != nil && !errors.Is(err, ErrExists) {
		err = fmt.Errorf("put note of file: %w", err)
	}
	return err
}

// note reads what a file is; fs.ErrNotExist if it has not been begun.
func (s *S3) note(ctx context.Context, id string) (n note, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	body, err := s.get(ctx, s.noteKey(id), 0)
	if err != nil {
		return n, err
	}
	defer body.Close()
	if err := json.NewDecoder(body).Decode(&n); err != nil {
		return n, fmt.Errorf("read note of file: %w", err)
	}
	return n, nil
}

// find reads what a file is and what has arrived of it.
func (s *S3) find(ctx context.Context, id string) (n note, arrived []segment, err error) {
	if n, err = s.note(ctx, id); err != nil {
		return n, nil, err
	}
	found, _, err := s.list(ctx, s.runFolder(id, n.Run), "")
	if err != nil {
		return n, nil, err
	}
	for _, o := range found {
		if one, ok := segmentOf(o.key, o.size); ok {
			arrived = append(arrived, one)
		}
	}
	return n, joined(arrived), nil
}

// write sends on what it reads, from a place in a file, and tells how much of it is
// safe. Of a reader that fails, what came before is kept.
func (s *S3) write(ctx context.Context, folder string, at int64, r io.Reader) (written int64, err error) {
	var buffer bytes.Buffer
	for {
		buffer.Reset()
		n, err := buffer.ReadFrom(io.LimitReader(r, s.segment))
		if n > 0 {
			if err := s.put(ctx, folder+segmentName(at+written, n), buffer.Bytes(), false); err != nil {
				return written, fmt.Errorf("put segment: %w", err)
			}
			written += n
		}
		if err != nil || n < s.segment {
			return written, err
		}
	}
}

// Sum implements Store.
func (s *S3) Sum(ctx context.Context, id string, size int64) (string, error) {
	n, arrived, err := s.find(ctx, id)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case n.Size != size:
		return "", ErrSize
	case endOf(arrived) != size:
		return "", nil
	}
	ctx, cancel := context.WithTimeout(ctx, sumWithin)
	defer cancel()
	hash, back := sha256.New(), &reading{ctx: ctx, get: s.get, segments: arrived}
	defer back.Close()
	if _, err := io.Copy(hash, back); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// Open implements Store.
func (s *S3) Open(ctx context.Context, id string) (io.ReadSeekCloser, error) {
	n, arrived, err := s.find(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	if endOf(arrived) != n.Size {
		return nil, fmt.Errorf("open file: %d of %d bytes are there: %w", endOf(arrived), n.Size, io.ErrUnexpectedEOF)
	}
	return &reading{ctx: ctx, get: s.get, segments: arrived}, nil
}

// Put implements Store.
func (s *S3) Put(ctx context.Context, id string, r io.Reader) (size int64, sum string, err error) {
	before, err := s.note(ctx, id)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, "", fmt.Errorf("put file: %w", err)
	}
	now, hash := newNote(0, nil), sha256.New()
	now.Size, err = s.write(ctx, s.runFolder(id, now.Run), 0, io.TeeReader(r, hash))
	if err == nil {
		err = s.putNote(ctx, id, now, false)
	}
	if err != nil {
		return 0, "", errors.Join(fmt.Errorf("put file: %w", err), s.removeRun(context.WithoutCancel(ctx), id, now.Run))
	}
	if before.Run != "" { // the new one is there whatever becomes of the old one's bytes
		_ = s.removeRun(context.WithoutCancel(ctx), id, before.Run)
	}
	return now.Size, hex.EncodeToString(hash.Sum(nil)), nil
}

func (s *S3) removeRun(ctx context.Context, id, run string) error {
	found, _, err := s.list(ctx, s.runFolder(id, run), "")
	return errors.Join(err, s.remove(ctx, found))
}

// Remove implements Store.
func (s *S3) Remove(ctx context.Context, id string) error {
	found, _, err := s.list(ctx, s.folder(id), "")
	if err != nil {
		return err
	}
	return s.remove(ctx, append([]object{{key: s.noteKey(id)}}, found...)) // segments without a note are no file
}

// List implements Store.
func (s *S3) List(ctx context.Context, prefix string) (ids []string, err error) {
	_, folders, err := s.list(ctx, s.prefix+prefix, "/")
	for _, f := range folders {
		ids = append(ids, strings.TrimSuffix(strings.TrimPrefix(f, s.prefix), "/"))
	}
	return slices.Compact(ids), err // some servers tell the last one of a page again on the next
}
