package admin

import (
	"reflect"
	"testing"
)

// TestWords has every sentence in both languages.
func TestWords(t *testing.T) {
	fr, en := reflect.ValueOf(french), reflect.ValueOf(english)
	for i := range fr.NumField() {
		name := fr.Type().Field(i).Name
		if fr.Field(i).IsZero() || en.Field(i).IsZero() {
			t.Errorf("%s is missing in a language", name)
		}
	}
	for _, w := range []words{french, english} {
		for _, item := range []any{"create", "reply", "status", "merge", Waiting, Trying, Refused} {
			if w.Named(item) == "" {
				t.Errorf("%s has no name for %v", w.Lang, item)
			}
		}
	}
	for n, want := range map[int64]string{0: "0\u00a0octets", 999: "999\u00a0octets", 12_345_678: "12,3\u00a0Mo", 3_000_000_000_000_000: "3000,0\u00a0To"} {
		if got := french.Size(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}

// TestCheck refuses what would let in whoever should not be.
func TestCheck(t *testing.T) {
	good := Config{URL: "https://portal.example", Issuer: "https://id.example/realm", ClientID: "pages", Claim: "groups", Value: "operators"}
	for name, change := range map[string]func(*Config){
		"OK":             func(*Config) {},
		"OKLoopback":     func(c *Config) { c.URL = "http://127.0.0.1:8480" },
		"ErrPlain":       func(c *Config) { c.URL = "http://portal.example" },
		"ErrPath":        func(c *Config) { c.URL = "https://portal.example/portal" },
		"ErrSlash":       func(c *Config) { c.URL = "https://portal.example/" },
		"ErrPlainIssuer": func(c *Config) { c.Issuer = "http://id.example" },
		"ErrNoIssuer":    func(c *Config) { c.Issuer = "" },
		"ErrNoClient":    func(c *Config) { c.ClientID = "" },
		"ErrNoClaim":     func(c *Config) { c.Claim = "" },
		"ErrNoValue":     func(c *Config) { c.Value = "" },
		"ErrNoOpenID":    func(c *Config) { c.Scopes = []string{"profile"} },
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			change(&c)
			if err := c.Check(); (err == nil) != (name[:2] == "OK") {
				t.Errorf("%v", err)
			}
		})
	}
	if _, err := Parse([]byte(`{"url":"https://portal.example","issuer":"https://id.example","clientId":"pages","claim":"groups","valeu":"x"}`)); err == nil {
		t.Error("a misspelt setting is taken")
	}
}

// TestCookie gives nobody a cookie that another kind or another portal has made.
func TestCookie(t *testing.T) {
	one, err := newSealer(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	sealed := one.aead.Seal(nil, nil, []byte("{}"), []byte(loginCookie.name))
	if _, err := one.aead.Open(nil, nil, sealed, []byte(loginCookie.name)); err != nil {
		t.Error(err)
	}
	if _, err := one.aead.Open(nil, nil, sealed, []byte(sessionCookie.name)); err == nil {
		t.Error("a sign-in under way passes for a session")
	}
	other, err := newSealer(append(make([]byte, 31), 1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.aead.Open(nil, nil, sealed, []byte(loginCookie.name)); err == nil {
		t.Error("another portal's cookie is taken")
	}
}
