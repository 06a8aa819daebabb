package portald

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"time"

	"guichet/internal/portald/database"

	"github.com/riverqueue/river"
)

// forwardTimeout bounds one run of forwarding: some files on a slow line.
const forwardTimeout = 10 * time.Minute

// stopWithin is how long a job that is cancelled may go on.
const stopWithin = 5 * time.Second

// forwardArgs tells the help desk what waits of one request.
type forwardArgs struct {
	Request string `json:"request"`
	Look    bool   `json:"look,omitempty"` // only whether it has become two tickets
}

func (forwardArgs) Kind() string { return "forward" }

// InsertOpts implements river.JobArgsWithInsertOpts: it is never given up.
func (forwardArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 30000} }

// fetchArgs brings back what support has done.
type fetchArgs struct{}

func (fetchArgs) Kind() string { return "fetch" }

// sweepArgs drops what was begun and never finished.
type sweepArgs struct{}

func (sweepArgs) Kind() string { return "sweep" }

// openJobs sets up what River does: all that nobody waits for.
func (s *Server) openJobs(ctx context.Context) (err error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &forwarder{s: s})
	river.AddWorker(workers, work(s.fetchAndNote))
	river.AddWorker(workers, work(s.retain))
	river.AddWorker(workers, work(func(ctx context.Context, _ sweepArgs) error { return s.dropAbandoned(ctx) }))
	every := func(period time.Duration, args river.JobArgs, first bool) *river.PeriodicJob {
		return river.NewPeriodicJob(river.PeriodicInterval(period),
			func() (river.JobArgs, *river.InsertOpts) {
				return args, &river.InsertOpts{MaxAttempts: 1} // the next one is the repeat; River has one node make them
			}, &river.PeriodicJobOpts{RunOnStart: first})
	}
	config := &river.Config{
		Workers: workers, Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 8}},
		JobTimeout: forwardTimeout, RescueStuckJobsAfter: forwardTimeout + time.Minute,
		Logger:        slog.New(slog.NewTextHandler(io.Discard, nil)), // jobs log for themselves
		PeriodicJobs:  []*river.PeriodicJob{every(s.SweepEvery, sweepArgs{}, true)},
		FetchCooldown: 20 * time.Millisecond, FetchPollInterval: s.PollJobs,
	}
	if s.cfg.Retain > 0 {
		config.PeriodicJobs = append(config.PeriodicJobs, every(s.SweepEvery, retainArgs{}, true))
	}
	if s.cfg.Helpdesk != nil {
		config.PeriodicJobs = append(config.PeriodicJobs, every(s.FetchEvery, fetchArgs{}, true))
	}
	s.jobs, err = s.store.River(ctx, config)
	return err
}

// stopJobs ends the jobs that are under way: they go on at the next start. It has
// time of its own, since calls may have used up what there was.
func (s *Server) stopJobs(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	if err := s.jobs.StopAndCancel(ctx); err != nil {
		return fmt.Errorf("stop jobs: %w", err)
	}
	return nil
}

// enqueue has a request forwarded for which there may be no job any more.
func (s *Server) enqueue(ctx context.Context, request string) error {
	opts := &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: time.Minute}}
	return s.insert(ctx, nil, forwardArgs{Request: request}, opts)
}

// insert makes a job that tells the help desk something, within a transaction unless
// that is nil.
func (s *Server) insert(ctx context.Context, tx *database.Tx, args forwardArgs, opts *river.InsertOpts) (err error) {
	if tx != nil {
		_, err = s.jobs.InsertTx(ctx, tx.Tx, args, opts)
	} else {
		_, err = s.jobs.Insert(ctx, args, opts)
	}
	if err != nil {
		return fmt.Errorf("queue for the help desk: %w", err)
	}
	return nil
}

// again is how long to wait behind a number of attempts: a help desk that is out
// for an hour is told within two minutes of its return.
func again(attempt int) time.Duration {
	wait := min(2*time.Second<<min(attempt, 6), 2*time.Minute)
	return wait/2 + rand.N(wait/2)
}

// work makes a worker of a function that only reads its arguments.
func work[T river.JobArgs](do func(context.Context, T) error) river.Worker[T] {
	return river.WorkFunc(func(ctx context.Context, job *river.Job[T]) error { return do(ctx, job.Args) })
}
