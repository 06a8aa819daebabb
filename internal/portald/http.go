package portald

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"time"

	"guichet/internal/desk"
	"guichet/internal/portal"
	"guichet/internal/portald/admin"
)

// maxBody bounds a JSON body, in bytes.
const maxBody = 1 << 20

// maxReading is how long it may take to arrive.
const maxReading = 30 * time.Second

// problem is an error that the other side is told.
type problem struct {
	code   string
	fields []portal.FieldProblem
}

func (p *problem) Error() string { return p.code }

func (p *problem) Is(target error) bool {
	t, ok := target.(*problem)
	return ok && t.code == p.code
}

var (
	errBadRequest   = &problem{code: portal.CodeBadRequest}
	errSignIn       = &problem{code: portal.CodeSignIn}
	errForbidden    = &problem{code: portal.CodeForbidden}
	errNotFound     = &problem{code: portal.CodeNotFound}
	errMethod       = &problem{code: portal.CodeMethod}
	errMismatch     = &problem{code: portal.CodeMismatch}
	errHashMismatch = &problem{code: portal.CodeHashMismatch}
	errGone         = &problem{code: portal.CodeGone}
	errNotNow       = &problem{code: portal.CodeNotNow}
	errStaleCursor  = &problem{code: portal.CodeStaleCursor}
	errTooLarge     = &problem{code: portal.CodeTooLarge}
	errBusy         = &problem{code: portal.CodeBusy}
)

// invalid is errBadRequest's kind for fields, in the codes of the rulebook.
func invalid(problems []desk.Problem) *problem {
	p := &problem{code: portal.CodeInvalid}
	for _, d := range problems {
		f := portal.FieldProblem{Field: d.Field, Code: d.Code, Max: d.Max, Min: d.Min, Actual: d.Actual}
		if d.Text != nil {
			t := portal.Text(*d.Text)
			f.Text = &t
		}
		p.fields = append(p.fields, f)
	}
	return p
}

// route is a handler that leaves its errors to be answered.
type route func(w http.ResponseWriter, r *http.Request, who person) error

// routes are the routes of openapi.yaml, by their pattern.
func (s *Server) routes() map[string]http.Handler {
	all := map[string]http.Handler{
		"GET " + portal.RouteOpenAPI: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/yaml")
			_, _ = w.Write(portal.OpenAPI)
		}),
		"GET " + portal.RouteReleases + "/{channel}/{file}": http.HandlerFunc(s.getRelease),
		"GET " + portal.RouteConfig: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_ = answer(w, http.StatusOK, s.cfg.OIDC.wire())
		}),
	}
	for pattern, h := range map[string]route{
		"GET " + portal.RouteMe:                                    s.getMe,
		"GET " + portal.RouteCatalogue:                             s.getCatalogue,
		"GET " + portal.RouteRequests:                              s.listRequests,
		"PUT " + portal.RouteRequests + "/{id}":                    s.putRequest,
		"GET " + portal.RouteRequests + "/{id}":                    s.getRequest,
		"DELETE " + portal.RouteRequests + "/{id}":                 s.deleteRequest,
		"GET " + portal.RouteRequests + "/{id}/files/{file}":       s.getFile,
		"GET " + portal.RouteRequests + "/{id}/messages":           s.listMessages,
		"PUT " + portal.RouteRequests + "/{id}/messages/{message}": s.putMessage,
		"PUT " + portal.RouteRequests + "/{id}/acts/{act}":         s.putAct,
		"GET " + portal.RouteChanges:                               s.getChanges,
		"GET " + portal.RoutePeople:                                s.getPeople,
		"GET " + portal.RouteContracts:                             s.getContracts,
		"POST " + portal.RouteUploads:                              s.uploads.create,
		"HEAD " + portal.RouteUploads + "/{upload}":                s.uploads.offset,
		"PATCH " + portal.RouteUploads + "/{upload}":               s.uploads.patch,
	} {
		all[pattern] = s.signedIn(h)
	}
	return all
}

