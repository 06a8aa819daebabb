package mail

import (
	"regexp"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"golang.org/x/text/unicode/norm"
)

// own tells whether a message is one of the portal's copies.
func own(h header) bool {
	ids := messageIDs(h.raw("Message-ID"))
	if len(ids) != 1 || h.raw(headRequest) == "" {
		return false
	}
	_, err := requestOf(ids[0])
	return err == nil
}

// automatic tells whether a program wrote a message by itself. Help desks send what
// people wrote as Precedence: bulk, so that says nothing.
func automatic(h header) bool {
	submitted, _ := parameters(h.raw("Auto-Submitted"))
	return submitted != "" && submitted != "no" || h.raw("X-Autoreply") != "" || h.raw("X-Autorespond") != "" ||
		strings.EqualFold(h.raw("Precedence"), "auto_reply") || h.raw("Return-Path") == "<>" || report(h)
}

// report tells whether a message is one of a mail server about another message.
func report(h header) bool {
	media, _ := parameters(h.raw("Content-Type"))
	return media == "multipart/report"
}

// thread finds the reference of the request that a message belongs to, "" if it
// belongs to none.
func (c *Connector) thread(s *session, h header) (ref string, err error) {
	// What is answered comes last in References, so the nearest is looked at first.
	ids := append(messageIDs(strings.Join(h["in-reply-to"], " ")), backwards(messageIDs(strings.Join(h["references"], " ")))...)
	for _, id := range ids {
		if request, err := requestOf(id); err == nil {
			_, domain, _ := strings.Cut(id, "@")
			return root(request) + "@" + domain, nil
		}
	}
	if request := c.plus(h); request != "" {
		return root(request) + "@" + c.domain, nil
	}
	if !c.known(h) {
		return "", nil // a number can be guessed
	}
	for _, number := range numbers(h.get("Subject")) {
		if ref, err := s.numbered(number); err != nil || ref != "" {
			return ref, err
		}
	}
	return "", nil
}

func backwards(ids []string) []string { slices.Reverse(ids); return ids }

// plus is the request that stands in the address a message was sent to.
func (c *Connector) plus(h header) string {
	if !c.cfg.PlusAddress {
		return ""
	}
	local, _, _ := strings.Cut(strings.ToLower(c.cfg.From), "@")
	for _, name := range []string{"to", "cc", "delivered-to", "x-original-to"} {
		for _, line := range h[name] {
			_, rest, ok := strings.Cut(strings.ToLower(line), local+"+")
			if request, err := requestOf(idPrefix + rest); ok && err == nil {
				return request
			}
		}
	}
	return ""
}

// known tells whether a message says to come from support.
func (c *Connector) known(h header) bool {
	_, address := sentBy(h)
	return slices.ContainsFunc(c.cfg.Senders, func(sender string) bool {
		sender = strings.ToLower(sender)
		return address == sender || strings.HasPrefix(sender, "@") && strings.HasSuffix(address, sender)
	})
}

// sentBy is the name and the address of who wrote a message.
func sentBy(h header) (name, address string) {
	from := h.raw("From")
	open, end := strings.LastIndexByte(from, '<'), strings.LastIndexByte(from, '>')
	if open < 0 || end < open {
		return "", strings.ToLower(strings.TrimSpace(from))
	}
	name = decodeWords(strings.Trim(from[:open], "\" \t"))
	return strings.ReplaceAll(name, `\"`, `"`), strings.ToLower(strings.TrimSpace(from[open+1 : end]))
}

// numberLike is what may be a request's number in a subject.
var numberLike = regexp.MustCompile(`[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+`)

func numbers(subject string) []string {
	var out []string
	for _, word := range numberLike.FindAllString(subject, 20) {
		if strings.ContainsAny(word, "0123456789") && len(word) <= 40 && !slices.Contains(out, word) && len(out) < 5 {
			out = append(out, word)
		}
	}
	return out
}

// numbered finds the reference of the request with a number.
func (s *session) numbered(number string) (ref string, err error) {
	uids, err := s.search(&imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Subject", Value: number}}})
	if err != nil {
		return "", err
	}
	const enough = 50 // the request's own message is older than its answers
	err = s.headers(uids[:min(len(uids), enough)], func(m envelope) error {
		if ref == "" && own(m.head) && strings.EqualFold(m.head.get(headNumber), number) {
			ref = messageIDs(m.head.raw("Message-ID"))[0]
		}
		return nil
	})
	return ref, err
}

// closes tells whether support has written the word that resolves into a subject.
// The practice's own subject may have it too.
func (c *Connector) closes(s *session, h header, ref string) (bool, error) {
	word := folded(c.cfg.SubjectClose)
	if word == "" {
		return false, nil
	}
	said := strings.Count(folded(h.get("Subject")), word)
	if said == 0 {
		return false, nil
	}
	first, err := s.first(ref)
	return said > strings.Count(folded(first.get("Subject")), word), err
}

func folded(s string) string { return strings.ToLower(norm.NFC.String(s)) }
