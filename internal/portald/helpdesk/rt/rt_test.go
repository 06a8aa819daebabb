package rt_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/helpdesk/helpdesktest"
	"guichet/internal/portald/helpdesk/rt"
	"guichet/internal/portald/helpdesk/rttest"
)

func TestMain(m *testing.M) { rttest.Main(m) }

func TestConnector(t *testing.T) { helpdesktest.Run(t, harness(rttest.Shared(t))) }

// harness is an RT from both sides.
func harness(r *rttest.RT) helpdesktest.Harness {
	anne := r.Agent("anne")
	loses := func(what string) func(testing.TB) (helpdesk.Connector, func() bool) {
		return func(tb testing.TB) (helpdesk.Connector, func() bool) {
			line := helpdesktest.NewLine(tb, strings.TrimPrefix(r.URL, "http://"))
			line.Lose(what)
			return connect(tb, r.Mapping(tb), over(tb, line.Address)), func() bool { return line.Lost() == 1 }
		}
	}
	return helpdesktest.Harness{
		Connect: func(tb testing.TB) helpdesk.Connector { return connect(tb, r.Mapping(tb), nil) },
		Down: func(tb testing.TB) helpdesk.Connector {
			m := r.Mapping(tb)
			m.RT.URL = "http://127.0.0.1:1"
			return connect(tb, m, nil)
		},
		LosesCreate: loses("POST /REST/2.0/ticket HTTP"),
		LosesReply:  loses("/correspond HTTP"),
		Refuses: func(tb testing.TB) helpdesk.Connector {
			m := r.Mapping(tb)
			m.Queues = map[string]string{helpdesk.DefaultQueue: "Nulle part"}
			return connect(tb, m, nil)
		},
		Take:    anne.Take,
		Answer:  func(ctx context.Context, ref, text string) error { return anne.Answer(ctx, ref, text) },
		Comment: func(ctx context.Context, ref, text string) error { return anne.Comment(ctx, ref, text) },
		Resolve: func(ctx context.Context, ref string) error { return anne.Status(ctx, ref, "resolved") },
		AnswerHTML: func(ctx context.Context, ref, html string, f helpdesktest.File) error {
			return anne.Answer(ctx, ref, html, rttest.File(f))
		},
		ReadTicket: func(ctx context.Context, ref string) (helpdesktest.Ticket, error) {
			got, err := anne.Read(ctx, ref)
			t := helpdesktest.Ticket{Subject: got.Subject, Status: got.Status}
			for _, said := range got.Said {
				s := helpdesktest.Said{Text: said.Text}
				for _, f := range said.Files {
					s.Files = append(s.Files, helpdesktest.File(f))
				}
				t.Said = append(t.Said, s)
			}
			return t, err
		},
		Withdrawn: "rejected",
	}
}

func connect(tb testing.TB, m helpdesk.Mapping, client *http.Client) *rt.Connector {
	tb.Helper()
	c, err := rt.New(m, client)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// over is a client whose line leads elsewhere than its addresses say.
func over(tb testing.TB, address string) *http.Client {
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
	tb.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}
