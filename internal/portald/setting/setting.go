// Package setting reads what whoever runs the portal has written: a file in which
// nothing may be misspelt, and addresses that nobody can listen to.
package setting

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
)

// JSON reads a whole file into a value. A name that the value does not have is an
// error, since a misspelt setting would be none.
func JSON(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something stands behind its end")
	}
	return nil
}

// Address holds an address to lines that nobody can read or alter: https, or http on
// this machine.
func Address(address string) error {
	u, err := url.Parse(address)
	switch {
	case address == "":
		return errors.New("the address is missing")
	case err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return fmt.Errorf("%q is no address like https://sign-in.example/realm", address)
	case u.Scheme == "https" || u.Scheme == "http" && Loopback(u.Hostname()):
		return nil
	}
	return fmt.Errorf("%q is not https: whoever listens could sign in as anybody", address)
}

// Loopback tells whether a host, by name or number, is this machine: nobody can listen
// to what goes there.
func Loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
