package portald_test

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald"
)

func fetchText(t *testing.T, address string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// TestOperate reads what whoever runs the portal looks at.
func TestOperate(t *testing.T) {
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	d := newDesky(3)
	d.refuses = true
	b := start(t, func(c *portald.Config) { behind(d, time.Second)(c); c.Operate = "127.0.0.1:0" }, quick)
	id := newID(t)
	b.put(claire, id, technical(tilleuls), http.StatusCreated)
	await(t, "the refusal", func() bool { return b.Refused(id) != "" })
	for path, says := range map[string]string{
		"/healthz": "alive", "/readyz": "ready",
		"/metrics": "portald_requests_numbered_total 1\n",
	} {
		if status, body := fetchText(t, b.OperateAddress()+path); status != http.StatusOK || !strings.Contains(body, says) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	_, all := fetchText(t, b.OperateAddress()+"/metrics")
	for _, want := range []string{
		"portald_helpdesk_refused 1\n", "portald_helpdesk_waiting 0\n", `portald_helpdesk_attempts_total{outcome="refused"} 1`,
		`portald_call_seconds_count{route="PUT /v1/requests/{id}",status="201"} 1`,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
	if strings.Contains(all, id) || strings.Contains(all, tilleuls) || strings.Contains(all, claire) {
		t.Error("the metrics say whose")
	}
	if status, _ := fetchText(t, b.URL+"/metrics"); status != http.StatusNotFound {
		t.Errorf("metrics are open to desks: %d", status)
	}
}

// TestFailed finds why a call failed by what its answer says.
func TestFailed(t *testing.T) {
	b := start(t, nil)
	b.Damage()
	r := b.call(sophie, http.MethodGet, portal.RouteRequests, nil)
	r.refused(portal.CodeInternal)
	id := r.header.Get("X-Request-Id")
	for line := range strings.Lines(b.log.String()) {
		if id != "" && strings.Contains(line, `"error":`) && strings.Contains(line, id) {
			return
		}
	}
	t.Errorf("of call %q the log says\n%s", id, b.log)
}

// TestRate turns away who calls too often, and nobody else.
func TestRate(t *testing.T) {
	b := start(t, func(c *portald.Config) { c.Rate = portald.Rate{PerSecond: 0.5, Burst: 5} })
	for i := range 5 {
		if r := b.call(sophie, http.MethodGet, portal.RouteMe, nil); r.status != http.StatusOK {
			t.Fatalf("call %d: %d", i, r.status)
		}
	}
	r := b.call(sophie, http.MethodGet, portal.RouteMe, nil)
	r.refused(portal.CodeThrottled)
	if after, err := strconv.Atoi(r.header.Get("Retry-After")); err != nil || after < 1 || after > 3 {
		t.Errorf("Retry-After %q", r.header.Get("Retry-After"))
	}
	b.call(marc, http.MethodGet, portal.RouteMe, nil).want(http.StatusOK)
}

// TestTLS serves desks by a certificate.
func TestTLS(t *testing.T) {
	own := httptest.NewTLSServer(nil) // for its certificate
	defer own.Close()
	b := portald.Run(t, func(c *portald.Config) {
		c.TLS = &tls.Config{Certificates: own.TLS.Certificates, MinVersion: tls.VersionTLS12}
	})
	client := own.Client()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.URL+portal.RouteConfig, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	defer client.CloseIdleConnections()
	if res.StatusCode != http.StatusOK || res.TLS == nil || !strings.HasPrefix(b.URL, "https://") {
		t.Errorf("%s: %d", b.URL, res.StatusCode)
	}
}
