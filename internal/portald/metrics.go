package portald

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics are what a portal tells of itself in numbers. None of them says whose.
type metrics struct {
	registry *prometheus.Registry
	calls    *prometheus.HistogramVec // by route and status
	numbered prometheus.Counter
	bytes    prometheus.Counter // of files that were received in full
	told     *prometheus.CounterVec
}

// unnumbered bounds how long a scrape may ask the store.
const scrapeWithin = 5 * time.Second

func (s *Server) newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "portald_call_seconds", Help: "Time that calls took, by route and status; a long poll counts its waiting.",
			Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60},
		}, []string{"route", "status"}),
		numbered: prometheus.NewCounter(prometheus.CounterOpts{Name: "portald_requests_numbered_total", Help: "Requests that were received in full by this node."}),
		bytes:    prometheus.NewCounter(prometheus.CounterOpts{Name: "portald_file_bytes_total", Help: "Bytes of files that were received in full by this node."}),
		told: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "portald_helpdesk_attempts_total", Help: "Attempts of this node to tell the help desk something, by their outcome: done, unknown, refused, failed.",
		}, []string{"outcome"}),
	}
	m.registry.MustRegister(m.calls, m.numbered, m.bytes, m.told, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "portald_waiting_desks", Help: "Desks that wait for a change at this node."},
		func() float64 { return float64(s.waiting.Load()) }))
	for name, g := range map[string]struct{ help, query string }{
		"portald_helpdesk_waiting":    {"What the help desk has not been told yet, of all nodes.", "SELECT count(*) FROM outbound WHERE done_at IS NULL AND refused=0"},
		"portald_helpdesk_refused":    {"What the help desk refuses and somebody has to mend, of all nodes.", "SELECT count(*) FROM outbound WHERE done_at IS NULL AND refused=1"},
		"portald_requests_unnumbered": {"Requests of which something is missing, of all nodes.", "SELECT count(*) FROM request WHERE number IS NULL"},
	} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: g.help}, func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), scrapeWithin)
			defer cancel()
			var n float64
			if err := s.store.QueryRowContext(ctx, g.query).Scan(&n); err != nil {
				return -1
			}
			return n
		}))
	}
	return m
}

// counted is an answer whose status is kept.
type counted struct {
	http.ResponseWriter
	status int
}

func (c *counted) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

// Unwrap lets deadlines reach the line.
func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// requestID is the header by which a call is found in the log.
const requestID = "X-Request-Id"

// observe counts and times each call and logs it, with the route as it is written
// and never the path, whose ids are a practice's.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		var raw [8]byte
		_, _ = rand.Read(raw[:])
		id := hex.EncodeToString(raw[:])
		w.Header().Set(requestID, id)
		c := &counted{ResponseWriter: w}
		next.ServeHTTP(c, r)
		route, took := r.Pattern, time.Since(began)
		if _, path, ok := strings.Cut(route, " "); ok {
			route = r.Method + " " + path
		}
		if route == "" {
			route = "none"
		}
		if c.status == 0 {
			c.status = http.StatusOK
		}
		s.metrics.calls.WithLabelValues(route, strconv.Itoa(c.status)).Observe(took.Seconds())
		event := s.cfg.Log.Debug()
		if c.status >= 500 {
			event = s.cfg.Log.Warn()
		}
		event.Str("call", id).Str("route", route).Int("status", c.status).Dur("took", took).Msg("call")
	})
}
