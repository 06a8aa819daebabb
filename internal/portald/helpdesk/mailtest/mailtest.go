// Package mailtest has real mail servers, for the tests of whoever speaks to a help
// desk by mail: Debian's Postfix and Dovecot as private instances on loopback, a
// line to them that loses what it is told to lose, and mailboxes as the people of
// support have them.
package mailtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Domain is of every address. Each name in it has a mailbox, but those that begin
// with "nobody" (refused when they are named) and "gone" (refused after the message
// was taken, so that it comes back).
const Domain = "mail.example"

// Password is of every user, whose name is his address.
const Password = "mot-de-passe"

// Required is the variable that has a test fail where a server is not installed.
const Required = "GUICHET_TEST_MAIL"

// Servers are one Postfix and one Dovecot with a folder and ports of their own.
type Servers struct {
	Postfix, Dovecot *Process

	SMTP, SMTPS string // addresses, with STARTTLS and with TLS from the first byte
	SMTPLogin   string // as SMTP, and it knows no other way to sign in than LOGIN
	IMAP, IMAPS string
	CAFile      string // who vouches for both
	MaxSize     int64  // of one message

	dir        string
	lmtp, auth string
}

var shared struct {
	sync.Mutex
	servers *Servers
	err     error
	dir     string
}

// Shared are the servers of this test binary, running. Its TestMain calls Stop.
func Shared(tb testing.TB) *Servers {
	tb.Helper()
	if reason := missing(); reason != "" {
		if os.Getenv(Required) != "" {
			tb.Fatal(reason + ": go run ./build test installs them")
		}
		tb.Skip(reason)
	}
	shared.Lock()
	defer shared.Unlock()
	if shared.servers == nil && shared.err == nil {
		if shared.dir, shared.err = os.MkdirTemp("", "mailtest"); shared.err == nil {
			shared.servers, shared.err = New(shared.dir)
		}
	}
	if shared.err != nil {
		tb.Fatal(shared.err)
	}
	return shared.servers
}

// Stop ends the shared servers, if there are any.
func Stop() {
	shared.Lock()
	defer shared.Unlock()
	if shared.servers != nil {
		shared.servers.Stop()
		shared.servers = nil
	}
	if shared.dir != "" {
		_ = os.RemoveAll(shared.dir)
	}
}

// missing says why no server can be started here, "" if they can.
func missing() string {
	if os.Geteuid() != 0 {
		return "mail servers are started by root only"
	}
	for _, program := range []string{postfixMaster, "/usr/sbin/postfix", dovecot, dovecotLMTP} {
		if _, err := exec.LookPath(program); err != nil {
			return program + " is not installed (postfix, dovecot-imapd, dovecot-lmtpd)"
		}
	}
	return ""
}

// Kill ends both as a power cut does.
func (s *Servers) Kill(tb testing.TB) {
	tb.Helper()
	s.Postfix.Kill(tb)
	s.Dovecot.Kill(tb)
}

// Start starts both again, in their order: a Postfix that meets no Dovecot takes
// no mail for a minute.
func (s *Servers) Start(tb testing.TB) {
	tb.Helper()
	s.Dovecot.Start(tb)
	s.Postfix.Start(tb)
}

// New starts both in a folder, which anybody must be able to enter.
func New(dir string) (*Servers, error) {
	s := &Servers{dir: dir, MaxSize: 4 << 20, CAFile: filepath.Join(dir, "ca.pem")}
	for _, address := range []*string{&s.SMTP, &s.SMTPS, &s.SMTPLogin, &s.IMAP, &s.IMAPS, &s.lmtp, &s.auth} {
		var err error
		if *address, err = free(); err != nil {
			return nil, err
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	if err := s.certify(); err != nil {
		return nil, err
	}
	var err error
	if s.Dovecot, err = s.newDovecot(); err != nil {
		return nil, err
	}
	if s.Postfix, err = s.newPostfix(); err != nil {
		return nil, err
	}
	if err := errors.Join(s.Dovecot.start(), s.Postfix.start()); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// Stop ends both.
func (s *Servers) Stop() {
	_, _ = s.Postfix.end(), s.Dovecot.end()
}

// taken are the ports that free gave, none of them twice.
var taken sync.Map

// free is an address on loopback that nobody has, below those that the system
// gives to whoever asks for any.
func free() (string, error) {
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000))
		if _, twice := taken.LoadOrStore(address, true); twice {
			continue
		}
		if l, err := net.Listen("tcp", address); err == nil {
			return address, l.Close()
		}
	}
	return "", errors.New("no port is free")
}

func port(address string) string { return address[strings.LastIndexByte(address, ':')+1:] }

// write puts a file below the folder and makes what is above it.
func (s *Servers) write(name, text string) (string, error) {
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	return path, os.WriteFile(path, []byte(text), 0o644)
}
