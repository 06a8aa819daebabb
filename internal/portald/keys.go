package portald

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"guichet/internal/portald/setting"

	"github.com/go-jose/go-jose/v4"
	"github.com/rs/zerolog"
	"golang.org/x/time/rate"
)

const (
	keysWithin = 5 * time.Second // an issuer may take to answer
	keysSize   = 1 << 20         // bytes of an answer
	keysBurst  = 5               // times that keys may be asked for at once, then once per keysPause
	keysPause  = 10 * time.Second
)

// keySet is the issuer's public keys. go-oidc's asks for them again at each
// token with a key or a signature that it does not know, one call after the
// other and without an end: whoever sends nonsense would have the portal flood
// its issuer. And it never asks again while all goes well, so that a key which
// the issuer has withdrawn would be good for ever. Here the calls are bounded,
// the keys have an age, and what is known goes on while the issuer is away.
type keySet struct {
	issuer, address string // address "" until discovery has told it
	now             func() time.Time
	log             zerolog.Logger
	age             time.Duration // after which keys are asked for again
	leeway          time.Duration
	run             func(func(context.Context)) // starts what ends with the server
	closing         <-chan struct{}

	http  *http.Client
	limit *rate.Limiter

	mu     sync.Mutex
	keys   []jose.JSONWebKey
	asked  time.Time // when the keys that are known were asked for
	flight chan struct{}
	failed string // what was last logged
}

func newKeySet(c OIDC, s *Server) *keySet {
	return &keySet{
		issuer: c.Issuer, address: c.Keys, now: func() time.Time { return s.Now() }, log: s.cfg.Log, age: s.KeysFor, leeway: c.leeway(),
		run: s.beside, closing: s.closing, limit: rate.NewLimiter(rate.Every(keysPause), keysBurst),
		http: &http.Client{
			Transport: &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment}, Timeout: keysWithin,
			CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("the issuer's address leads elsewhere") },
		},
	}
}

// find returns the keys that may have signed a token with that key id, made at
// that time (zero if it does not say). None and no error means that the issuer
// has no such key; errBusy, that this cannot be known now.
func (k *keySet) find(ctx context.Context, id string, made time.Time) ([]jose.JSONWebKey, error) {
	keys, asked := k.known()
	if len(keys) > 0 && k.now().Sub(asked) > k.age {
		k.ask() // beside this call, which goes on with what is known
	}
	if found := matching(keys, id); len(found) > 0 {
		return found, nil
	}
	// A token that was made well before the keys were asked for would have its
	// key among them.
	if len(keys) > 0 && !made.IsZero() && made.Add(k.leeway).Before(asked) {
		return nil, nil
	}
	began := k.now()
	wait := k.ask()
	if wait == nil {
		return nil, errBusy
	}
	select {
	case <-wait:
	case <-k.closing:
		return nil, errBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	keys, asked = k.known()
	found := matching(keys, id)
	if len(found) == 0 && (len(keys) == 0 || asked.Before(began)) {
		return nil, errBusy // it did not answer
	}
	return found, nil
}

func (k *keySet) known() ([]jose.JSONWebKey, time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.keys, k.asked
}

// matching are the keys with that id; a token without one may be any key's.
func matching(keys []jose.JSONWebKey, id string) []jose.JSONWebKey {
	if id == "" {
		return keys
	}
	var out []jose.JSONWebKey
	for _, key := range keys {
		if key.KeyID == id {
			out = append(out, key)
		}
	}
	return out
}

// ask asks the issuer for its keys, together with whoever asks at the same
// time. The channel is closed when that has ended; it is nil when there were
// too many calls lately.
func (k *keySet) ask() <-chan struct{} {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.flight != nil {
		return k.flight
	}
	if !k.limit.AllowN(k.now(), 1) {
		return nil
	}
	flight := make(chan struct{})
	k.flight = flight
	k.run(func(ctx context.Context) {
		began := k.now()
		keys, address, err := k.fetch(ctx)
		k.mu.Lock()
		defer k.mu.Unlock()
		defer close(flight)
		k.flight = nil
		if err != nil {
			if text := err.Error(); ctx.Err() == nil && text != k.failed {
				k.log.Warn().Err(err).Msg("the issuer's keys cannot be read; those that are known go on")
				k.failed = text
			}
			return
		}
		k.keys, k.asked, k.address, k.failed = keys, began, address, ""
	})
	return flight
}

// fetch reads the keys; its errors hold nothing of what the issuer said.
func (k *keySet) fetch(ctx context.Context) ([]jose.JSONWebKey, string, error) {
	ctx, cancel := context.WithTimeout(ctx, keysWithin)
	defer cancel()
	k.mu.Lock()
	address := k.address
	k.mu.Unlock()
	if address == "" {
		var metadata struct {
			Issuer string `json:"issuer"`
			Keys   string `json:"jwks_uri"`
		}
		if err := k.get(ctx, strings.TrimSuffix(k.issuer, "/")+"/.well-known/openid-configuration", &metadata); err != nil {
			return nil, "", fmt.Errorf("read the issuer's metadata: %w", err)
		}
		if metadata.Issuer != k.issuer {
			return nil, "", errors.New("the issuer calls itself otherwise than the configuration does")
		}
		if setting.Address(metadata.Keys) != nil {
			return nil, "", errors.New("the issuer keeps its keys at no address that can be trusted")
		}
		address = metadata.Keys
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := k.get(ctx, address, &set); err != nil {
		return nil, "", fmt.Errorf("read the issuer's keys: %w", err)
	}
	var out []jose.JSONWebKey
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		// A key of a kind that is not known here is another program's.
		if json.Unmarshal(raw, &key) == nil && key.IsPublic() && key.Use != "enc" {
			out = append(out, key)
		}
	}
	if len(out) == 0 {
		return nil, "", errors.New("the issuer has no key that can be used")
	}
	return out, address, nil
}

func (k *keySet) get(ctx context.Context, address string, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	res, err := k.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %d", res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, keysSize)) // what is cut is no JSON
	if err != nil {
		return err
	}
	if json.Unmarshal(body, v) != nil {
		return errors.New("the answer is not the JSON that was asked for")
	}
	return nil
}
