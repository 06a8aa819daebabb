package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
)

// Who signs, from the environment. A certificate in a file:
//
//	GUICHET_SIGN_PKCS12         the file
//	GUICHET_SIGN_PASSWORD_FILE  a file with its password
//
// or in a token (an HSM, a card):
//
//	GUICHET_SIGN_PKCS11_MODULE  the token's library
//	GUICHET_SIGN_PKCS11_CERT    URI of the certificate in it
//	GUICHET_SIGN_PKCS11_KEY     URI of the key in it
//	GUICHET_SIGN_PKCS11_ENGINE  engine of OpenSSL, where it has to be named
//
// and for both GUICHET_SIGN_TIMESTAMP, the address of a time-stamp authority
// (RFC 3161), which makes signatures outlive the certificate. A time stamp differs
// each time: packages signed with one are equal but for it.
const (
	signPKCS12    = "GUICHET_SIGN_PKCS12"
	signPassword  = "GUICHET_SIGN_PASSWORD_FILE"
	signModule    = "GUICHET_SIGN_PKCS11_MODULE"
	signCert      = "GUICHET_SIGN_PKCS11_CERT"
	signKey       = "GUICHET_SIGN_PKCS11_KEY"
	signEngine    = "GUICHET_SIGN_PKCS11_ENGINE"
	signTimestamp = "GUICHET_SIGN_TIMESTAMP"
)

// signer is what osslsigncode is told of the certificate; nil: nothing is signed.
func signer(env func(string) string) ([]string, error) {
	var args []string
	switch {
	case env(signPKCS12) != "" && env(signModule) != "":
		return nil, fmt.Errorf("%s and %s: which of them signs?", signPKCS12, signModule)
	case env(signPKCS12) != "":
		args = []string{"-pkcs12", env(signPKCS12)}
	case env(signModule) != "":
		if env(signCert) == "" || env(signKey) == "" {
			return nil, fmt.Errorf("%s needs %s and %s", signModule, signCert, signKey)
		}
		args = []string{"-pkcs11module", env(signModule), "-pkcs11cert", env(signCert), "-key", env(signKey)}
		if e := env(signEngine); e != "" {
			args = append(args, "-pkcs11engine", e)
		}
	default:
		return nil, nil
	}
	if f := env(signPassword); f != "" {
		args = append(args, "-readpass", f)
	}
	if t := env(signTimestamp); t != "" {
		args = append(args, "-ts", t)
	}
	return args, nil
}

// signFiles signs Windows programs where they lie. makensis calls it for the
// uninstaller.
func signFiles(ctx context.Context, files []string) error {
	epoch, err := epochHere(ctx)
	if err != nil {
		return err
	}
	p := product{epoch: epoch}
	for _, f := range files {
		if err := p.sign(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// sign signs a Windows program, if there is a certificate.
func (p product) sign(ctx context.Context, path string) error {
	who, err := signer(os.Getenv)
	if err != nil || who == nil {
		return err
	}
	signed := path + ".signed"
	args := slices.Concat([]string{"sign"}, who, []string{
		// The time in the signature is that of the package.
		"-h", "sha256", "-time", strconv.FormatInt(p.epoch, 10), "-n", "Guichet", "-in", path, "-out", signed,
	})
	if err := (step{}).do(ctx, "osslsigncode", args...); err != nil {
		// Its arguments are not secret: the password is in a file.
		return errors.Join(err, os.RemoveAll(signed))
	}
	return os.Rename(signed, path)
}
