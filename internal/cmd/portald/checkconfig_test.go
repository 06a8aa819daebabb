package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/issuer"
	"guichet/internal/portald"
)

// TestCheckConfig asks about settings that are good, and about one at a time that is not.
func TestCheckConfig(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	sign, err := json.Marshal(portald.DemoOIDC(issuer.Run(t, nil).URL))
	if err != nil {
		t.Fatal(err)
	}
	away, err := json.Marshal(portald.DemoOIDC("http://127.0.0.1:1"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, body string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	oidc, file := write("oidc.json", string(sign)), write("file", "")
	mapping := strings.NewReplacer("smtp.example:465", "127.0.0.1:1", "imap.example:993", "127.0.0.1:1", "/run/credentials/portald.service/imap", write("imap", "secret")).Replace(examples(t, "toml")[1])
	for name, c := range map[string]struct {
		args []string
		says string // the beginning of a line
		good bool
	}{
		"OK":           {nil, "addresses, folders, database, files and issuer are there", true},
		"OKPlain":      {[]string{"--listen", "0.0.0.0:0"}, "note: tls-cert: The portal speaks plain HTTP at 0.0.0.0:0", true},
		"OKCert":       {issued(t, dir, time.Now().Add(90*24*time.Hour)), "addresses, folders", true},
		"OKCertEnds":   {issued(t, dir, time.Now().Add(3*24*time.Hour)), "note: tls-cert: The certificate ends on", true},
		"ErrCert":      {issued(t, dir, time.Now().Add(-time.Hour)), "wrong: tls-cert: The certificate has ended on", false},
		"ErrListen":    {[]string{"--listen", taken.Addr().String()}, "wrong: listen: listen tcp " + taken.Addr().String(), false},
		"ErrNoPort":    {[]string{"--listen", "hallo"}, "wrong: listen: ", false},
		"ErrOperate":   {[]string{"--operate", taken.Addr().String()}, "wrong: operate: ", false},
		"ErrData":      {[]string{"--data", filepath.Join(file, "data")}, "wrong: data: ", false},
		"ErrReleases":  {[]string{"--releases", filepath.Join(dir, "nowhere")}, "wrong: releases: ", false},
		"ErrPostgres":  {[]string{"--postgres-file", write("postgres", "postgres://portald:geheim@127.0.0.1:1/portald")}, "wrong: postgres-file: reach PostgreSQL: ", false},
		"ErrIssuer":    {[]string{"--oidc", write("away.json", string(away))}, "wrong: oidc: read the issuer's metadata: ", false},
		"ErrCatalogue": {[]string{"--catalogue", file}, "wrong: catalogue: ", false},
		"ErrCategory":  {[]string{"--helpdesk", write("mail.toml", mapping+"[queues]\ninvoice-disput = \"A\"\n")}, "note: queues.invoice-disput: The catalogue has no such category", false},
		"ErrField":     {[]string{"--helpdesk", write("mails.toml", mapping+"[fields]\ninvoyce = \"A\"\n")}, "note: fields.invoyce: The catalogue has no such field", false},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"--listen", "127.0.0.1:0", "--data", filepath.Join(dir, "data"), "--oidc", oidc}, c.args...)
			cmd, stderr := program(t, append(args, "check-config")...)
			out, err := cmd.Output()
			if said := "\n" + string(out) + stderr.String(); (err == nil) != c.good || !strings.Contains(said, "\n"+c.says) || strings.Contains(said, "geheim") {
				t.Errorf("it ends with %v and says %s", err, said)
			}
			if _, err := os.Stat(filepath.Join(dir, "data")); !os.IsNotExist(err) {
				t.Errorf("a folder was made: %v", err)
			}
		})
	}
	address := taken.Addr().String()
	_ = taken.Close() // it is for the portal
	args := []string{"--listen", address, "--data", filepath.Join(dir, "data"), "--oidc", oidc}
	cmd, _ := program(t, args...)
	ready(t, cmd)
	beside, stderr := program(t, append(args, "check-config")...)
	if out, err := beside.Output(); err != nil || !strings.Contains(string(out), "note: listen: "+address+" is taken, by the portal") {
		t.Errorf("beside a portal that runs: %v, %s, %s", err, out, stderr)
	}
	end(t, cmd)
	for _, name := range []string{"portald.db", "portald.db-wal", "portald.db-shm"} {
		if err := os.Remove(filepath.Join(dir, "data", name)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	for _, c := range [][2]string{{"check-config", "wrong: data: "}, {"", "portald: "}} { // files, and not the database of them
		cmd, stderr := program(t, slices.DeleteFunc(append(slices.Clone(args), c[0]), func(arg string) bool { return arg == "" })...)
		if out, err := cmd.Output(); err == nil || !strings.Contains("\n"+string(out)+stderr.String(), "\n"+c[1]+"the files in the folder "+filepath.Join(dir, "data", "files")+" are those of another portal") {
			t.Errorf("%s before another portal's files: %v, %s, %s", c[0], err, out, stderr)
		}
		if _, err := os.Stat(filepath.Join(dir, "data", "portald.db")); (err == nil) != (c[0] == "") {
			t.Errorf("%s leaves a database: %v", c[0], err)
		}
	}
}

// issued writes a certificate that holds until then, and names it and its key as flags.
func issued(t *testing.T, dir string, until time.Time) []string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tells := &x509.Certificate{SerialNumber: big.NewInt(until.Unix()), DNSNames: []string{"localhost"}, NotBefore: until.AddDate(-1, 0, 0), NotAfter: until}
	made, err := x509.CreateCertificate(rand.Reader, tells, tells, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, until.Format("20060102-150405"))
	for kind, body := range map[string][]byte{"CERTIFICATE": made, "PRIVATE KEY": secret} {
		if err := os.WriteFile(name+"."+kind, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: body}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return []string{"--tls-cert", name + ".CERTIFICATE", "--tls-key", name + ".PRIVATE KEY"}
}
