package update

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aead.dev/minisign"
)

var exeSuffix = map[string]string{"windows": ".exe"}[runtime.GOOS]

// signer is a key of the tests.
type signer struct {
	public  string
	private minisign.PrivateKey
}

func newSigner(tb testing.TB) signer {
	tb.Helper()
	public, private, err := minisign.GenerateKey(nil)
	if err != nil {
		tb.Fatal(err)
	}
	text, err := public.MarshalText()
	if err != nil {
		tb.Fatal(err)
	}
	lines := strings.Fields(string(text))
	return signer{lines[len(lines)-1], private}
}

// sign signs as cmd/release does.
func (s signer) sign(body []byte) []byte {
	r := minisign.NewReader(bytes.NewReader(body))
	_, _ = io.Copy(io.Discard, r)
	return r.Sign(s.private)
}

// built are the programs of this run, each made once.
var built struct {
	mu  sync.Mutex
	dir string
}

// build makes a release and returns where it is.
func build(tb testing.TB, n nature) string {
	tb.Helper()
	built.mu.Lock()
	defer built.mu.Unlock()
	if built.dir == "" {
		dir, err := os.MkdirTemp("", "guichet-releases-")
		if err != nil {
			tb.Fatal(err)
		}
		built.dir = dir
	}
	path := filepath.Join(built.dir, n.Version+"-"+n.Does)
	if there(path) {
		return path
	}
	body, err := os.ReadFile(os.Args[0])
	if err != nil {
		tb.Fatal(err)
	}
	end, err := json.Marshal(n)
	if err != nil {
		tb.Fatal(err)
	}
	body = append(body, end...)
	body = binary.LittleEndian.AppendUint32(body, uint32(len(end)))
	if err := os.WriteFile(path, body, 0o755); err != nil {
		tb.Fatal(err)
	}
	return path
}

func put(tb testing.TB, path, content string) {
	tb.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o600)); err != nil {
		tb.Fatal(err)
	}
}

// typedBefore is in the data from the beginning.
const typedBefore = "typed_before"

// newSite installs version 1.0.0 for a user, with data and a key.
func newSite(tb testing.TB, key signer) site {
	tb.Helper()
	dir, err := os.MkdirTemp("", "guichet-site-")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil && runtime.GOOS != "windows" { // which may hold a program a moment longer
			tb.Error(err)
		}
	})
	s := site{dir}
	put(tb, s.at("bin", installFile), `{"scope":"user","kind":"tar"}`)
	if err := copyOf(build(tb, nature{"1.0.0", doesWell}), s.exe()); err != nil {
		tb.Fatal(err)
	}
	put(tb, s.at("keys"), key.public)
	put(tb, s.at("data", "guichet.db"), "schema 1.0.0\n"+typedBefore+"\n")
	put(tb, s.at("data", "guichet.db-wal"), "log of 1.0.0")
	put(tb, s.at("data", "keys.json"), "keys of 1.0.0")
	put(tb, s.at("data", "other.txt"), "not theirs to touch")
	put(tb, s.at("promised"), typedBefore+"\n")
	put(tb, s.at("stop"), "")
	return s
}

// copyOf makes a program that can be run: a link, where the disk has such.
func copyOf(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	body, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, body, 0o755)
}

// release is what a manifest says of a program.
func release(tb testing.TB, version string, program []byte) Release {
	tb.Helper()
	sum := sha256.Sum256(program)
	return Release{
		Version: version, Published: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), File: "guichet-" + version + "-" + Platform(), Size: int64(len(program)),
		SHA256: hex.EncodeToString(sum[:]), Notes: Notes{FR: "Corrections", EN: "Corrections"},
	}
}

// manifest is one of this platform.
func manifest(serial int64, releases ...Release) Manifest {
	return Manifest{
		Format: format, Product: Product, Channel: StableChannel, Platform: Platform(), Serial: serial,
		Published: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), Expires: time.Date(2036, 3, 1, 8, 0, 0, 0, time.UTC), Releases: releases,
	}
}

func encode(tb testing.TB, m Manifest) []byte {
	tb.Helper()
	body, err := json.Marshal(m)
	if err != nil {
		tb.Fatal(err)
	}
	return body
}

