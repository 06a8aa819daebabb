package update

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// siteEnv has the test binary be a Guichet, installed in that folder: each release
// is a copy of the test binary with what it is behind its end.
const siteEnv = "GUICHET_TEST_SITE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(siteEnv); dir != "" {
		os.Exit(guichet(site{dir}))
	}
	code := m.Run()
	os.RemoveAll(built.dir)
	os.Exit(code)
}

// nature is what stands behind the end of a program.
type nature struct {
	Version string
	Does    string // a does constant
}

// What a release does.
const (
	doesWell  = "well"  // comes up
	doesSlow  = "slow"  // comes up after a moment
	doesExit  = "exit"  // ends at once
	doesCrash = "crash" // changes the data and dies
	doesHang  = "hang"  // changes the data and never says a word
	doesClose = "close" // is closed by somebody before it has come up
)

// site is a folder with an installation, its data, and what the tests know of it.
type site struct{ dir string }

func (s site) at(name ...string) string { return filepath.Join(append([]string{s.dir}, name...)...) }
func (s site) data() string             { return s.at("data") }
func (s site) update() place            { return place(s.at("data", "update")) }
func (s site) exe() string              { return s.at("bin", "guichet"+exeSuffix) }

// note adds a line to a file of the tests, and returns how many there are.
func (s site) note(name, line string) int {
	f, err := os.OpenFile(s.at(name), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	if _, err := f.WriteString(line + "\n"); err != nil {
		panic(err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		panic(err)
	}
	all, err := io.ReadAll(f)
	if err != nil {
		panic(err)
	}
	return bytes.Count(all, []byte("\n"))
}

func (s site) lines(name string) []string {
	body, err := os.ReadFile(s.at(name))
	if err != nil {
		return nil
	}
	return strings.Fields(strings.ReplaceAll(strings.TrimSpace(string(body)), " ", "_"))
}

// step counts the steps of all processes, and ends this one as a power cut does
// where the test wants it.
func (s site) step(name string) {
	n := s.note("steps", name)
	for _, at := range s.lines("faults") {
		if at == strconv.Itoa(n) {
			s.note("log", "killed at "+name)
			if self, err := os.FindProcess(os.Getpid()); err == nil {
				_ = self.Kill()
			}
			select {}
		}
	}
}

// natureOf reads what stands behind the end of a program.
func natureOf(exe string) (n nature) {
	f, err := os.Open(exe)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	size, err := f.Seek(-4, io.SeekEnd)
	var length [4]byte
	if err == nil {
		_, err = io.ReadFull(f, length[:])
	}
	body := make([]byte, binary.LittleEndian.Uint32(length[:]))
	if err == nil {
		_, err = f.ReadAt(body, size-int64(len(body)))
	}
	if err == nil {
		err = json.Unmarshal(body, &n)
	}
	if err != nil {
		panic(err)
	}
	return n
}

// guichet is the program: as far as updates go, it is made as the real one.
func guichet(s site) int {
	ctx := context.Background()
	exe, err := os.Executable()
	if err != nil {
		panic(err)
	}
	me := natureOf(own(exe))
	install, err := ReadInstall(exe)
	if err != nil {
		panic(err)
	}
	trialFor := 20 * time.Second
	if there(s.at("impatient")) {
		trialFor = 300 * time.Millisecond
	}
	start := Begin(ctx, Program{
		Version: me.Version, Exe: exe, Args: os.Args[1:], Dir: s.at("data", "update"), Install: install, Policy: func() Policy { return "" }, Keys: s.lines("keys"),
		Data: s.data(), Keep: []string{"guichet.db", "guichet.db-*", "keys.json"}, Drop: []string{"guichet.db-shm"}, Lock: s.at("data", "guichet.lock"),
		Report:   func(op string, err error) { s.note("log", fmt.Sprintf("%s: %s: %v", me.Version, op, err)) },
		TrialFor: trialFor, step: s.step, unborn: lostByWine,
	})
	if start.Done {
		return start.Code
	}
	does := doesWell // a program is bad on trial only, so that a roll-back is seen to be one
	if start.Trial != nil {
		does = me.Does
	}
	if does == doesExit {
		return 3
	}
	lock := flock.New(s.at("data", "guichet.lock"))
	if ok, err := lock.TryLock(); err != nil || !ok {
		s.note("log", "in use")
		return 4
	}
	defer lock.Unlock()
	if !s.open(me.Version) {
		return 5
	}
	switch does {
	case doesCrash:
		return 2
	case doesClose:
		return 0
	case doesHang:
		time.Sleep(20 * time.Second) // it is ended before
		return 6
	case doesSlow:
		time.Sleep(300 * time.Millisecond)
	}
	if start.Trial != nil {
		s.step("healthy?")
		if err := start.Trial.Healthy(ctx); err != nil {
			s.note("log", "given up")
			return 7
		}
		s.step("healthy")
	}
	s.work(me.Version)
	for i := 0; !there(s.at("stop")) && i < 2000; i++ {
		time.Sleep(10 * time.Millisecond)
	}
	return 0
}

// own is where a program can read itself, on Linux even when it was removed.
func own(exe string) string {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe"
	}
	return exe
}

// open does what a new program does to the data of an old one before it has come up.
func (s site) open(version string) bool {
	path := s.at("data", "guichet.db")
	body, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	first, rest, _ := strings.Cut(string(body), "\n")
	schema := strings.TrimPrefix(first, "schema ")
	if newer(schema, version) {
		s.note("log", "too new for "+version)
		return false
	}
	if schema == version {
		return true
	}
	for name, content := range map[string]string{
		"guichet.db": "schema " + version + "\n" + rest, "guichet.db-wal": "log of " + version, "guichet.db-shm": "index of " + version, "guichet.db-journal": "x", "keys.json": "keys of " + version,
	} {
		if err := os.WriteFile(s.at("data", name), []byte(content), 0o600); err != nil {
			panic(err)
		}
		s.step("migrated " + name)
	}
	return true
}

// work stores a line, and promises it once it is stored.
func (s site) work(version string) {
	f, err := os.OpenFile(s.at("data", "guichet.db"), os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		panic(err)
	}
	line := fmt.Sprintf("typed_%d_%d", os.Getpid(), time.Now().UnixNano())
	_, err = f.WriteString(line + "\n")
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		panic(err)
	}
	if err := f.Close(); err != nil {
		panic(err)
	}
	s.note("promised", line)
	s.note("log", "running "+version)
}
