// Package s3test runs an S3 server on loopback: one in the test's own process, or a real one
// where there is a program of it.
package s3test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"guichet/internal/portald/files"

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
