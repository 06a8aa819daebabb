// Package s3test runs an S3 server on loopback: one in the test's own process, or a real one
// where there is a program of it.
package s3test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/portald/files"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

const bucket = "portald"

// Bucket starts a server that lives as long as the test, and names its empty bucket.
func Bucket(tb testing.TB) files.S3Config {
	tb.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket(bucket); err != nil {
		tb.Fatalf("make bucket: %v", err)
	}
	server := httptest.NewServer(gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server())
	tb.Cleanup(server.Close)
	key, secret := Credentials(tb, "key", "secret")
	return files.S3Config{Endpoint: server.URL, Bucket: bucket, Prefix: "portald/", PathStyle: true, KeyFile: key, SecretFile: secret}
}

// Credentials writes files with a key and its secret.
func Credentials(tb testing.TB, key, secret string) (keyFile, secretFile string) {
	tb.Helper()
	dir := tb.TempDir()
	keyFile, secretFile = filepath.Join(dir, "key"), filepath.Join(dir, "secret")
	for file, value := range map[string]string{keyFile: key, secretFile: secret} {
		if err := os.WriteFile(file, []byte(value+"\n"), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return keyFile, secretFile
}

// Copy copies all that one bucket has into another one, as an operator's tool does.
func Copy(tb testing.TB, from, to files.S3Config) {
	tb.Helper()
	source, target := client(tb, from), client(tb, to)
	pages := s3.NewListObjectsV2Paginator(source, &s3.ListObjectsV2Input{Bucket: &from.Bucket})
	for pages.HasMorePages() {
		page, err := pages.NextPage(tb.Context())
		if err != nil {
			tb.Fatalf("list bucket: %v", err)
		}
		for _, o := range page.Contents {
			got, err := source.GetObject(tb.Context(), &s3.GetObjectInput{Bucket: &from.Bucket, Key: o.Key})
			if err != nil {
				tb.Fatalf("read object: %v", err)
			}
			body, err := io.ReadAll(got.Body)
			if err := errors.Join(err, got.Body.Close()); err != nil {
				tb.Fatalf("read object: %v", err)
			}
			if _, err := target.PutObject(tb.Context(), &s3.PutObjectInput{Bucket: &to.Bucket, Key: o.Key, Body: bytes.NewReader(body)}); err != nil {
				tb.Fatalf("write object: %v", err)
			}
		}
	}
}

// Remove removes an object, as an operator does.
func Remove(tb testing.TB, c files.S3Config, key string) {
	tb.Helper()
	if _, err := client(tb, c).DeleteObject(tb.Context(), &s3.DeleteObjectInput{Bucket: &c.Bucket, Key: &key}); err != nil {
		tb.Fatalf("remove object: %v", err)
	}
}

func client(tb testing.TB, c files.S3Config) *s3.Client {
	tb.Helper()
	var key [2]string
	for i, file := range []string{c.KeyFile, c.SecretFile} {
		value, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		key[i] = strings.TrimSpace(string(value))
	}
	return s3.New(s3.Options{BaseEndpoint: &c.Endpoint, Region: "us-east-1", UsePathStyle: c.PathStyle,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: key[0], SecretAccessKey: key[1]}, nil
		})})
}
