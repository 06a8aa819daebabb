package s3test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"guichet/internal/portald/files"
)

// Program names the variable of the environment that names versitygw, a real S3 server:
// go install github.com/versity/versitygw/cmd/versitygw@v1.8.0
const Program = "GUICHET_TEST_VERSITYGW"

// Versity starts versitygw on a folder of the test's own, and names its empty bucket; nil
// where no program is named.
func Versity(tb testing.TB) *files.S3Config {
	tb.Helper()
	program := os.Getenv(Program)
	if program == "" {
		return nil
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close() // it is for the server
	root, beside := tb.TempDir(), tb.TempDir()
	if err := os.Mkdir(filepath.Join(root, bucket), 0o700); err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(program, "--quiet", "--port", address, "posix", "--sidecar", beside, root)
	cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY=key", "ROOT_SECRET_KEY=secret-secret")
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		tb.Fatalf("start versitygw: %v", err)
	}
	tb.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // its status says how it was ended
	})
	await(tb, address)
	key, secret := Credentials(tb, "key", "secret-secret")
	return &files.S3Config{Endpoint: "http://" + address, Bucket: bucket, Prefix: "portald/", PathStyle: true, KeyFile: key, SecretFile: secret}
}

func await(tb testing.TB, address string) {
	tb.Helper()
	end := time.Now().Add(20 * time.Second)
	for {
		line, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			_ = line.Close()
			return
		}
		if time.Now().After(end) {
			tb.Fatalf("versitygw does not answer: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
