package launch

import (
	"errors"
	"testing"

	"golang.org/x/sys/windows/registry"
)

func TestAutostart(t *testing.T) {
	set := func() (string, error) {
		k, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
		if err != nil {
			return "", err
		}
		defer k.Close()
		value, _, err := k.GetStringValue(runName)
		return value, err
	}
	if was, err := set(); err == nil {
		t.Skipf("Guichet starts with this session already: %s", was)
	}
	if err := SetAutostart(`C:\Mes programmes\guichet.exe`, true); err != nil {
		t.Fatal(err)
	}
	if got, err := set(); err != nil || got != `"C:\Mes programmes\guichet.exe" --minimised` {
		t.Errorf("%q, %v", got, err)
	}
	for range 2 {
		if err := SetAutostart("", false); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := set(); !errors.Is(err, registry.ErrNotExist) {
		t.Error(err)
	}
}
