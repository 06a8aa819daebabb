package oidc_test

import (
	"strings"
	"testing"

	"guichet/internal/session/oidc"
)

func TestPageLanguage(t *testing.T) {
	h := newHostile(t).serve(t)
	p := h.desk(t)
	for accepted, want := range map[string]string{
		"": "fr", "fr": "fr", "fr-FR,fr;q=0.9,en-US;q=0.8,en;q=0.7": "fr", "en-US,en;q=0.9": "en", "en-GB,en;q=0.9,fr;q=0.8": "en",
		"de,en;q=0.5": "en", "de": "fr", "fr;q=0.2,en;q=0.8": "en", "en;q=0": "fr", "EN": "en", "en;q=x": "fr", ";;,,q=": "fr",
	} {
		b, pages := newBrowser(t, nil), make(chan shown, 1)
		b.lang = accepted
		_, err := p.SignIn(t.Context(), oidc.SignInOptions{Open: func(address string) error {
			go func() { page, _ := b.walk(address, ""); pages <- page }()
			return nil
		}})
		page := <-pages
		if err != nil || page.header.Get("Content-Language") != want || !strings.Contains(page.body, `lang="`+want+`"`) {
			t.Errorf("%q: %v, %s", accepted, err, page.body)
		}
		if words := map[string]string{"fr": "Vous pouvez fermer cet onglet", "en": "You can close this tab"}[want]; !strings.Contains(page.body, words) {
			t.Errorf("%q: %s", accepted, page.body)
		}
	}
}
