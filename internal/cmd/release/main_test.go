package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/internal/update"
)

// shop is where releases are made.
type shop struct {
	t                 *testing.T
	key, to, packages string
	public, said      string
	lastErr           error
}

func newShop(t *testing.T) *shop {
	t.Helper()
	dir := t.TempDir()
	s := &shop{t: t, key: filepath.Join(dir, "key"), to: filepath.Join(dir, "releases"), packages: filepath.Join(dir, "packages")}
	s.run("keygen", "--no-password", "--key", s.key).ok()
	body, err := os.ReadFile(s.key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	s.public = line(body)
	if !strings.Contains(s.said, s.public) {
		t.Errorf("said %q", s.said)
	}
	return s
}

func (s *shop) run(args ...string) *shop {
	var out bytes.Buffer
	s.lastErr = run(args, &out)
	s.said = out.String()
	return s
}

func (s *shop) ok() {
	s.t.Helper()
	if s.lastErr != nil {
		s.t.Fatal(s.lastErr)
	}
}

func (s *shop) fails(says string) {
	s.t.Helper()
	if s.lastErr == nil || !strings.Contains(s.lastErr.Error(), says) {
		s.t.Errorf("got %v, want %q", s.lastErr, says)
	}
}

// pack fills the folder of packages.
func (s *shop) pack(names ...string) {
	s.t.Helper()
	if err := errors.Join(os.RemoveAll(s.packages), os.MkdirAll(s.packages, 0o755)); err != nil {
		s.t.Fatal(err)
	}
	for _, n := range names {
		if err := os.WriteFile(filepath.Join(s.packages, n), []byte("program "+n), 0o755); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *shop) sign(more ...string) *shop {
	return s.run(append([]string{"sign", "--key", s.key, "--to", s.to, "--packages", s.packages, "--fr", "Plus rapide", "--en", "Faster"}, more...)...)
}

func (s *shop) manifest(channel, platform string) update.Manifest {
	s.t.Helper()
	m, err := open(filepath.Join(s.to, channel, platform+".json"), s.public)
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

func TestSign(t *testing.T) {
	s := newShop(t)
	s.pack("guichet-1.4.0-linux-amd64", "guichet-1.4.0-windows-amd64.exe", "guichet-1.4.0-windows-amd64.msi", "README")
	s.sign("--urgent", "--from", "1.2.0").ok()
	for _, platform := range []string{"linux-amd64", "windows-amd64"} {
		m := s.manifest("stable", platform)
		r := m.Releases[0]
		if m.Serial != 1 || len(m.Releases) != 1 || r.Version != "1.4.0" || r.From != "1.2.0" || !r.Urgent || r.Notes.FR != "Plus rapide" || m.Expires.Sub(m.Published) != 90*24*time.Hour {
			t.Errorf("%+v", m)
		}
	}
	s.run("check", "--pub", s.key+".pub", "--to", s.to).ok()
	if strings.Count(s.said, "\n") != 2 {
		t.Errorf("said %q", s.said)
	}
	t.Run("OKNewer", func(t *testing.T) {
		s.t = t
		s.pack("guichet-1.5.0-linux-amd64")
		s.sign().ok()
		m := s.manifest("stable", "linux-amd64")
		if m.Serial != 2 || len(m.Releases) != 2 || m.Releases[0].Version != "1.5.0" || m.Releases[1].Version != "1.4.0" {
			t.Errorf("%+v", m)
		}
		if other := s.manifest("stable", "windows-amd64"); other.Serial != 1 {
			t.Errorf("the other platform: %+v", other)
		}
	})
	t.Run("OKRenewed", func(t *testing.T) {
		s.t = t
		before := s.manifest("stable", "linux-amd64")
		s.run("renew", "--key", s.key, "--to", s.to, "--days", "30").ok()
		m := s.manifest("stable", "linux-amd64")
		if m.Serial != before.Serial+1 || m.Expires.Sub(m.Published) != 30*24*time.Hour || !m.Releases[0].Published.Equal(before.Releases[0].Published) {
			t.Errorf("%+v", m)
		}
	})
	t.Run("OKByTheReserveKey", func(t *testing.T) {
		s.t = t
		first, reserve := s.public, s.key+".reserve"
		before := s.manifest("stable", "linux-amd64")
		s.run("keygen", "--no-password", "--key", reserve).ok()
		renew := []string{"renew", "--key", reserve, "--to", s.to}
		s.run(renew...).fails("--pub")
		s.run(append(renew, "--pub", s.key+".pub")...).ok()
		body, err := os.ReadFile(reserve + ".pub")
		if err != nil {
			t.Fatal(err)
		}
		s.key, s.public = reserve, line(body)
		m := s.manifest("stable", "linux-amd64")
		if m.Serial != before.Serial+1 || len(m.Releases) != len(before.Releases) {
			t.Errorf("%+v, before it %+v", m, before) // a lower serial is older to every desk
		}
		s.pack("guichet-1.5.1-linux-amd64")
		s.sign("--pub", first).ok() // in base 64 as well
		if m := s.manifest("stable", "linux-amd64"); m.Releases[0].Version != "1.5.1" {
			t.Errorf("%+v", m)
		}
	})
	t.Run("OKOtherChannel", func(t *testing.T) {
		s.t = t
		s.pack("guichet-1.6.0-beta.1-linux-amd64")
		s.sign("--channel", "beta").ok()
		if m := s.manifest("beta", "linux-amd64"); m.Releases[0].Version != "1.6.0-beta.1" || m.Serial != 1 {
			t.Errorf("%+v", m)
		}
	})
	t.Run("ErrOlder", func(t *testing.T) {
		s.t = t
		for _, v := range []string{"1.4.0", "1.5.0", "1.4.9", "1.5.0-beta.1"} {
			before := s.manifest("stable", "linux-amd64").Serial
			s.pack("guichet-" + v + "-linux-amd64")
			s.sign().fails("was signed already")
			if got := s.manifest("stable", "linux-amd64").Serial; got != before {
				t.Errorf("%s: serial %d", v, got)
			}
		}
	})
	t.Run("ErrOneOfTwo", func(t *testing.T) { // then neither is signed for
		s.t = t
		s.pack("guichet-1.5.0-linux-amd64", "guichet-1.5.0-windows-amd64.exe")
		s.sign().fails("was signed already")
		if m := s.manifest("stable", "windows-amd64"); m.Releases[0].Version != "1.4.0" {
			t.Errorf("%+v", m)
		}
	})
	t.Run("ErrOtherKey", func(t *testing.T) {
		s.t = t
		other := filepath.Join(t.TempDir(), "other")
		s.run("keygen", "--no-password", "--key", other).ok()
		s.pack("guichet-1.7.0-linux-amd64")
		s.run("sign", "--key", other, "--to", s.to, "--packages", s.packages).fails(string(update.ErrKey))
	})
	t.Run("ErrOtherBytes", func(t *testing.T) {
		s.t = t
		s.pack("guichet-1.8.0-linux-amd64")
		if err := os.WriteFile(filepath.Join(s.to, "stable", "guichet-1.8.0-linux-amd64"), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
		s.sign().fails("with other bytes")
	})
	t.Run("ErrCheck", func(t *testing.T) {
		s.t = t
		if err := os.WriteFile(filepath.Join(s.to, "stable", "guichet-1.5.0-linux-amd64"), []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
		s.run("check", "--pub", s.public, "--to", s.to).fails(string(update.ErrPackage))
	})
}

func TestSignErr(t *testing.T) {
	s := newShop(t)
	for name, c := range map[string]struct {
		packages []string
		flags    []string
		says     string
	}{
		"NoPackage": {[]string{"guichet.exe"}, nil, "no file"},
		"Commit":    {[]string{"guichet-1.4.0-3-gabcdef0-linux-amd64"}, nil, "no version of a release"},
		"Tag":       {[]string{"guichet-v1.4.0-linux-amd64"}, nil, "no version of a release"},
		"Channel":   {[]string{"guichet-1.4.0-linux-amd64"}, []string{"--channel", "../x"}, "no name of a channel"},
		"Days":      {[]string{"guichet-1.4.0-linux-amd64"}, []string{"--days", "0"}, "--days"},
		"Notes":     {[]string{"guichet-1.4.0-linux-amd64"}, []string{"--fr", strings.Repeat("x", 5000)}, "notes"},
		"From":      {[]string{"guichet-1.4.0-linux-amd64"}, []string{"--from", "2.0.0"}, "from"},
		"NoKey":     {[]string{"guichet-1.4.0-linux-amd64"}, []string{"--key", "gone"}, "read key"},
		"More":      {[]string{"guichet-1.4.0-linux-amd64"}, []string{"now"}, "what is"},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			s.pack(c.packages...)
			s.sign(c.flags...).fails(c.says)
			if _, err := os.Stat(s.to); err == nil {
				t.Error("something was written")
			}
		})
	}
	for name, args := range map[string][]string{"Nothing": nil, "Unknown": {"publish"}, "KeygenNowhere": {"keygen"}, "CheckNothing": {"check", "--to", t.TempDir()}, "RenewNothing": {"renew", "--key", s.key, "--to", t.TempDir()}} {
		t.Run(name, func(t *testing.T) {
			if err := run(args, &bytes.Buffer{}); err == nil {
				t.Error("no error")
			}
		})
	}
}

// A key opens with its password and no other, and is never written over.
func TestKeygen(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	t.Setenv(passwordEnv, "")
	if err := run([]string{"keygen", "--key", key}, &bytes.Buffer{}); err == nil {
		t.Error("a key without a password")
	}
	t.Setenv(passwordEnv, "un mot de passe")
	if err := run([]string{"keygen", "--key", key}, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(key)
	if err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	before, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := run([]string{"keygen", "--key", key}, &bytes.Buffer{}); !errors.Is(err, os.ErrExist) {
		t.Errorf("got %v", err)
	}
	if after, err := os.ReadFile(key); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the key was touched: %v", err)
	}
	private, err := readKey(options{key: key})
	if err != nil {
		t.Fatal(err)
	}
	public, err := os.ReadFile(key + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := publicOf(private); err != nil || got != line(public) {
		t.Errorf("%q, %v", got, err)
	}
	t.Setenv(passwordEnv, "un autre")
	if _, err := readKey(options{key: key}); err == nil {
		t.Error("opens with another password")
	}
}

// Whoever asks what there is, is told, and nothing has failed.
func TestHelp(t *testing.T) {
	s := newShop(t)
	for _, args := range [][]string{{"help"}, {"--help"}, {"-h"}} {
		if s.run(args...).ok(); !strings.Contains(s.said, "release renew") {
			t.Errorf("%v: %q", args, s.said)
		}
	}
	s.run("sign", "--help").ok()
	s.run().fails("release keygen")
}
