package setting

import (
	"strings"
	"testing"
)

func TestJSON(t *testing.T) {
	for body, want := range map[string]string{
		`{"name":"a"}`:           "",
		` {"name":"a"} ` + "\n":  "",
		`{"name":"a","nmae":""}`: "nmae",
		`{"name":"a"}{}`:         "behind its end",
		`{"name":"a"} x`:         "behind its end",
		`{"name":1}`:             "name",
		`{"name":`:               "EOF",
		``:                       "EOF",
	} {
		var into struct {
			Name string `json:"name"`
		}
		err := JSON([]byte(body), &into)
		if want == "" && (err != nil || into.Name != "a") || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", body, err, want)
		}
	}
}

func TestAddress(t *testing.T) {
	for address, want := range map[string]string{
		"https://id.example":            "",
		"https://id.example:8443/realm": "",
		"https://tenant.id.example/":    "",
		"http://127.0.0.1:8480":         "",
		"http://[::1]:8480/realm":       "",
		"http://localhost":              "",
		"":                              "missing",
		"id.example":                    "no address",
		"https:///realm":                "no address",
		"https://id.example?x=1":        "no address",
		"https://id.example#x":          "no address",
		"https://user:pw@id.example":    "no address",
		"https://id.example/%zz":        "no address",
		"http://id.example":             "not https",
		"http://localhost.example":      "not https",
		"http://192.168.0.1":            "not https",
		"ftp://127.0.0.1":               "not https",
	} {
		err := Address(address)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", address, err, want)
		}
	}
}

func TestLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true,
		"": false, "localhost.example": false, "192.0.2.1": false, "0.0.0.0": false, "::": false,
	} {
		if got := Loopback(host); got != want {
			t.Errorf("%q: %t", host, got)
		}
	}
}
