package support

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guichet/internal/disk"
)

// Member is one file of a bundle: text, to be read by whoever hands it on.
type Member struct {
	Name string
	Text string
}

// mostLog is how much of one log goes into a bundle, in bytes; its end.
const mostLog = 1 << 20

// JSON is a member with a value.
func JSON(name string, v any) Member {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return Unreadable(name, err)
	}
	return Member{name, string(body) + "\n"}
}

// Unreadable is a member in the place of what could not be had: the bundle goes without
// it. Of the fault only its type is told.
func Unreadable(name string, err error) Member {
	return Member{name, fmt.Sprintf("not available: %T\n", err)}
}

// Logs are the logs of a data folder, newest first, without anything that a line may not
// have.
func Logs(data string, clean func(string) string) []Member {
	paths, err := filepath.Glob(filepath.Join(data, "logs", "guichet*.log"))
	if err != nil {
		return []Member{Unreadable("logs/guichet.log", err)}
	}
	slices.SortFunc(paths, func(a, b string) int { // the one without a date is the newest
		return strings.Compare(filepath.Base(b), filepath.Base(a))
	})
	slices.SortStableFunc(paths, func(a, b string) int {
		return len(filepath.Base(a)) - len(filepath.Base(b))
	})
	var out []Member
	for i, path := range paths {
		name := "logs/guichet.log"
		if i > 0 {
			name = fmt.Sprintf("logs/guichet-%d.log", i)
		}
		text, err := endOf(path)
		if err != nil {
			out = append(out, Unreadable(name, err))
			continue
		}
		var b strings.Builder
		for line := range strings.Lines(text) {
			b.WriteString(clean(strings.TrimRight(line, "\r\n")) + "\n")
		}
		out = append(out, Member{name, b.String()})
	}
	return out
}

// endOf reads whole lines from the end of a file.
func endOf(path string) (string, error) {
	f, err := disk.OpenShared(path) // the program may give its log another name meanwhile
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	from := max(0, info.Size()-mostLog)
	body, err := io.ReadAll(io.NewSectionReader(f, from, mostLog))
	if err != nil {
		return "", err
	}
	if from > 0 {
		_, body, _ = bytes.Cut(body, []byte("\n"))
	}
	return string(body), nil
}

// Notes are the notes of incidents of a data folder, newest first. They are written
// anew: what stands in the file beside a note's own fields stays here.
func Notes(data string) []Member {
	all, err := Incidents(data)
	if err != nil {
		return []Member{Unreadable("incidents.json", err)}
	}
	if len(all) == 0 {
		return nil
	}
	return []Member{JSON("incidents.json", all)}
}

// Zip writes a bundle.
func Zip(w io.Writer, members []Member, at time.Time) error {
	z := zip.NewWriter(w)
	for _, m := range members {
		f, err := z.CreateHeader(&zip.FileHeader{Name: m.Name, Method: zip.Deflate, Modified: at})
		if err == nil {
			_, err = io.WriteString(f, m.Text)
		}
		if err != nil {
			return fmt.Errorf("write bundle: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	return nil
}
