package files

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"guichet/internal/disk"
)

// Mark is what the note of whose the files are is called, in the folder or behind the
// prefix of the bucket. No id of a file is like it.
const Mark = "portald_owner"

// owned is that note, as it is stored.
type owned struct {
	Portal string `json:"portal"`
}

func marked(owner string) ([]byte, error) { return json.Marshal(owned{owner}) }

// ownerIn reads a note. One that cannot be read is an error: nobody's it is not.
func ownerIn(r io.Reader) (string, error) {
	body, err := io.ReadAll(io.LimitReader(r, 1<<10))
	if err != nil {
		return "", fmt.Errorf("read whose the files are: %w", err)
	}
	var o owned
	if err := json.Unmarshal(body, &o); err != nil || o.Portal == "" {
		return "", errors.Join(fmt.Errorf("the note of whose the files are, %s, is damaged", Mark), err)
	}
	return o.Portal, nil
}

// Owner implements Store.
func (d *Disk) Owner(ctx context.Context) (string, error) {
	f, err := disk.Open(ctx, d.path(Mark))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read whose the files are: %w", err)
	}
	defer f.Close()
	return ownerIn(f)
}

// Claim implements Store. The folder is one process's, so that nobody is between looking and
// writing.
func (d *Disk) Claim(ctx context.Context, owner string) (string, error) {
	d.beginning.Lock()
	defer d.beginning.Unlock()
	if whose, err := d.Owner(ctx); err != nil || whose != "" {
		return whose, err
	}
	body, err := marked(owner)
	if err == nil {
		err = disk.Write(ctx, d.path(Mark), body, 0o600)
	}
	if err != nil {
		return "", fmt.Errorf("claim the files: %w", err)
	}
	return owner, nil
}

// Owner implements Store.
func (s *S3) Owner(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	body, err := s.get(ctx, s.prefix+Mark, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read whose the files are: %w", err)
	}
	defer body.Close()
	return ownerIn(body)
}

// Claim implements Store. What counts is what the bucket says behind it: the answer to a
// write that was repeated is of the other one.
func (s *S3) Claim(ctx context.Context, owner string) (string, error) {
	body, err := marked(owner)
	if err == nil {
		err = s.put(ctx, s.prefix+Mark, body, true)
	}
	if err != nil && !errors.Is(err, ErrExists) {
		return "", fmt.Errorf("claim the files: %w", err)
	}
	return s.Owner(ctx)
}
