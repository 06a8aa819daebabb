package portald

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// operate serves what is for whoever runs the portal, at an address of its own:
// metrics, and whether it is alive and ready. Nothing there needs a sign-in, and
// nothing tells of a request.
func (s *Server) operate(ctx context.Context) error {
	if s.cfg.Operate == "" {
		return nil
	}
	listen, err := net.Listen("tcp", s.cfg.Operate)
	if err != nil {
		return fmt.Errorf("listen for metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := s.Ready(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	s.operating, s.operateAt = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ErrorLog: log.New(s.cfg.Log, "", 0)}, listen
	s.goDo(func() {
		if err := s.operating.Serve(listen); !errors.Is(err, http.ErrServerClosed) {
			s.cfg.Log.Error().Err(err).Msg("serve metrics")
		}
	})
	return ctx.Err()
}

// OperateAddress is where metrics are, "" if nowhere.
func (s *Server) OperateAddress() string {
	if s.operateAt == nil {
		return ""
	}
	return "http://" + s.operateAt.Addr().String()
}

// Ready tells why calls should go to another node now, nil if they need not: it
// ends, or its store does not answer.
func (s *Server) Ready(ctx context.Context) error {
	select {
	case <-s.closing:
		return errors.New("it is being stopped")
	default:
	}
	ctx, cancel := context.WithTimeout(ctx, scrapeWithin)
	defer cancel()
	var change int64
	if err := s.store.QueryRowContext(ctx, "SELECT change FROM feed").Scan(&change); err != nil {
		return errors.New("the database does not answer")
	}
	return nil
}
