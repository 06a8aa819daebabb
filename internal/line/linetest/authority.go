// Package linetest has what stands between a desk and the world, for tests: real
// proxies, one of our own that fails as it is told and writes down whom it was
// asked for, one that looks into connections, and authorities that vouch for
// certificates. Every name leads to this machine.
package linetest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Authority vouches for certificates.
type Authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// NewAuthority makes one with that name and organisation.
func NewAuthority(name, organisation string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	draft := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name, Organization: []string{organisation}},
		NotBefore: time.Now().AddDate(-20, 0, 0), NotAfter: time.Now().AddDate(20, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	body, err := x509.CreateCertificate(rand.Reader, draft, draft, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(body)
	return &Authority{cert, key}, err
}

// Authorize is NewAuthority within a test.
func Authorize(tb testing.TB, name, organisation string) *Authority {
	tb.Helper()
	a, err := NewAuthority(name, organisation)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// Issue makes a certificate for a name or an address, from a week ago until a
// week from now, or as edit has it, which may be nil.
func (a *Authority) Issue(host string, edit func(*x509.Certificate)) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	draft := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: host},
		NotBefore: time.Now().AddDate(0, 0, -7), NotAfter: time.Now().AddDate(0, 0, 7),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		draft.IPAddresses = []net.IP{ip}
	} else {
		draft.DNSNames = []string{host}
	}
	if edit != nil {
		edit(draft)
	}
	body, err := x509.CreateCertificate(rand.Reader, draft, a.cert, &key.PublicKey, a.key)
	return tls.Certificate{Certificate: [][]byte{body, a.cert.Raw}, PrivateKey: key}, err
}

// Certify is Issue within a test.
func (a *Authority) Certify(tb testing.TB, host string, edit func(*x509.Certificate)) tls.Certificate {
	tb.Helper()
	c, err := a.Issue(host, edit)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// PEM is its own certificate.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// File writes its own certificate into the test's folder.
func (a *Authority) File(tb testing.TB) string {
	tb.Helper()
	name := filepath.Join(tb.TempDir(), "authority.pem")
	if err := os.WriteFile(name, a.PEM(), 0o600); err != nil {
		tb.Fatal(err)
	}
	return name
}

// AsSystem makes the authorities those of the system, in this process: the store
// of a Unix can be named by the environment. It is called before any
// certificate is looked at; false where the system has a store of another kind.
func AsSystem(dir string, all ...*Authority) (bool, error) {
	if !byEnvironment {
		return false, nil
	}
	var text []byte
	for _, a := range all {
		text = append(text, a.PEM()...)
	}
	name := filepath.Join(dir, "system.pem")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		return false, err
	}
	for variable, value := range map[string]string{"SSL_CERT_FILE": name, "SSL_CERT_DIR": dir + "/none"} {
		if err := os.Setenv(variable, value); err != nil {
			return false, err
		}
	}
	return true, nil
}
