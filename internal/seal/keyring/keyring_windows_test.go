package keyring

import "testing"

func TestCredentialManager(t *testing.T) {
	keeps(t, fresh())
	keepsApart(t)
}
