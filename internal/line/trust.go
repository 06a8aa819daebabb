package line

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

// roots are the certificates that are trusted; a nil pool is the system's.
type roots struct {
	pool *x509.CertPool
	bad  error // why the file's are not among them
}

// trusted reads whom this PC trusts. A file that cannot be read now is tried
// again at the next connection: it may lie on a share. Until then the system's
// own have to do, which trusts less, never more. On Windows and macOS it is the
// system that judges, and the file's are looked at behind it.
func (s *setup) trusted() roots {
	if s.cfg.CAFile == "" {
		return roots{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.roots != nil {
		return *s.roots
	}
	text, err := os.ReadFile(s.cfg.CAFile)
	if err != nil {
		return roots{bad: &Error{Kind: ErrCAFile, Err: err}}
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a system without any
	}
	if !pool.AppendCertsFromPEM(text) {
		return roots{bad: &Error{Kind: ErrCAFile, Err: errors.New("there is none in it")}}
	}
	s.roots = &roots{pool: pool}
	return *s.roots
}

// CheckCAFile tells why a file of additional certificates cannot be used.
func CheckCAFile(name string) error { return newSetup(Config{CAFile: name}).trusted().bad }

// secure begins TLS on a connection, which it closes if that fails. at is the
// time by which certificates are judged, nil for this PC's.
func (l *Line) secure(ctx context.Context, s *setup, conn net.Conn, host string, at func() time.Time, st *Step) (net.Conn, error) {
	own, cancel := context.WithTimeout(ctx, l.Handshake)
	defer cancel()
	if at == nil {
		at = l.Now
	}
	cfg := &tls.Config{ServerName: host, RootCAs: s.trusted().pool, MinVersion: tls.VersionTLS12, Time: at, NextProtos: []string{"http/1.1"}}
	out := tls.Client(conn, cfg)
	if err := out.HandshakeContext(own); err != nil {
		_ = conn.Close()
		var verify *tls.CertificateVerificationError
		if errors.As(err, &verify) {
			st.chain(verify.UnverifiedCertificates)
		}
		return nil, untrusted(err)
	}
	if st != nil {
		state := out.ConnectionState()
		st.Code = "trusted"
		if cfg.RootCAs != nil && !bySystem(state.PeerCertificates, host, at()) {
			st.Code = "trusted-by-file"
		}
		st.fact("version", tls.VersionName(state.Version))
		st.chain(state.PeerCertificates)
	}
	return out, nil
}

// bySystem tells whether a chain is trusted without our file.
func bySystem(chain []*x509.Certificate, host string, at time.Time) bool {
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{DNSName: host, Intermediates: between, CurrentTime: at})
	return err == nil
}

// untrusted gives a failed handshake its name.
func untrusted(err error) error {
	var (
		verify  *tls.CertificateVerificationError
		invalid x509.CertificateInvalidError
		unknown x509.UnknownAuthorityError
		record  tls.RecordHeaderError
	)
	e := &Error{Err: err}
	switch {
	case errors.As(err, &verify):
		e.Kind = ErrUntrusted
		leaf := leafOf(verify)
		if leaf != nil {
			e.Issuer = nameOf(leaf.Issuer)
		}
		switch {
		case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
			e.Kind = ErrClock
		// What vouches for itself is a device or a server that was never set up.
		case errors.As(err, &unknown) && leaf != nil && string(leaf.RawIssuer) != string(leaf.RawSubject):
			e.Kind = ErrIntercepted
		}
	case errors.As(err, &record):
		e.Kind = ErrNotTLS
	case strings.Contains(err.Error(), "protocol version"): // the library has no type for it
		e.Kind = ErrOldTLS
	default:
		return fmt.Errorf("begin TLS: %w", err)
	}
	return e
}

func leafOf(e *tls.CertificateVerificationError) *x509.Certificate {
	if len(e.UnverifiedCertificates) == 0 {
		return nil
	}
	return e.UnverifiedCertificates[0]
}

// nameOf is what a name says to a person: the maker of a device stands in one
// part or the other.
func nameOf(n pkix.Name) string {
	org := strings.Join(n.Organization, ", ")
	if n.CommonName == "" || org == "" || org == n.CommonName {
		return cmp.Or(n.CommonName, org)
	}
	return n.CommonName + " (" + org + ")"
}

// chain has a step tell whose certificates were shown.
func (st *Step) chain(chain []*x509.Certificate) {
	if st == nil || len(chain) == 0 {
		return
	}
	leaf := chain[0]
	st.shown = leaf
	st.fact("issuer", nameOf(leaf.Issuer))
	if top := chain[len(chain)-1]; top != leaf {
		st.fact("root", nameOf(top.Issuer))
	}
	st.fact("from", leaf.NotBefore.UTC().Format(time.RFC3339))
	st.fact("until", leaf.NotAfter.UTC().Format(time.RFC3339))
	for i, name := range leaf.DNSNames {
		if i == maxNames {
			break
		}
		st.fact("name", name)
	}
}

// maxNames is how many names of a certificate are told.
const maxNames = 5
