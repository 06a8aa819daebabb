package files_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"guichet/internal/portald/files"
	"guichet/internal/portald/files/s3test"
)

// TestLateNode has a node write that was left behind: the file has been begun anew meanwhile.
func TestLateNode(t *testing.T) {
	open := onS3(s3test.Bucket(t), 700)
	rng := random(t)
	s, before, now := open(t), content(rng, 2000), content(rng, 2000)
	begin(t, s, "a.1", len(before))
	late, err := open(t).GetUpload(t.Context(), "a.1")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(t.Context(), "a.1"); err != nil {
		t.Fatal(err)
	}
	begin(t, s, "a.1", len(now))
	if _, err := late.WriteChunk(t.Context(), 0, bytes.NewReader(before)); err != nil {
		t.Fatal(err)
	}
	if got := offset(t, s, "a.1"); got != 0 {
		t.Fatalf("stands at %d with bytes of another time", got)
	}
	mustAdd(t, s, "a.1", now)
	if got := sumOf(t, s, "a.1", len(now)); got != hashOf(now) {
		t.Fatal("bytes of another time are in the file")
	}
	if err := s.Remove(t.Context(), "a.1"); err != nil {
		t.Fatal(err)
	}
	if got, err := s.List(t.Context(), ""); err != nil || len(got) > 0 {
		t.Fatalf("left: %v, %v", got, err)
	}
}

// TestTwoWriters has two nodes write the same stretch, each up to another place, as if
// the lock between them had failed.
func TestTwoWriters(t *testing.T) {
	open := onS3(s3test.Bucket(t), 700)
	rng := random(t)
	for range 20 {
		s, b := open(t), content(rng, 3000)
		begin(t, s, "w.1", len(b))
		one, err := s.GetUpload(t.Context(), "w.1")
		if err != nil {
			t.Fatal(err)
		}
		two, err := open(t).GetUpload(t.Context(), "w.1")
		if err != nil {
			t.Fatal(err)
		}
		long, short := 1+rng.IntN(len(b)), 1+rng.IntN(len(b))
		for _, u := range []struct {
			write func() (int64, error)
		}{
			{func() (int64, error) { return one.WriteChunk(t.Context(), 0, bytes.NewReader(b[:long])) }},
			{func() (int64, error) { return two.WriteChunk(t.Context(), 0, bytes.NewReader(b[:short])) }},
		} {
			if _, err := u.write(); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := offset(t, s, "w.1"), int64(max(long, short)); got != want {
			t.Fatalf("stands at %d, acknowledged %d", got, want)
		}
		mustAdd(t, s, "w.1", b[max(long, short):])
		if got := sumOf(t, s, "w.1", len(b)); got != hashOf(b) {
			t.Fatalf("sum %q", got)
		}
		wantContent(t, s, "w.1", b)
		if err := s.Remove(t.Context(), "w.1"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestS3Config(t *testing.T) {
	good := s3test.Bucket(t)
	for name, edit := range map[string]func(*files.S3Config){
		"ErrNoBucket":      func(c *files.S3Config) { c.Bucket = "" },
		"ErrHalf":          func(c *files.S3Config) { c.SecretFile = "" },
		"ErrPlain":         func(c *files.S3Config) { c.Endpoint = "http://s3.example.fr" },
		"ErrScheme":        func(c *files.S3Config) { c.Endpoint = "ftp://s3.example.fr" },
		"ErrNoHost":        func(c *files.S3Config) { c.Endpoint = "s3.example.fr" },
		"ErrSecretInside":  func(c *files.S3Config) { c.Endpoint = "https://key:hush-hush@s3.example.fr" },
		"ErrNoSuchBucket":  func(c *files.S3Config) { c.Bucket = "another" },
		"ErrNoSuchFile":    func(c *files.S3Config) { c.KeyFile += "x" },
		"ErrNoCredentials": func(c *files.S3Config) { c.KeyFile, c.SecretFile = "", "" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("AWS_ACCESS_KEY_ID", "")
			c := good
			edit(&c)
			_, err := files.OpenS3(t.Context(), c)
			if err == nil || strings.Contains(err.Error(), "hush-hush") {
				t.Fatalf("%v", err)
			}
		})
	}
	t.Run("OKOfTheEnvironment", func(t *testing.T) {
		t.Setenv("AWS_ACCESS_KEY_ID", "key")
		t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
		c := good
		c.KeyFile, c.SecretFile = "", ""
		onS3(c, 0)(t)
	})
	t.Run("OKPlainWhenAsked", func(t *testing.T) {
		if err := (files.S3Config{Endpoint: "http://s3.intern:9000", Bucket: "b", Plain: true}).Check(); err != nil {
			t.Fatal(err)
		}
	})
}

// TestSecret has a server refuse, and repeat all it was told.
func TestSecret(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte("<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message><StringToSign>" + r.Header.Get("Authorization") + "</StringToSign></Error>"))
	}))
	defer server.Close()
	c := s3test.Bucket(t)
	c.Endpoint = server.URL
	c.KeyFile, c.SecretFile = s3test.Credentials(t, "key-known", "hush-hush")
	_, err := files.OpenS3(t.Context(), c)
	if err == nil {
		t.Fatal("a server that refuses was taken")
	}
	secret, readErr := os.ReadFile(c.SecretFile)
	if readErr != nil {
		t.Fatal(readErr)
	}
	if said := err.Error(); strings.Contains(said, strings.TrimSpace(string(secret))) || strings.Contains(said, "Signature=") {
		t.Fatalf("told: %s", said)
	}
}

