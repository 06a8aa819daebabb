package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// hasCode tells whether the server answered with one of these.
func hasCode(err error, codes ...string) bool {
	var said smithy.APIError
	if !errors.As(err, &said) {
		return false
	}
	for _, c := range codes {
		if said.ErrorCode() == c {
			return true
		}
	}
	return false
}

func (s *S3) put(ctx context.Context, key string, body []byte, unlessThere bool) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	in := &s3.PutObjectInput{Bucket: &s.bucket, Key: &key, Body: bytes.NewReader(body), ContentLength: aws.Int64(int64(len(body)))}
	if unlessThere {
		in.IfNoneMatch = aws.String("*")
	}
	_, err := s.client.PutObject(ctx, in)
	if unlessThere && hasCode(err, "PreconditionFailed", "ConditionalRequestConflict") {
		return ErrExists
	}
	return err
}

func (s *S3) get(ctx context.Context, key string, from int64) (io.ReadCloser, error) {
	in := &s3.GetObjectInput{Bucket: &s.bucket, Key: &key}
	if from > 0 {
		in.Range = aws.String(fmt.Sprintf("bytes=%d-", from))
	}
	out, err := s.client.GetObject(ctx, in)
	switch {
	case hasCode(err, "NoSuchKey", "NotFound"):
		return nil, fmt.Errorf("get object: %w", fs.ErrNotExist)
	case err != nil:
		return nil, fmt.Errorf("get object: %w", err)
	}
	return out.Body, nil
}

// object is one that the bucket has.
type object struct {
	key  string
	size int64
}

// list has the objects below a prefix and, if apart is not "", what their names have in common up to the first of it.
func (s *S3) list(ctx context.Context, prefix, apart string) (found []object, folders []string, err error) {
	in := &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: &prefix}
	if apart != "" {
		in.Delimiter = &apart
	}
	if s.page > 0 {
		in.MaxKeys = &s.page
	}
	pages := s3.NewListObjectsV2Paginator(s.client, in)
	for pages.HasMorePages() {
		within, cancel := context.WithTimeout(ctx, limit)
		page, err := pages.NextPage(within)
		cancel()
		if err != nil {
			return nil, nil, fmt.Errorf("list bucket: %w", err)
		}
		for _, o := range page.Contents {
			found = append(found, object{aws.ToString(o.Key), aws.ToInt64(o.Size)})
		}
		for _, p := range page.CommonPrefixes {
			folders = append(folders, aws.ToString(p.Prefix))
		}
	}
	return found, folders, nil
}

func (s *S3) remove(ctx context.Context, objects []object) error {
	var errs []error
	for _, o := range objects {
		within, cancel := context.WithTimeout(ctx, limit)
		_, err := s.client.DeleteObject(within, &s3.DeleteObjectInput{Bucket: &s.bucket, Key: &o.key})
		cancel()
		if err != nil && !hasCode(err, "NoSuchKey") {
			errs = append(errs, fmt.Errorf("remove file: %w", err))
		}
	}
	return errors.Join(errs...)
}