// handler is every route.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range s.routes() {
		mux.Handle(pattern, h)
	}
	if s.admin != nil {
		mux.Handle(admin.Path, s.admin)
	}
	for path, h := range s.cfg.Beside {
		mux.Handle(path, h)
	}
	return s.observe(s.guard(unrouted(mux)))
}

// unrouted answers what no route takes in the form of every other error.
func unrouted(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		probe := &allowed{header: http.Header{}}
		mux.ServeHTTP(probe, r) // only to learn which methods there are
		if probe.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", probe.header.Get("Allow"))
			answerProblem(w, errMethod)
			return
		}
		answerProblem(w, errNotFound)
	})
}

// allowed takes the mux's own answer and keeps its status.
type allowed struct {
	header http.Header
	status int
}

func (a *allowed) Header() http.Header         { return a.header }
func (a *allowed) Write(b []byte) (int, error) { return len(b), nil }
func (a *allowed) WriteHeader(status int)      { a.status = status }

// guard turns a panic into an error without content, and sets what every
// answer has.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(p)
				}
				s.cfg.Log.Error().Str("panic", fmt.Sprintf("%T", p)).Bytes("stack", debug.Stack()).Msg("handler panicked")
				answerProblem(w, &problem{code: portal.CodeInternal})
			}
		}()
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
		w.Header().Set("Referrer-Policy", "no-referrer")
		if !s.calls.TryRLock() { // closing
			answerBusy(w)
			return
		}
		defer s.calls.RUnlock()
		next.ServeHTTP(w, r)
	})
}

// signedIn lets through who shows a token that is good.
func (s *Server) signedIn(next route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := s.bearer(r)
		if err != nil && s.turnAway(w, err) {
			return
		}
		if err == nil {
			if wait := s.limits.wait(who, time.Now()); wait > 0 {
				answerThrottled(w, wait)
				return
			}
			err = next(w, r, who)
		}
		var p *problem
		switch {
		case err == nil:
		case errors.As(err, &p):
			answerProblem(w, p)
		case r.Context().Err() != nil:
			// Whoever asked is gone, or the line is unfit for more calls. No
			// answer at all would be a 200 to net/http.
			w.Header().Set("Connection", "close")
			answerBusy(w)
		default:
			s.cfg.Log.Error().Err(err).Str("call", w.Header().Get(requestID)).Str("route", r.Pattern).Msg("call failed")
			answerProblem(w, &problem{code: portal.CodeInternal})
		}
	})
}

func answerProblem(w http.ResponseWriter, p *problem) {
	status := portal.Status(p.code)
	title := http.StatusText(status)
	if title == "" {
		title = p.code
	}
	w.Header().Set("Content-Type", portal.ProblemType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(portal.Problem{Type: "about:blank", Title: title, Status: status, Code: p.code, Fields: p.fields})
}

func answerBusy(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "2")
	answerProblem(w, errBusy)
}

func answer(w http.ResponseWriter, status int, body any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the status is out: a broken line shows itself to the other side
	return nil
}

// decode reads a JSON body; fields that are not known are let be, so that a
// newer desk can speak to an older portal.
func decode(w http.ResponseWriter, r *http.Request, v any) error {
	line := http.NewResponseController(w)
	if err := line.SetReadDeadline(time.Now().Add(maxReading)); err != nil {
		return fmt.Errorf("set deadline: %w", err)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return errTooLarge
	case err != nil, json.Unmarshal(body, v) != nil: // its message may quote content
		return errBadRequest
	}
	if err := line.SetReadDeadline(time.Time{}); err != nil {
		return fmt.Errorf("set deadline: %w", err)
	}
	return nil
}

func (s *Server) getMe(w http.ResponseWriter, r *http.Request, who person) error {
	me := who.me()
	for i := range me.Practices {
		var err error
		if me.Practices[i].Admins, err = s.admins(r.Context(), me.Practices[i].ID); err != nil {
			return err
		}
	}
	return answer(w, http.StatusOK, me)
}

func (s *Server) getCatalogue(w http.ResponseWriter, r *http.Request, _ person) error {
	w.Header().Set("ETag", s.etag)
	w.Header().Set("Cache-Control", "no-cache")
	if r.Header.Get("If-None-Match") == s.etag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(s.served)
	return nil
}
