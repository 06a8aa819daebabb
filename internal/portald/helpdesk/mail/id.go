package mail

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"guichet/internal/desk"

	"github.com/google/uuid"
)

// Message-IDs of the portal's begin with a word of its own: programs of support
// make theirs of UUIDs too.
//
//	guichet.<request>@domain                the request
//	guichet.<request>.r-<reply>@domain      what the practice says
//	guichet.<request>.s<n>-<status>@domain  the n-th change of status
//
// with .2, .3, … before the @ for what did not fit into the first message.
const idPrefix = "guichet."

func root(request string) string { return idPrefix + request }

func reply(request, id string) string { return root(request) + ".r-" + id }

func statusID(request string, n int, status desk.PortalStatus) string {
	return root(request) + ".s" + strconv.Itoa(n) + "-" + string(status)
}

// partID is the id of a letter's n-th message, from 1.
func partID(id string, n int) string {
	if n == 1 {
		return id
	}
	return id + "." + strconv.Itoa(n)
}

// requestOf is the request of a Message-ID of the portal's.
func requestOf(messageID string) (string, error) {
	rest, ours := strings.CutPrefix(messageID, idPrefix)
	if ours && len(rest) > 36 && (rest[36] == '@' || rest[36] == '.') && uuid.Validate(rest[:36]) == nil {
		return rest[:36], nil
	}
	return "", fmt.Errorf("no reference of the portal's: %.80q", messageID)
}

// angled finds the Message-IDs in a header.
var angled = regexp.MustCompile(`<([^<>\s]{3,400})>`)

// messageIDs are those that a header names, in its order.
func messageIDs(header string) []string {
	var out []string
	for _, m := range angled.FindAllStringSubmatch(header, 200) {
		out = append(out, m[1])
	}
	return out
}
