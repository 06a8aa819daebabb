// Package portald is the reference portal: it receives requests with their
// files over HTTP, numbers each of them once, and tells the desks what changed.
// It checks with the same rulebook as the desk. It keeps everything in one
// folder (SQLite and files), or in PostgreSQL and S3, which several of it share: then
// each of them answers whatever it is asked. It knows nothing of the desk's own store.
package portald

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"guichet/internal/catalogue"
	"guichet/internal/desk"
	"guichet/internal/disk"
	"guichet/internal/portal"
	"guichet/internal/portald/admin"
	"guichet/internal/portald/files"

	"github.com/gofrs/flock"
	"github.com/riverqueue/river"
)

// Server is one portal. Make it with New, set its fields, then Start.
type Server struct {
	cfg Config
	Now func() time.Time

	MaxWait     time.Duration // of a long poll
	Abandoned   time.Duration // after which an unfinished request is dropped
	SweepEvery  time.Duration
	FetchEvery  time.Duration // the help desk is asked what changed
	ResumeAfter time.Duration // that something waits for the help desk its job is looked after
	PollJobs    time.Duration // jobs are looked for
	GoneFor     time.Duration // that a request is not to be seen any more is told for this long
	ReopenFor   time.Duration // behind its end a request may be reopened
	KeysFor     time.Duration // the issuer's keys are asked for again after this
	Acknowledge time.Duration // the demo's support takes a request up after this
	Reply       time.Duration // and answers after this

	people     []person
	verifier   *verifier
	noted      noted
	catalogues map[int]desk.Catalogue
	served     []byte // the current catalogue, as it is served
	etag       string
	current    int
	contracts  []portal.Contract // by practice and number
	metrics    *metrics
	lacking    error       // what the help desk did not have of the mapping at the start, nil if it had all
	reading    atomic.Bool // the help desk is read from some moment on, which is noted
	limits     limits
	waiting    atomic.Int64 // desks, for a change
	followers  followers

	store   *store
	jobs    *river.Client[*sql.Tx]
	files   files.Store
	alone   *flock.Flock // of the folder: two portals in one would number twice
	uploads *uploads
	// releases is the folder of the desk program's releases, nil for none.
	releases *os.Root
	admin    *admin.Admin // the operators' pages, nil for none
	http     *http.Server
	listen   net.Listener
	// operating serves metrics, nil if nobody asks for them.
	operating *http.Server
	operateAt net.Listener
	calls     sync.RWMutex // read by each call under way, written by Stop

	closing chan struct{}
	live    context.Context // until Stop
	cancel  context.CancelFunc
	group   sync.WaitGroup
}

// New returns a server; it does no I/O.
func New(cfg Config) *Server {
	return &Server{
		cfg: cfg, Now: time.Now, MaxWait: time.Minute, Abandoned: 30 * 24 * time.Hour, SweepEvery: time.Hour,
		FetchEvery: 15 * time.Second, ResumeAfter: 10 * time.Minute, PollJobs: time.Second,
		KeysFor: 15 * time.Minute, GoneFor: 90 * 24 * time.Hour, ReopenFor: leastRetain,
		Acknowledge: 4 * time.Second, Reply: 10 * time.Second,
		people: newPeople(cfg.People), closing: make(chan struct{}),
	}
}

// Start opens the store, heals what a crash left, and serves until Stop.
func (s *Server) Start(ctx context.Context) (err error) {
	if err := s.cfg.Check(); err != nil {
		return err
	}
	if err := s.takeFolder(); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.leaveFolder())
		}
	}()
	if s.store, err = openStore(ctx, s.cfg.Data, s.cfg.Postgres); err != nil {
		return err
	}
	if err := s.vouch(ctx); err != nil {
		return err
	}
	s.metrics, s.limits.rate = s.newMetrics(), s.cfg.Rate
	if err := s.openJobs(ctx); err != nil {
		return err
	}
	if err := s.openReleases(); err != nil {
		return err
	}
	if err := s.loadCatalogues(ctx); err != nil {
		return err
	}
	if err := s.takeContracts(); err != nil {
		return err
	}
	if err := s.openFiles(ctx, files.OpenDisk); err != nil {
		return err
	}
	if err := s.claimFiles(ctx); err != nil {
		return err
	}
	if s.uploads, err = newUploads(s); err != nil {
		return err
	}
	if err := s.openAdmin(ctx); err != nil {
		return err
	}
	if err := s.heal(ctx); err != nil {
		return err
	}
	if s.cfg.Demo {
		if err := s.stage(ctx); err != nil {
			return err
		}
	}
	if s.verifier, err = newVerifier(*s.cfg.OIDC, s); err != nil {
		return err
	}
	if s.listen = s.cfg.Listener; s.listen == nil {
		if s.listen, err = net.Listen("tcp", s.cfg.Listen); err != nil {
			return fmt.Errorf("listen: %w", err)
		}
	}
	if err := s.operate(ctx); err != nil {
		return errors.Join(err, s.listen.Close())
	}
	if err := s.jobs.Start(context.WithoutCancel(ctx)); err != nil {
		err = errors.Join(fmt.Errorf("start jobs: %w", err), s.listen.Close())
		if s.operating != nil {
			err = errors.Join(err, s.operating.Close())
		}
		return err
	}
	s.serve(ctx)
	if s.cfg.Helpdesk != nil { // what a killed node was at has no job that runs
		if err := s.resume(ctx, s.Now()); err != nil {
			s.cfg.Log.Error().Err(err).Msg("go on with what the help desk has not been told")
		}
	}
	return nil
}

