package rt_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portald/helpdesk"
	"guichet/internal/portald/helpdesk/rt"
	"guichet/internal/portald/helpdesk/rttest"
)

func TestCheck(t *testing.T) {
	r := rttest.Shared(t)
	for queue := range map[string]bool{"Accueil": true, "Facturation": true, "Commandes": true, "Contrats": true, "Technique": true} {
		if _, err := r.Agent("anne").Create(t.Context(), queue, "À regarder"); err != nil {
			t.Fatal(err)
		}
	}
	token := func(token string) string { return tokenFile(t, token) }
	for name, c := range map[string]struct {
		edit  func(*helpdesk.Mapping)
		finds []string // settings; those that are fatal end with !
	}{
		"OK":         {func(*helpdesk.Mapping) {}, nil},
		"ErrToken":   {func(m *helpdesk.Mapping) { m.RT.TokenFile = token("1-14-0123456789abcdef") }, []string{"rt.token_file!"}},
		"ErrZone":    {func(m *helpdesk.Mapping) { m.RT.TokenFile = token(r.Token("berlin")) }, []string{"rt.token_file!"}},
		"ErrQueue":   {func(m *helpdesk.Mapping) { m.Queues["order"] = "Nulle / part" }, []string{"queues.order!"}},
		"ErrField":   {func(m *helpdesk.Mapping) { m.Fields["order"] = "Rien" }, []string{"fields.order"}},
		"ErrMessage": {func(m *helpdesk.Mapping) { m.RT.MessageID, m.Queues = "Rien", only("Accueil") }, []string{"rt.message_id"}},
		"ErrRequest": {func(m *helpdesk.Mapping) { m.RT.RequestID, m.Queues = "Rien", only("Accueil") }, []string{"rt.request_id!"}},
		"ErrURL":     {func(m *helpdesk.Mapping) { m.RT.URL += "/nowhere" }, []string{"rt.url!"}},
		"ErrRights":  {func(m *helpdesk.Mapping) { m.RT.TokenFile, m.Queues = token(r.Token("nobodys")), only("Accueil") }, []string{"fields.invoice", "fields.order", "queues.default!"}},
		"ErrTo":      {func(m *helpdesk.Mapping) { m.Status.To[desk.PortalClosed], m.Queues = "Rien", only("Accueil") }, []string{"status.to.closed"}},
		"ErrFrom":    {func(m *helpdesk.Mapping) { delete(m.Status.From, "rejected"); m.Queues = only("Accueil") }, []string{"status.from"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := r.Mapping(t)
			c.edit(&m)
			findings, err := connect(t, m, nil).Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				setting := f.Setting
				if f.Fatal {
					setting += "!"
				}
				if got = append(got, setting); !strings.HasSuffix(f.Problem, ".") {
					t.Errorf("no sentence: %q", f.Problem)
				}
			}
			slices.Sort(got)
			if !slices.Equal(slices.Compact(got), c.finds) {
				t.Fatalf("%+v", findings)
			}
		})
	}
}

func only(queue string) map[string]string { return map[string]string{helpdesk.DefaultQueue: queue} }

func tokenFile(t *testing.T, token string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// mapping is one for what stands in for RT.
func mapping(t *testing.T, url string) helpdesk.Mapping {
	return helpdesk.Mapping{
		Queues: only("Accueil"), Settle: helpdesk.Duration(time.Second),
		RT: &helpdesk.RT{URL: url, TokenFile: tokenFile(t, "1-14-0123456789abcdef"), RequestID: "Demande"},
	}
}

func TestNew(t *testing.T) {
	path, other := tokenFile(t, "1-14-0123456789abcdef"), tokenFile(t, "password")
	for name, c := range map[string]struct {
		rt   *helpdesk.RT
		says string
	}{
		"OK":           {&helpdesk.RT{URL: "https://rt.example/rt/", TokenFile: path, RequestID: "x"}, ""},
		"OKLoopback":   {&helpdesk.RT{URL: "http://127.0.0.1:80", TokenFile: path, RequestID: "x"}, ""},
		"ErrNone":      {nil, "[rt]"},
		"ErrURL":       {&helpdesk.RT{URL: "rt.example", TokenFile: path, RequestID: "x"}, "rt.url"},
		"ErrPlain":     {&helpdesk.RT{URL: "http://rt.example", TokenFile: path, RequestID: "x"}, "https"},
		"ErrField":     {&helpdesk.RT{URL: "https://rt.example", TokenFile: path}, "rt.request_id"},
		"ErrTokenFile": {&helpdesk.RT{URL: "https://rt.example", TokenFile: path + "x", RequestID: "x"}, "rt.token_file"},
		"ErrToken":     {&helpdesk.RT{URL: "https://rt.example", TokenFile: other, RequestID: "x"}, "rt.token_file"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rt.New(helpdesk.Mapping{RT: c.rt}, nil)
			if (err == nil) != (c.says == "") || err != nil && (!strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "password")) {
				t.Fatal(err)
			}
		})
	}
}
