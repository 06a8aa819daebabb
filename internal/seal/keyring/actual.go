package keyring

import system "github.com/zalando/go-keyring"

// actual is the keyring of the system that the program runs on.
type actual struct{}

func (actual) Get(service, account string) (string, error) {
	if absent() {
		return "", system.ErrUnsupportedPlatform
	}
	return system.Get(service, account)
}

func (actual) Set(service, account, secret string) error {
	if absent() {
		return system.ErrUnsupportedPlatform
	}
	return system.Set(service, account, secret)
}

func (actual) Delete(service, account string) error {
	if absent() {
		return system.ErrUnsupportedPlatform
	}
	return system.Delete(service, account)
}
