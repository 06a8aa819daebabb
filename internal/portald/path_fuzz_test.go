package portald_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guichet/internal/portal"
)

// FuzzPath asks for any ids, cursors and limits, as somebody who may not see
// what Claire wrote. It stays hers and unseen.
func FuzzPath(f *testing.F) {
	d := fuzzDoor(f)
	// Sophie, an ordinary user, sees her own only.
	numbered, waiting := "0198c1de-7a00-7000-8000-000000000001", "0198c1de-7a00-7000-8000-000000000002"
	d.knock(f, claire, http.MethodPut, pathOf(numbered), encoded(f, technical(tilleuls)), nil)
	d.knock(f, claire, http.MethodPut, pathOf(waiting), encoded(f, withFiles(technical(tilleuls), aFile(claire))), nil)
	file := aFile(claire).ID
	for i, c := range [][2]string{
		{numbered, file}, {waiting, file}, {numbered, numbered}, {waiting + "." + file, ""}, {"0", "50"}, {"-1", "201"}, {"9223372036854775808", "1"}, {"", ""},
		{"..", "."}, {"%2e%2e", "\x00"}, {"' OR 1=1 --", tilleuls}, {strings.ToUpper(waiting), "7"}, {"{" + numbered + "}", "0x1"}, {"99999", "99999"},
	} {
		for _, route := range []int{i, i + 4, i + 7} {
			f.Add(uint8(route), c[0], c[1])
		}
	}
	f.Fuzz(func(t *testing.T, route uint8, first, second string) {
		one, two := url.PathEscape(first), url.PathEscape(second)
		text := encoded(t, portal.MessagePut{Text: "Bonjour"})
		method, path, body := http.MethodGet, pathOf(one), []byte(nil)
		switch route % 10 {
		case 0:
		case 1:
			method = http.MethodDelete
		case 2:
			path += "/files/" + two
		case 3:
			path += "/messages"
		case 4:
			method, path, body = http.MethodPut, path+"/messages/"+two, text
		case 5:
			path = portal.RouteChanges + "?" + url.Values{"cursor": {first}, "wait": {second}}.Encode()
		case 6:
			path = portal.RouteRequests + "?" + url.Values{"cursor": {first}, "limit": {second}}.Encode()
		case 7:
			path = portal.RouteRequests + "?" + url.Values{"practice": {first}, "limit": {second}}.Encode()
		case 8:
			method, path = http.MethodHead, portal.RouteUploads+"/"+one
		case 9:
			method, body = http.MethodPut, encoded(t, technical(tilleuls))
		}
		_, _, out := d.knock(t, sophie, method, path, body, nil)
		if bytes.Contains(out, []byte(claire)) {
			t.Errorf("%s %s shows what is Claire's: %s", method, path, out)
		}
		for _, id := range []string{numbered, waiting} {
			status, _, out := d.knock(t, claire, http.MethodGet, pathOf(id), nil, nil)
			if status != http.StatusOK || answered[portal.Request](t, out).Author.ID != claire {
				t.Errorf("%s %s: and Claire's is gone: %d", method, path, status)
			}
		}
		if _, _, said := d.knock(t, claire, http.MethodGet, pathOf(numbered)+"/messages", nil, nil); len(answered[portal.MessageList](t, said).Messages) > 0 {
			t.Errorf("%s %s: somebody else speaks about what is Claire's", method, path)
		}
	})
}
