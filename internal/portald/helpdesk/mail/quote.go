package mail

import (
	"regexp"
	"strings"
)

// attribution is how programs introduce what they quote: « Le 3 mars 2026 à 10:00,
// Guichet a écrit : », "On Tue, Mar 3, 2026, Guichet wrote:".
var attribution = regexp.MustCompile(`(?i)(^|\s)(écrit|wrote|schrieb)\s*:$`)

// unquoted cuts off what an answer repeats of the thread, where that is sure: lines
// that begin with ">" under an attribution, and nothing after them. A person who
// writes below or within what is quoted, or whose program marks it in another way,
// keeps everything.
func unquoted(text string) string {
	lines := strings.Split(text, "\n")
	end := len(lines)
	quoted := false
	for end > 0 {
		line := strings.TrimSpace(lines[end-1])
		if strings.HasPrefix(line, ">") {
			quoted = true
		} else if line != "" {
			break
		}
		end--
	}
	if !quoted || end == 0 {
		return strings.Trim(text, "\n")
	}
	// An attribution may go over three lines.
	for begin := end - 1; begin >= max(0, end-3); begin-- {
		if strings.HasPrefix(strings.TrimSpace(lines[begin]), ">") || strings.TrimSpace(lines[begin]) == "" {
			break
		}
		whole := strings.Join(strings.Fields(strings.Join(lines[begin:end], " ")), " ")
		if attribution.MatchString(whole) && begins(whole) {
			kept := strings.TrimSpace(strings.Join(lines[:begin], "\n"))
			if kept == "" {
				break // it would leave nothing to read
			}
			return kept
		}
	}
	return strings.Trim(text, "\n")
}

// begins tells whether an attribution is whole, so that its first line goes too.
func begins(whole string) bool {
	for _, word := range []string{"Le ", "On ", "Am "} {
		if strings.HasPrefix(whole, word) {
			return true
		}
	}
	return false
}
