package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"aead.dev/minisign"
	"golang.org/x/term"
)

// passwordEnv has the password of a key, where nobody can be asked.
const passwordEnv = "GUICHET_RELEASE_PASSWORD"

// password is asked for, twice for a key that is being made.
func password(twice bool) (string, error) {
	if p, ok := os.LookupEnv(passwordEnv); ok {
		return p, nil
	}
	in := int(os.Stdin.Fd())
	if !term.IsTerminal(in) {
		return "", fmt.Errorf("nobody to ask for the password: set %s", passwordEnv)
	}
	ask := func(what string) (string, error) {
		fmt.Fprint(os.Stderr, what+": ")
		p, err := term.ReadPassword(in)
		fmt.Fprintln(os.Stderr)
		return string(p), err
	}
	p, err := ask("Password of the key")
	if err != nil || !twice {
		return p, err
	}
	again, err := ask("Once more")
	if err == nil && again != p {
		err = errors.New("the two are not the same")
	}
	return p, err
}

// keygen makes a key. It never writes over one: a key that is lost cannot be had again.
func keygen(o options, out io.Writer) error {
	if o.key == "" {
		return errors.New("keygen needs --key")
	}
	if _, err := os.Stat(o.key); err == nil { // before a password is asked for
		return fmt.Errorf("write key: %s: %w", o.key, os.ErrExist)
	}
	public, private, err := minisign.GenerateKey(nil)
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	secret, err := private.MarshalText()
	if !o.plain {
		p, askErr := password(true)
		if askErr == nil && p == "" {
			askErr = errors.New("a key for releases has a password")
		}
		if askErr != nil {
			return askErr
		}
		secret, err = minisign.EncryptKey(p, private)
	}
	if err != nil {
		return fmt.Errorf("seal key: %w", err)
	}
	text, err := public.MarshalText()
	if err != nil {
		return fmt.Errorf("write public key: %w", err)
	}
	for _, f := range []struct {
		path string
		body []byte
		mode os.FileMode
	}{{o.key, secret, 0o600}, {o.key + ".pub", text, 0o644}} {
		file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, f.mode)
		if err != nil {
			return fmt.Errorf("write key: %w", err)
		}
		_, err = file.Write(append(bytes.TrimSpace(f.body), '\n'))
		if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
			return fmt.Errorf("write key: %w", err)
		}
	}
	fmt.Fprintf(out, "Public key, to be built into the program:\n%s\n", line(text))
	return nil
}

// line is the key in a text of minisign, which has a comment before it.
func line(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// readKey reads a secret key and opens it.
func readKey(o options) (key minisign.PrivateKey, err error) {
	if o.key == "" {
		return key, errors.New("which key? --key FILE")
	}
	text, err := os.ReadFile(o.key)
	if err != nil {
		return key, fmt.Errorf("read key: %w", err)
	}
	if !minisign.IsEncrypted(text) {
		if err := key.UnmarshalText(text); err != nil {
			return key, fmt.Errorf("read key: %w", err)
		}
		return key, nil
	}
	p, err := password(false)
	if err != nil {
		return key, err
	}
	if key, err = minisign.DecryptKey(p, text); err != nil {
		return key, fmt.Errorf("open key: %w", err)
	}
	return key, nil
}

// publicOf is the public half of a key, in base 64.
func publicOf(key minisign.PrivateKey) (string, error) {
	text, err := key.Public().(minisign.PublicKey).MarshalText()
	return line(text), err
}
