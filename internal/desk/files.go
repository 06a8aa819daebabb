package desk

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// MaxFileName is the longest file name that is accepted, in characters: every
// file system in use can hold it with an ending of ours added.
const MaxFileName = 200

// Candidate is a file that somebody wants to attach, as far as it is known
// before a byte of it is stored.
type Candidate struct {
	Name  string
	Size  int64  // bytes
	Media string // recognised from the content; empty if not read yet
	// Format is a format of health data that its first bytes are of, "" for none. Such a
	// file is refused for what it is, whatever it is called.
	Format string
}

// CheckCandidate returns the first thing that keeps a file out.
func (r FileRules) CheckCandidate(f Candidate) (Problem, bool) {
	if p, bad := checkName(f.Name); bad {
		return p, true
	}
	if f.Format != "" {
		return Problem{Field: KeyFiles, Code: CodeMedicalFormat}, true
	}
	ext := strings.ToLower(strings.TrimPrefix(filepath.Ext(f.Name), "."))
	i := slices.IndexFunc(r.Types, func(t FileType) bool { return slices.Contains(t.Extensions, ext) })
	switch {
	case i < 0:
		return Problem{Field: KeyFiles, Code: CodeFileType}, true
	case f.Size <= 0:
		return Problem{Field: KeyFiles, Code: CodeEmptyFile}, true
	case f.Size > r.MaxBytes:
		return Problem{Field: KeyFiles, Code: CodeTooBig, Max: r.MaxBytes, Actual: f.Size}, true
	case f.Media != "" && !slices.Contains(r.Types[i].Media, f.Media):
		if ext == "xml" && strings.HasSuffix(f.Media, "xml") { // it is what it says, and not one that is taken
			return Problem{Field: KeyFiles, Code: CodeFileType}, true
		}
		return Problem{Field: KeyFiles, Code: CodeFileMismatch}, true
	}
	return Problem{}, false
}

// device finds the names that Windows keeps for itself, whatever ending they
// have: nobody there could save or open such a file.
var device = regexp.MustCompile(`(?i)^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *([.:]|$)`)

func checkName(name string) (Problem, bool) {
	length := utf8.RuneCountInString(name)
	switch {
	case length > MaxFileName:
		return Problem{Field: KeyFiles, Code: CodeNameTooLong, Max: MaxFileName, Actual: int64(length)}, true
	case strings.TrimSpace(name) == "", name == ".", name == "..", strings.ContainsAny(name, `/\`),
		!utf8.ValidString(name), hasControl(name, false), device.MatchString(name):
		return Problem{Field: KeyFiles, Code: CodeNameUnsafe}, true
	}
	return Problem{}, false
}

// checkFiles checks the files of a request: their number, each one by itself,
// and that each has its statement for just these bytes, made by whoever sends it:
// what was said before anybody had signed in, anybody may have said.
func checkFiles(r FileRules, files []File, who Person) []Problem {
	var out []Problem
	if len(files) > r.MaxCount {
		out = append(out, Problem{Field: KeyFiles, Code: CodeTooMany, Max: int64(r.MaxCount), Actual: int64(len(files))})
	}
	for _, f := range files {
		if p, bad := r.CheckCandidate(Candidate{Name: f.Name, Size: f.Size, Media: f.Media}); bad {
			out = append(out, p)
			continue
		}
		c := f.Confirmation
		other := who.ID != "" && c.By != who.ID
		if other || c.At.IsZero() || c.Wording == "" || c.SHA256 == "" || c.SHA256 != f.SHA256 {
			out = append(out, Problem{Field: KeyFiles, Code: CodeNotConfirmed})
		}
	}
	return out
}
