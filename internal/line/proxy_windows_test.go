package line

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

// The user's settings as Wine keeps them, which are nobody's: on a PC that
// somebody uses they are let be.
func TestSystemProxy(t *testing.T) {
	if windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() != nil {
		t.Skip("the settings of a user are not changed")
	}
	t.Cleanup(func() { settings(t, 1, "", "", "") })
	u := &url.URL{Scheme: "https", Host: "portail.example", Path: "/"}
	script := `function FindProxyForURL(url, host) {
	if (host == "direct.example") return "DIRECT";
	return "PROXY script.example:8080; PROXY second.example:8080; DIRECT";
}`
	pac := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-ns-proxy-autoconfig")
		_, _ = fmt.Fprint(w, script)
	}))
	defer pac.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	for name, c := range map[string]struct {
		flags                 uint32
		proxy, bypass, script string
		to                    string
		want, from            string
	}{
		"Nothing":       {1, "", "", "", "portail.example", "", FromNothing},
		"Fixed":         {3, "proxy.example:3128", "", "", "portail.example", "proxy.example:3128", FromSystem},
		"FixedByScheme": {3, "http=h.example:80;https=s.example:3128", "", "", "portail.example", "s.example:3128", FromSystem},
		"Bypassed":      {3, "proxy.example:3128", "*.example;<local>", "", "portail.example", "", FromSystem},
		"Script":        {5, "", "", pac.URL + "/proxy.pac", "portail.example", "script.example:8080", FromScript},
		"ScriptDirect":  {5, "", "", pac.URL + "/proxy.pac", "direct.example", "", FromScript},
		"ScriptGone":    {7, "proxy.example:3128", "", gone.URL + "/proxy.pac", "portail.example", "proxy.example:3128", FromSystem},
	} {
		t.Run(name, func(t *testing.T) {
			settings(t, c.flags, c.proxy, c.bypass, c.script)
			u.Host = c.to
			began := time.Now()
			proxy, from := systemProxy(t.Context(), u)
			if proxy != c.want || from != c.from {
				t.Errorf("%q from %q, want %q from %q", proxy, from, c.want, c.from)
			}
			t.Logf("answered within %v", time.Since(began))
		})
	}
}

// settings writes the user's, in the form that Windows keeps them in.
func settings(t *testing.T, flags uint32, texts ...string) {
	t.Helper()
	key, _, err := registry.CreateKey(registry.CURRENT_USER, `Software\Microsoft\Windows\CurrentVersion\Internet Settings\Connections`, registry.SET_VALUE)
	if err != nil {
		t.Fatal(err)
	}
	defer key.Close()
	body := binary.LittleEndian.AppendUint32(nil, 0x46)
	body = binary.LittleEndian.AppendUint32(body, 1)
	body = binary.LittleEndian.AppendUint32(body, flags)
	for _, text := range texts {
		body = binary.LittleEndian.AppendUint32(body, uint32(len(text)))
		body = append(body, text...)
	}
	body = append(body, make([]byte, 32)...)
	if err := key.SetBinaryValue("DefaultConnectionSettings", body); err != nil {
		t.Fatal(err)
	}
}
