package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guichet/internal/portald"

	"github.com/rs/zerolog"
)

// pair writes a certificate with a serial number, and its key if there is to be one.
func pair(t *testing.T, certificate, key string, serial int64) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "portail"}, DNSNames: []string{"portail"}, NotAfter: time.Now().Add(time.Hour)}
	body, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{certificate: {Type: "CERTIFICATE", Bytes: body}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if file == "" {
			continue
		}
		if err := errors.Join(os.WriteFile(file, pem.EncodeToMemory(block), 0o600), os.Chtimes(file, time.Time{}, time.Now().Add(time.Duration(serial)*time.Hour))); err != nil {
			t.Fatal(err)
		}
	}
}

// shown is the serial number of the certificate that whoever connects is shown.
func shown(t *testing.T, c *tls.Config) int64 {
	t.Helper()
	near, far := net.Pipe()
	defer near.Close()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer far.Close()
		server := tls.Server(far, c)
		_ = server.HandshakeContext(t.Context())
		_, _ = io.Copy(io.Discard, server)
	}()
	client := tls.Client(near, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}) // which it is, is looked at here
	if err := client.HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	serial := client.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	_ = near.Close()
	<-ended
	return serial
}

// TestCertificateRenewed has the files of the certificate renewed while the portal runs:
// whoever connects then is shown the new one. One that does not hold is not taken.
func TestCertificateRenewed(t *testing.T) {
	dir := t.TempDir()
	o := options{certificate: filepath.Join(dir, "cert.pem"), key: filepath.Join(dir, "key.pem")}
	pair(t, o.certificate, o.key, 1)
	var log bytes.Buffer
	cfg := portald.Config{Log: zerolog.New(&log)}
	if err := withTLS(o, &cfg); err != nil {
		t.Fatal(err)
	}
	if got := shown(t, cfg.TLS); got != 1 {
		t.Fatalf("shown %d", got)
	}
	pair(t, o.certificate, "", 2) // its key is not there yet
	for range 2 {
		if got := shown(t, cfg.TLS); got != 1 {
			t.Fatalf("shown %d", got)
		}
	}
	if n := strings.Count(log.String(), "certificate"); n != 1 {
		t.Errorf("told %d times: %s", n, log.String())
	}
	pair(t, o.certificate, o.key, 3)
	if got := shown(t, cfg.TLS); got != 3 {
		t.Errorf("shown %d, and it was renewed", got)
	}
	if err := os.Remove(o.key); err != nil {
		t.Fatal(err)
	}
	if got := shown(t, cfg.TLS); got != 3 {
		t.Errorf("shown %d", got)
	}
}
