package rttest_test

import (
	"net/http"
	"testing"

	"guichet/internal/portald/helpdesk/rttest"
)

func TestMain(m *testing.M) { rttest.Main(m) }

// TestRT: what was there before a kill is there after it, at the same address.
func TestRT(t *testing.T) {
	r := rttest.Shared(t)
	anne := r.Agent("anne")
	id, err := anne.Create(t.Context(), "Accueil", "Avant")
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []func(){r.Kill, r.Stop} {
		end()
		if _, err := http.Get(r.URL); err == nil {
			t.Fatal("it answers, and was ended")
		}
		r.Start(t)
		got, err := anne.Read(t.Context(), id)
		if err != nil || got.Subject != "Avant" || got.Queue != "Accueil" {
			t.Fatalf("%+v, %v", got, err)
		}
	}
}
