package portald

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"guichet/internal/catalogue"
	"guichet/internal/desk"
	"guichet/internal/portald/database"
	"guichet/internal/portald/files"
	"guichet/internal/portald/helpdesk"

	"github.com/gofrs/flock"
)

// lockFile is held by the portal that runs on a data folder.
const lockFile = "portald.lock"

// soon is how long before its end a certificate is spoken of.
const soon = 14 * 24 * time.Hour

// Look tells what a portal with this configuration would stumble over, and changes
// nothing: certificate, addresses, folders, database, bucket and issuer as they are now.
// The help desk is asked by its own Check.
func Look(ctx context.Context, cfg Config, now time.Time) (found []helpdesk.Finding) {
	add := func(fatal bool, setting, problem string, args ...any) {
		found = append(found, helpdesk.Finding{Setting: setting, Problem: fmt.Sprintf(problem, args...), Fatal: fatal})
	}
	wrong := func(setting string, err error) {
		if err != nil {
			add(true, setting, "%v", err)
		}
	}
	found = append(found, cfg.Exposed(now)...)
	for _, at := range [][2]string{{"listen", cfg.Listen}, {"operate", cfg.Operate}} {
		setting, address := at[0], at[1]
		if err := free(ctx, address); errors.Is(err, syscall.EADDRINUSE) && running(cfg.Data) {
			add(false, setting, "%s is taken, by the portal that runs on this data folder.", address)
		} else {
			wrong(setting, err)
		}
	}
	wrong("data", writable(cfg.Data))
	if cfg.Releases != "" {
		_, err := os.ReadDir(cfg.Releases)
		wrong("releases", err)
	}
	reached := true
	if cfg.Postgres != "" {
		err := database.LookAtPostgres(ctx, cfg.Postgres)
		wrong("postgres-file", err)
		reached = err == nil
	}
	setting, err := cfg.lookAtFiles(ctx, reached)
	wrong(setting, err)
	_, _, err = newKeySet(*cfg.OIDC, New(cfg)).fetch(ctx)
	wrong("oidc", err)
	rules, err := cfg.rules()
	wrong("catalogue", err)
	if err == nil && cfg.Helpdesk != nil {
		cfg.Helpdesk.compare(rules, add)
	}
	return found
}

// lookAtFiles looks at bucket or folder and, where the database is reached, at whose the files are.
func (c Config) lookAtFiles(ctx context.Context, reached bool) (setting string, err error) {
	if c.S3 != nil {
		bucket, err := files.OpenS3(ctx, *c.S3)
		if err != nil {
			return "s3-bucket", err
		}
		if reached {
			err = c.lookAtOwner(ctx, bucket)
		}
		return "s3-bucket", errors.Join(err, bucket.Close())
	}
	if _, err := os.Stat(c.filesFolder()); err != nil || !reached {
		return "", nil // it is made at the start, or what is above it has been told of
	}
	return "data", c.lookAtOwner(ctx, files.LookAtDisk(c.filesFolder()))
}

// Exposed tells of a certificate that desks will not take, and of tokens that go about
// without one.
func (c Config) Exposed(now time.Time) (found []helpdesk.Finding) {
	if c.TLS == nil {
		if !loopback(c.Listen) {
			found = append(found, helpdesk.Finding{Setting: "tls-cert", Problem: "The portal speaks plain HTTP at " + c.Listen + ": tokens can be read on the way, unless what stands in front of it on this machine speaks TLS. Give --tls-cert and --tls-key, or listen on 127.0.0.1."})
		}
		return found
	}
	pairs := c.TLS.Certificates
	if c.TLS.GetCertificate != nil {
		if pair, err := c.TLS.GetCertificate(&tls.ClientHelloInfo{}); err == nil {
			pairs = append(slices.Clone(pairs), *pair)
		}
	}
	for _, pair := range pairs {
		if problem, fatal := lasting(pair, now); problem != "" {
			found = append(found, helpdesk.Finding{Setting: "tls-cert", Problem: problem, Fatal: fatal})
		}
	}
	return found
}

// lasting tells whether a certificate holds now and for a while.
func lasting(pair tls.Certificate, now time.Time) (problem string, fatal bool) {
	if pair.Leaf == nil {
		return "", false
	}
	day := func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
	switch from, until := pair.Leaf.NotBefore, pair.Leaf.NotAfter; {
	case now.Before(from):
		return "The certificate holds only from " + day(from) + ": no desk takes it before. Is the clock right?", true
	case now.After(until):
		return "The certificate has ended on " + day(until) + ": no desk takes it. Put a new one there.", true
	case now.Add(soon).After(until):
		return "The certificate ends on " + day(until) + ". Put a new one there: the portal takes it without a new start.", false
	}
	return "", false
}

// free tells whether an address can be listened at; "" is none.
func free(ctx context.Context, address string) error {
	if address == "" {
		return nil
	}
	listen, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return listen.Close()
}

// running tells whether a portal holds the data folder now.
func running(folder string) bool {
	lock := filepath.Join(folder, lockFile)
	if _, err := os.Stat(lock); err != nil {
		return false
	}
	held := flock.New(lock, flock.SetFlag(os.O_RDONLY))
	taken, err := held.TryRLock()
	if err == nil && taken {
		_ = held.Unlock() // it was nobody's
	}
	return err == nil && !taken
}

// writable tells whether a folder, or where it will be made, can be written to.
func writable(folder string) error {
	for _, err := os.Stat(folder); errors.Is(err, os.ErrNotExist) && filepath.Dir(folder) != folder; _, err = os.Stat(folder) {
		folder = filepath.Dir(folder)
	}
	probe, err := os.MkdirTemp(folder, ".check-")
	if err != nil {
		return err
	}
	return os.Remove(probe)
}

// rules is the catalogue that is served.
func (c Config) rules() (desk.Catalogue, error) {
	if c.Catalogue == nil {
		return catalogue.Default()
	}
	return catalogue.Parse(c.Catalogue)
}

// compare holds the keys of a mapping against the catalogue: a request would go past
// one that is misspelt.
func (h *Helpdesk) compare(rules desk.Catalogue, add func(fatal bool, setting, problem string, args ...any)) {
	queues, fields := []string{helpdesk.DefaultQueue}, []string{}
	for _, t := range rules.Types {
		for _, c := range t.Categories {
			queues = append(queues, c.Key, t.Key+"/"+c.Key)
			for _, f := range c.Fields {
				fields = append(fields, f.Key)
			}
		}
	}
	for _, key := range h.Queues {
		if !slices.Contains(queues, key) {
			add(false, "queues."+key, "The catalogue has no such category: nothing goes there.")
		}
	}
	for _, key := range h.Fields {
		if !slices.Contains(fields, key) {
			add(false, "fields."+key, "The catalogue has no such field: nothing is written there.")
		}
	}
}
