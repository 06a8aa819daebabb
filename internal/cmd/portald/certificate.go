package main

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// certificate is one whose files are read again when they have changed: it is renewed
// while the portal runs. What does not hold is not taken, such as a certificate whose key
// is still on its way.
type certificate struct {
	files [2]string // of the certificate with its chain, and of its key
	log   zerolog.Logger

	mu     sync.Mutex
	pair   tls.Certificate
	times  [2]time.Time // of the files, when pair was read
	failed string       // what was last logged
}

// get is a tls.Config's GetCertificate.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.read(); err != nil && err.Error() != c.failed {
		c.failed = err.Error()
		c.log.Error().Err(err).Msg("the renewed certificate cannot be used; the one before goes on")
	}
	pair := c.pair
	return &pair, nil
}

// read takes what the files hold, if they have changed.
func (c *certificate) read() error {
	var times [2]time.Time
	for i, file := range c.files {
		info, err := os.Stat(file)
		if err != nil {
			return fmt.Errorf("--tls-cert and --tls-key: %w", err)
		}
		times[i] = info.ModTime()
	}
	if times == c.times {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.files[0], c.files[1])
	if err != nil {
		return fmt.Errorf("--tls-cert and --tls-key: %w", err)
	}
	c.pair, c.times, c.failed = pair, times, ""
	return nil
}
