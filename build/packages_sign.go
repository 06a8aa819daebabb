package main

import (
	"bytes"
	"context"
	"debug/pe"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"
)

// testSigned builds the next version, signed by a certificate that is made here, and
// checks the signatures as Windows does.
func (p product) testSigned(ctx context.Context, c *checks) (err error) {
	if err := p.begin(ctx); err != nil {
		return err
	}
	certificate, leave, err := ownCertificate(ctx, p.tmp)
	if err != nil {
		return err
	}
	defer leave()
	some := slices.DeleteFunc(binaries(), func(b binary) bool { return b.file != "guichet" && b.file != setupFor })
	if err := p.programs(ctx, some...); err != nil {
		return err
	}
	if err := together(func() error { return p.linux(ctx) }, func() error { return p.setup(ctx) }); err != nil {
		return err
	}
	for _, file := range []string{setupFor, p.setupFile()} {
		path := filepath.Join(p.out, file)
		c.that("signature of "+file, verifySigned(ctx, certificate, path))
		altered := filepath.Join(p.tmp, "altered.exe")
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		body[len(body)/2] ^= 1
		if err := os.WriteFile(altered, body, 0o644); err != nil {
			return err
		}
		c.holds("one bit changed in "+file+" is noticed", verifySigned(ctx, certificate, altered) != nil)
	}
	var twice [2][]byte
	for i := range twice {
		path := filepath.Join(p.tmp, "twice.exe")
		if err := copyFile(filepath.Join(p.tmp, setupFor), path, 0o644); err != nil {
			return err
		}
		c.that("signed", p.sign(ctx, path))
		if twice[i], err = os.ReadFile(path); err != nil {
			return err
		}
	}
	c.holds("signed twice, the same bytes", bytes.Equal(twice[0], twice[1]))
	_, err = signer(func(name string) string { return map[string]string{signPKCS12: "a", signModule: "b"}[name] })
	c.holds("two certificates are refused", err != nil)
	_, err = signer(func(name string) string { return map[string]string{signModule: "b"}[name] })
	c.holds("a token without the names of key and certificate is refused", err != nil)
	return nil
}

// ownCertificate makes a certificate for signing code, that nobody else trusts, and
// has the environment name it until leave.
func ownCertificate(ctx context.Context, dir string) (certificate string, leave func(), err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return "", nil, err
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	const password = "only for this test"
	if err := os.WriteFile(at("password"), []byte(password), 0o600); err != nil {
		return "", nil, err
	}
	for _, args := range [][]string{
		{"req", "-x509", "-newkey", "rsa:3072", "-nodes", "-sha256", "-days", "3650", "-subj", "/CN=Guichet, test only",
			"-addext", "extendedKeyUsage=codeSigning", "-addext", "keyUsage=digitalSignature", "-keyout", at("key.pem"), "-out", at("cert.pem")},
		{"pkcs12", "-export", "-inkey", at("key.pem"), "-in", at("cert.pem"), "-passout", "file:" + at("password"), "-out", at("cert.p12")},
	} {
		if err := (step{}).do(ctx, "openssl", args...); err != nil {
			return "", nil, err
		}
	}
	err = errors.Join(os.Setenv(signPKCS12, at("cert.p12")), os.Setenv(signPassword, at("password")))
	return at("cert.pem"), func() { _, _ = os.Unsetenv(signPKCS12), os.Unsetenv(signPassword) }, err
}

// verifySigned checks the signature of a Windows program against a certificate.
func verifySigned(ctx context.Context, certificate, path string) error {
	out, err := step{}.output(ctx, "osslsigncode", "verify", "-CAfile", certificate, "-in", path)
	if err == nil && !strings.Contains(out, "Signature verification: ok") {
		err = fmt.Errorf("%s: %s", path, out)
	}
	return err
}

// testPrograms looks into the Windows programs for what Windows looks for.
func (p product) testPrograms(_ context.Context, c *checks) error {
	for file, machine := range map[string]uint16{setupFor: pe.IMAGE_FILE_MACHINE_AMD64, "guichet-arm64.exe": pe.IMAGE_FILE_MACHINE_ARM64} {
		f, err := pe.Open(filepath.Join(p.out, file))
		if err != nil {
			return err
		}
		defer f.Close()
		c.equal(file+": processor", f.Machine, machine)
		if h, ok := f.OptionalHeader.(*pe.OptionalHeader64); c.holds(file+": 64 bits", ok) {
			c.equal(file+": has a window, not a console", h.Subsystem, uint16(pe.IMAGE_SUBSYSTEM_WINDOWS_GUI))
		}
		section := f.Section(".rsrc")
		if !c.holds(file+": has resources", section != nil) {
			continue
		}
		body, err := section.Data()
		if err != nil {
			return err
		}
		for _, want := range []string{"ProductVersion", p.version, "FileDescription", "Guichet, demandes à l'éditeur"} {
			c.holds(file+": version information has "+want, strings.Contains(string(body), wide(want)))
		}
		c.equal(file+": icon under the number that Wails asks for", iconGroups(body), []uint32{3})
		manifest := string(body)
		for _, want := range []string{"permonitorv2", "<longPathAware", "UTF-8</activeCodePage>", `level="asInvoker"`, "{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"} {
			c.holds(file+": manifest has "+want, strings.Contains(manifest, want))
		}
	}
	body, err := os.ReadFile(filepath.Join("build", "windows", "guichet.manifest"))
	if err != nil {
		return err
	}
	return xml.Unmarshal(body, new(struct{ XMLName xml.Name }))
}

// wide is a text as Windows writes it.
func wide(s string) string {
	var out strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		out.WriteByte(byte(u))
		out.WriteByte(byte(u >> 8))
	}
	return out.String()
}

// iconGroups are the numbers of the icons in a section of resources: a tree whose
// first level is kinds, and whose second is numbers.
func iconGroups(rsrc []byte) []uint32 {
	const groupIcon = 14
	var ids []uint32
	for kind, at := range resourceDir(rsrc, 0) {
		if kind == groupIcon {
			for id := range resourceDir(rsrc, at) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// resourceDir reads one level: numbers, and where what they stand for begins.
func resourceDir(rsrc []byte, at uint32) map[uint32]uint32 {
	u := func(i uint32, n int) (v uint32) {
		for j := range n {
			v |= uint32(rsrc[i+uint32(j)]) << (8 * j)
		}
		return v
	}
	found := map[uint32]uint32{}
	for i := range u(at+12, 2) + u(at+14, 2) {
		entry := at + 16 + 8*i
		found[u(entry, 4)] = u(entry+4, 4) &^ (1 << 31)
	}
	return found
}