// serve starts everything that goes on until Stop.
func (s *Server) serve(ctx context.Context) {
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.live, s.cancel = run, cancel
	s.http = &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return run },
		ErrorLog:    log.New(s.cfg.Log, "", 0),
	}
	s.goDo(func() {
		if err := s.serveOn(s.listen); !errors.Is(err, http.ErrServerClosed) {
			s.cfg.Log.Error().Err(err).Msg("serve")
		}
	})
	s.goDo(func() { s.scout(run) })
	if s.cfg.Demo && s.cfg.Helpdesk == nil {
		s.goDo(func() { s.support(run) })
	}
	s.verifier.keys.ask() // whoever configured it learns from the log whether the issuer is there
}

// serveOn speaks TLS if it is told how.
func (s *Server) serveOn(l net.Listener) error {
	if s.cfg.TLS == nil {
		return s.http.Serve(l)
	}
	s.http.TLSConfig = s.cfg.TLS
	return s.http.ServeTLS(l, "", "")
}

// beside starts what is owned by the server, from a call or from Start.
func (s *Server) beside(do func(context.Context)) { s.goDo(func() { do(s.live) }) }

func (s *Server) goDo(loop func()) {
	s.group.Add(1)
	go func() {
		defer s.group.Done()
		loop()
	}()
}

// Address is where it listens, such as "http://127.0.0.1:8480".
func (s *Server) Address() string {
	scheme := "http://"
	if s.cfg.TLS != nil {
		scheme = "https://"
	}
	return scheme + s.listen.Addr().String()
}

// Stop answers waiting desks, lets calls under way finish until ctx ends, and
// closes the store. It is called once, after a Start that succeeded.
func (s *Server) Stop(ctx context.Context) error {
	close(s.closing)
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = s.http.Close() // what is still under way is cut; desks resume it
	}
	if s.operating != nil {
		err = errors.Join(err, s.operating.Close())
	}
	err = errors.Join(err, s.stopJobs(ctx))
	s.cancel()
	s.calls.Lock() // for good: nothing may look into a store that is closed
	s.group.Wait()
	return errors.Join(err, s.leaveFolder())
}

func (s *Server) takeFolder() error {
	if err := disk.MakeDir(s.cfg.Data); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	s.alone = flock.New(filepath.Join(s.cfg.Data, lockFile))
	switch ok, err := s.alone.TryLock(); {
	case err != nil:
		return fmt.Errorf("lock data folder: %w", err)
	case !ok:
		return errors.New("another portal runs on this data folder")
	}
	return nil
}

func (s *Server) leaveFolder() error {
	err := s.closeReleases()
	if s.files != nil {
		err = errors.Join(err, s.files.Close())
	}
	if s.store != nil {
		err = errors.Join(err, s.store.Close())
	}
	return errors.Join(err, s.alone.Unlock())
}

// loadCatalogues reads the catalogue to serve, and those that were served
// before.
func (s *Server) loadCatalogues(ctx context.Context) error {
	s.served = catalogue.DefaultJSON()
	if s.cfg.Catalogue != nil {
		s.served = s.cfg.Catalogue
	}
	current, err := catalogue.Parse(s.served)
	if err != nil {
		return err
	}
	if err := s.store.keepCatalogue(ctx, current.Version, s.served, s.Now()); err != nil {
		return err
	}
	bodies, err := s.store.catalogues(ctx)
	if err != nil {
		return err
	}
	s.catalogues, s.current = map[int]desk.Catalogue{}, current.Version
	for _, body := range append([][]byte{catalogue.DefaultJSON()}, bodies...) { // what was served last under a version holds
		c, err := catalogue.Parse(body)
		if err != nil {
			return err
		}
		s.catalogues[c.Version] = c
	}
	sum := sha256.Sum256(s.served)
	s.etag = `"` + hex.EncodeToString(sum[:12]) + `"`
	return nil
}

// rulebook is the catalogue that a request was written with, or the current
// one if that is not known here.
func (s *Server) rulebook(version int) desk.Catalogue {
	if c, ok := s.catalogues[version]; ok {
		return c
	}
	return s.catalogues[s.current]
}
