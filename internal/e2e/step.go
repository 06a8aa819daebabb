package e2e

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"guichet/internal/portal"
)

// Step is a call of the protocol, as a line knows it by its method and path.
type Step string

// The steps, in the order in which a request with files travels.
const (
	StepMe        Step = "me"
	StepCatalogue Step = "catalogue"
	StepChanges   Step = "changes"
	StepAnnounce  Step = "announce" // PUT while files are missing, or of a request without any
	StepOffset    Step = "offset"   // HEAD of an upload
	StepCreate    Step = "create"   // POST of an upload
	StepBytes     Step = "bytes"    // PATCH of an upload
	StepReceipt   Step = "receipt"  // PUT behind the last file
	StepAsk       Step = "ask"      // GET of one request
	StepWithdraw  Step = "withdraw" // DELETE of one request
	StepOther     Step = "other"
)

// aim is what of a call says where it stands in the protocol.
type aim struct {
	step    Step
	request string // id, of the steps that have one
	file    string // id, of the steps of an upload
}

// aimOf recognises a call. Announcement and receipt are the same call: which
// of the two it is depends on what went before, and is the line's to say.
func aimOf(r *http.Request) aim {
	path := r.URL.Path
	switch {
	case r.Method == http.MethodGet && path == portal.RouteMe:
		return aim{step: StepMe}
	case r.Method == http.MethodGet && path == portal.RouteCatalogue:
		return aim{step: StepCatalogue}
	case r.Method == http.MethodGet && path == portal.RouteChanges:
		return aim{step: StepChanges}
	case r.Method == http.MethodPost && path == portal.RouteUploads:
		request, file := announced(r.Header.Get("Upload-Metadata"))
		return aim{StepCreate, request, file}
	}
	if upload, ok := strings.CutPrefix(path, portal.RouteUploads+"/"); ok {
		request, file, _ := strings.Cut(upload, ".")
		switch r.Method {
		case http.MethodHead:
			return aim{StepOffset, request, file}
		case http.MethodPatch:
			return aim{StepBytes, request, file}
		}
	}
	if id, ok := strings.CutPrefix(path, portal.RouteRequests+"/"); ok && !strings.Contains(id, "/") {
		switch r.Method {
		case http.MethodPut:
			return aim{step: StepAnnounce, request: id}
		case http.MethodGet:
			return aim{step: StepAsk, request: id}
		case http.MethodDelete:
			return aim{step: StepWithdraw, request: id}
		}
	}
	return aim{step: StepOther}
}

// announced reads which file an upload is of.
func announced(metadata string) (request, file string) {
	for _, pair := range strings.Split(metadata, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(pair), " ")
		text, err := base64.StdEncoding.DecodeString(value)
		switch {
		case err != nil:
		case key == "request":
			request = string(text)
		case key == "file":
			file = string(text)
		}
	}
	return request, file
}

// filesOf lists the files that a PUT names.
func filesOf(body []byte) (ids []string) {
	var put portal.RequestPut
	if json.Unmarshal(body, &put) != nil {
		return nil
	}
	for _, f := range put.Files {
		ids = append(ids, f.ID)
	}
	return ids
}