// stage has a release lie ready, as an Updater leaves it.
func (s site) stage(tb testing.TB, key signer, n nature) {
	tb.Helper()
	program, err := os.ReadFile(build(tb, n))
	if err != nil {
		tb.Fatal(err)
	}
	r := release(tb, n.Version, program)
	body := encode(tb, manifest(7, r))
	dir := s.update()
	put(tb, dir.path(filepath.Join(stagedDir, stagedManifest)), string(body))
	put(tb, dir.path(filepath.Join(stagedDir, stagedSignature)), string(key.sign(body)))
	if err := os.WriteFile(dir.path(filepath.Join(stagedDir, stagedPackage)), program, 0o600); err != nil {
		tb.Fatal(err)
	}
	if err := dir.save(tb.Context(), kept{Format: format, Staged: &staged{Version: n.Version, SHA256: r.SHA256}}); err != nil {
		tb.Fatal(err)
	}
}

// command is a start by a person.
func (s site) command(args ...string) *exec.Cmd {
	c := exec.Command(s.exe(), args...)
	c.Env = append(os.Environ(), siteEnv+"="+s.dir)
	return c
}

// leaveOpen starts the program, which stays open until it is told to end.
func (s site) leaveOpen(tb testing.TB) *exec.Cmd {
	tb.Helper()
	if err := os.Remove(s.at("stop")); err != nil {
		tb.Fatal(err)
	}
	return s.begin(tb, nil)
}

// begin starts the program, which writes there; again where Wine has lost it.
func (s site) begin(tb testing.TB, to io.Writer, args ...string) *exec.Cmd {
	tb.Helper()
	for {
		c := s.command(args...)
		c.Stdout, c.Stderr = to, to
		err := c.Start()
		if err == nil {
			return c
		}
		if !lostByWine(err) {
			tb.Fatalf("the program does not start: %v", err)
		}
		tb.Logf("Wine lost a process: %v", err)
	}
}

// start starts the program and waits until it and all that it has started have ended:
// they share its output.
func (s site) start(tb testing.TB, args ...string) {
	tb.Helper()
	var out bytes.Buffer
	c := s.begin(tb, &out, args...)
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err := <-ended: // whatever it says
		s.note("ends", fmt.Sprint(err, " ", out.String()))
	case <-time.After(60 * time.Second):
		_ = c.Process.Kill()
		tb.Fatalf("the program does not end; log %q, steps %q", s.lines("log"), s.lines("steps"))
	}
	if strings.Contains(out.String(), "panic:") {
		tb.Fatalf("the program panicked: %s", out.String())
	}
}

// has holds that the data is the one of a version, and that nothing that was promised
// is missing.
func (s site) has(tb testing.TB, version string) {
	tb.Helper()
	if got := natureOf(s.exe()).Version; got != version {
		tb.Errorf("the program is %s, want %s; ends %q", got, version, s.lines("ends"))
	}
	typed := s.lines(filepath.Join("data", "guichet.db"))
	if len(typed) == 0 || typed[0] != "schema_"+version {
		tb.Errorf("the data is of %q, want that of %s", typed, version)
	}
	for _, line := range s.lines("promised") {
		if !slices.Contains(typed, line) {
			tb.Errorf("%s was promised and is lost", line)
		}
	}
	for name, want := range map[string]string{"guichet.db-wal": "log of " + version, "keys.json": "keys of " + version, "other.txt": "not theirs to touch"} {
		if got, err := os.ReadFile(s.at("data", name)); string(got) != want {
			tb.Errorf("%s holds %q, want %q: %v", name, got, want, err)
		}
	}
	if version == "1.0.0" && (there(s.at("data", "guichet.db-shm")) || there(s.at("data", "guichet.db-journal"))) {
		tb.Error("a file of the new program is left")
	}
}

// tidy holds that nothing is left over.
func (s site) tidy(tb testing.TB) {
	tb.Helper()
	for _, path := range []string{beside(s.exe(), "old"), beside(s.exe(), "new"), s.update().path(beforeDir), s.update().path(journalFile), s.update().path(signFile)} {
		if there(path) {
			tb.Errorf("%s is left over; log %q", filepath.Base(path), s.lines("log"))
		}
	}
	entries, err := os.ReadDir(string(s.update()))
	if err != nil {
		tb.Error(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "verdict-") || strings.HasPrefix(e.Name(), asidePrefix) || strings.HasSuffix(e.Name(), partial) {
			tb.Errorf("%s is left over", e.Name())
		}
	}
}
