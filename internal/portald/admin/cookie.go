package admin

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// sealer makes cookies that nobody else can read or make.
type sealer struct{ aead cipher.AEAD }

func newSealer(key []byte) (sealer, error) {
	derived, err := hkdf.Key(sha256.New, key, nil, "portald admin cookies 1", 32)
	if err != nil {
		return sealer{}, fmt.Errorf("derive key: %w", err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return sealer{}, fmt.Errorf("make cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return sealer{}, fmt.Errorf("make cipher: %w", err)
	}
	return sealer{aead}, nil
}

// cookie is a kind of cookie: what is sealed as one is not good as another.
type cookie struct {
	name, path string
	holds      time.Duration
}

var (
	// loginCookie is from the way to the issuer until the way back.
	loginCookie = cookie{"portald-login", Path + "callback", 10 * time.Minute}
	// sessionCookie is short: whoever is no operator any more is asked for soon.
	sessionCookie = cookie{"portald-session", Path, 30 * time.Minute}
)

// put gives the browser a cookie with v in it; nil takes the cookie away.
func (a *Admin) put(w http.ResponseWriter, c cookie, v any) error {
	out := &http.Cookie{Name: a.nameOf(c), Path: c.path, HttpOnly: true, Secure: a.cfg.secure(), SameSite: http.SameSiteLaxMode, MaxAge: -1}
	if v != nil {
		plain, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("make cookie: %w", err)
		}
		out.MaxAge = int(c.holds / time.Second)
		out.Value = base64.RawURLEncoding.EncodeToString(a.seal.aead.Seal(nil, nil, plain, []byte(c.name)))
	}
	http.SetCookie(w, out)
	return nil
}

// take reads a cookie, false if there is none that this portal has made.
func (a *Admin) take(r *http.Request, c cookie, v any) bool {
	in, err := r.Cookie(a.nameOf(c))
	if err != nil {
		return false
	}
	sealed, err := base64.RawURLEncoding.DecodeString(in.Value)
	if err != nil {
		return false
	}
	plain, err := a.seal.aead.Open(nil, nil, sealed, []byte(c.name))
	return err == nil && json.Unmarshal(plain, v) == nil
}

// nameOf keeps what was set without https, by whoever is on the line, from passing
// for ours.
func (a *Admin) nameOf(c cookie) string {
	if a.cfg.secure() {
		return "__Secure-" + c.name
	}
	return c.name
}
