package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/setting"
)

// connect opens a connection to a server, with TLS from the first byte if that is
// how it is. It closes when ctx ends or stop is called.
func (c *Connector) connect(ctx context.Context, to helpdesk.Server) (conn net.Conn, cfg *tls.Config, stop func(), err error) {
	host, _, err := net.SplitHostPort(to.Address)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("address: %w", err)
	}
	if cfg, err = secure(to, host); err != nil {
		return nil, nil, nil, err
	}
	timeout := time.Duration(c.cfg.Timeout)
	raw, err := (&net.Dialer{Timeout: timeout}).DialContext(ctx, "tcp", to.Address)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("connect: %w", err)
	}
	conn = &patient{Conn: raw, timeout: timeout}
	if to.TLS == "tls" {
		wrapped := tls.Client(conn, cfg)
		if err := wrapped.HandshakeContext(ctx); err != nil {
			_ = raw.Close()
			return nil, nil, nil, fmt.Errorf("connect: %w", err)
		}
		conn = wrapped
	}
	release := context.AfterFunc(ctx, func() { _ = raw.Close() })
	return conn, cfg, func() { release(); _ = raw.Close() }, nil
}

// secure is how a server's certificate is looked at, and an error for what must
// not go over a network in clear.
func secure(to helpdesk.Server, host string) (*tls.Config, error) {
	cfg := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	switch to.TLS {
	case "tls", "starttls":
	case "none":
		if !setting.Loopback(host) {
			return nil, errors.New(`tls is "none", which is for servers on this machine only`)
		}
	default:
		return nil, fmt.Errorf(`tls is %q; there are "tls", "starttls" and "none"`, to.TLS)
	}
	if to.CAFile == "" {
		return cfg, nil
	}
	body, err := os.ReadFile(to.CAFile)
	if err != nil {
		return nil, fmt.Errorf("ca_file: %w", err)
	}
	cfg.RootCAs = x509.NewCertPool()
	if !cfg.RootCAs.AppendCertsFromPEM(body) {
		return nil, fmt.Errorf("ca_file: no certificate in %s", to.CAFile)
	}
	return cfg, nil
}

// password reads what signs in.
func password(of helpdesk.Server) (string, error) {
	body, err := os.ReadFile(of.PasswordFile)
	if err != nil {
		return "", fmt.Errorf("password_file: %w", err)
	}
	return strings.TrimRight(string(body), "\r\n"), nil
}

// patient is a connection that ends when nothing moves for a while, however long
// the whole takes.
type patient struct {
	net.Conn
	timeout time.Duration
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.SetReadDeadline(time.Now().Add(p.timeout)); err != nil {
		return 0, err
	}
	return p.Conn.Read(b)
}

func (p *patient) Write(b []byte) (int, error) {
	if err := p.SetWriteDeadline(time.Now().Add(p.timeout)); err != nil {
		return 0, err
	}
	return p.Conn.Write(b)
}