// TestReadBack has the bucket's bytes become others behind the store's back.
func TestReadBack(t *testing.T) {
	open := onS3(s3test.Bucket(t), 700)
	s, b := open(t), content(random(t), 2000)
	begin(t, s, "b.1", len(b))
	first, err := s.GetUpload(t.Context(), "b.1")
	if err != nil {
		t.Fatal(err)
	}
	mustAdd(t, s, "b.1", b)
	if got := sumOf(t, s, "b.1", len(b)); got != hashOf(b) {
		t.Fatalf("sum %q", got)
	}
	b[1500] ^= 1
	if _, err := first.WriteChunk(t.Context(), 0, bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
	if got := sumOf(t, s, "b.1", len(b)); got != hashOf(b) {
		t.Fatal("told a sum without reading what is there")
	}
}

// TestPages has more segments, and more files, than the server lists at once.
func TestPages(t *testing.T) {
	all := map[string]files.S3Config{"S3": s3test.Bucket(t)}
	if real := s3test.Versity(t); real != nil {
		all["Versity"] = *real
	}
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			s, b := onS3(c, 40)(t), content(random(t), 1100)
			s.(*files.S3).SetPage(10)
			begin(t, s, "m.1", len(b))
			mustAdd(t, s, "m.1", b[:1050])
			if got := offset(t, s, "m.1"); got != 1050 {
				t.Fatalf("stands at %d", got)
			}
			mustAdd(t, s, "m.1", b[1050:])
			if got := sumOf(t, s, "m.1", len(b)); got != hashOf(b) {
				t.Fatalf("sum %q", got)
			}
			if err := s.Remove(t.Context(), "m.1"); err != nil {
				t.Fatal(err)
			}
			if got, err := s.List(t.Context(), ""); err != nil || len(got) > 0 {
				t.Fatalf("left: %v, %v", got, err)
			}
			var want []string
			for i := range 25 {
				id := fmt.Sprintf("m.%02d", i)
				begin(t, s, id, 30)
				mustAdd(t, s, id, b[:30])
				want = append(want, id)
			}
			if got, err := s.List(t.Context(), ""); err != nil || !slices.Equal(got, want) {
				t.Fatalf("lists %v, %v", got, err)
			}
		})
	}
}
