package portald

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"

	"guichet/internal/portal"
)

// What lies in a folder of releases: a folder for each channel, and in it manifests,
// their signatures and packages. Whoever asks shows no token: what is there is
// signed, and no secret.
var (
	channelName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	packageName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,135}$`)
)

// openReleases opens the folder of releases, if there is one. Nothing outside of it
// can be reached from it, by links either.
func (s *Server) openReleases() (err error) {
	if s.cfg.Releases == "" {
		return nil
	}
	if s.releases, err = os.OpenRoot(s.cfg.Releases); err != nil {
		return fmt.Errorf("open releases: %w", err)
	}
	return nil
}

func (s *Server) closeReleases() error {
	if s.releases == nil {
		return nil
	}
	return s.releases.Close()
}

// getRelease serves a file of a channel.
func (s *Server) getRelease(w http.ResponseWriter, r *http.Request) {
	err := s.serveRelease(w, r, r.PathValue("channel"), r.PathValue("file"))
	var p *problem
	switch {
	case err == nil:
	case errors.As(err, &p):
		answerProblem(w, p)
	default:
		s.cfg.Log.Error().Err(err).Str("call", w.Header().Get(requestID)).Str("route", r.Pattern).Msg("call failed")
		answerProblem(w, &problem{code: portal.CodeInternal})
	}
}

func (s *Server) serveRelease(w http.ResponseWriter, r *http.Request, channel, name string) error {
	if s.releases == nil || !channelName.MatchString(channel) || !packageName.MatchString(name) {
		return errNotFound
	}
	inside := filepath.Join(channel, name)
	info, err := s.releases.Stat(inside)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && !info.Mode().IsRegular():
		return errNotFound
	case err != nil: // a link that leads out of the folder, or a disk that fails
		return errors.Join(errNotFound, err)
	}
	file, err := s.releases.Open(inside)
	if err != nil {
		return errors.Join(errNotFound, err)
	}
	defer file.Close() // it was only read
	if info, err = file.Stat(); err != nil {
		return err
	}
	w.Header().Set("Content-Type", releaseType(name))
	w.Header().Set("Content-Disposition", "attachment")
	w.Header().Set("Cache-Control", "no-cache")
	// A release is never written over, and a manifest gets a new time: the tag stands
	// for the bytes.
	w.Header().Set("ETag", fmt.Sprintf(`"%x-%x"`, info.Size(), info.ModTime().UnixNano()))
	http.ServeContent(w, r, "", info.ModTime(), file)
	return nil
}

func releaseType(name string) string {
	switch path.Ext(name) {
	case ".json":
		return "application/json"
	case ".minisig":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}
