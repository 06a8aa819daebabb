package files

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"github.com/tus/tusd/v2/pkg/handler"
)

// NewUpload implements Store.
func (s *S3) NewUpload(ctx context.Context, info handler.FileInfo) (handler.Upload, error) {
	n := newNote(info.Size, info.MetaData)
	if err := s.putNote(ctx, info.ID, n, true); err != nil {
		return nil, err
	}
	return &upload{s: s, id: info.ID, note: n}, nil
}

// GetUpload implements Store.
func (s *S3) GetUpload(ctx context.Context, id string) (handler.Upload, error) {
	n, arrived, err := s.find(ctx, id)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, handler.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &upload{s: s, id: id, note: n, offset: endOf(arrived)}, nil
}

// upload is a file that is coming, as tus knows it.
type upload struct {
	s      *S3
	id     string
	note   note
	offset int64
}

// GetInfo implements handler.Upload.
func (u *upload) GetInfo(context.Context) (handler.FileInfo, error) {
	return handler.FileInfo{ID: u.id, Size: u.note.Size, Offset: u.offset, MetaData: u.note.Meta}, nil
}

// WriteChunk implements handler.Upload.
func (u *upload) WriteChunk(ctx context.Context, offset int64, src io.Reader) (int64, error) {
	n, err := u.s.write(ctx, u.s.runFolder(u.id, u.note.Run), offset, src)
	u.offset = offset + n
	return n, err
}

// GetReader implements handler.Upload.
func (u *upload) GetReader(ctx context.Context) (io.ReadCloser, error) { return u.s.Open(ctx, u.id) }

// FinishUpload implements handler.Upload: with its last segment a file is whole.
func (*upload) FinishUpload(context.Context) error { return nil }
