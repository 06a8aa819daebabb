package privacy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"guichet/internal/privacy"
)

func TestSensitiveNeverPrints(t *testing.T) {
	s := privacy.Hide("2 55 08 14 168 025 38")
	wrapped := struct{ S, hidden privacy.Sensitive[string] }{s, s}
	body, err := json.Marshal(wrapped)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, v := range []any{s, &s, wrapped, &wrapped, []any{s}} {
			if out := fmt.Sprintf(verb, v); strings.Contains(out, "2 55") || strings.Contains(out, "3220353520") {
				t.Errorf("%s of %T printed %s", verb, v, out)
			}
		}
	}
	if strings.Contains(string(body), "2 55") {
		t.Errorf("JSON: %s", body)
	}
	if s.Reveal() != "2 55 08 14 168 025 38" {
		t.Error("Reveal lost the value")
	}
}
