package app

import (
	"fmt"
	"testing"
)

// The first page is given what is newest, with its files, and no more.
func TestLatest(t *testing.T) {
	o, _ := desktop(t)
	if empty := must(o.requests.Latest())(t); empty.Drafts == nil || empty.Requests == nil || len(empty.Drafts)+len(empty.Requests) > 0 {
		t.Errorf("of nothing: %+v", empty)
	}
	var sent []string
	for i := range latestRequests + 2 {
		id, revision := o.write(t, content())
		path, _ := pdf(t, fmt.Sprintf("Facture %d.pdf", i), 1<<10)
		o.attach(t, id, path)
		must(o.drafts.Submit(id, revision))(t)
		o.received(t, id)
		sent = append(sent, id)
	}
	old, _ := o.write(t, content())
	newest, _ := o.write(t, content())

	got := must(o.requests.Latest())(t)
	if len(got.Drafts) != 1 || got.Drafts[0].ID != newest || got.Drafts[0].ID == old {
		t.Errorf("drafts: %+v", got.Drafts)
	}
	if len(got.Requests) != latestRequests {
		t.Fatalf("%d requests", len(got.Requests))
	}
	all := o.everything(t)
	for i, r := range got.Requests {
		if r.ID != sent[len(sent)-1-i] || r.Files != 1 {
			t.Errorf("request %d: %+v", i, r)
		}
		if listed := all[i+2]; listed.ID != r.ID { // behind the two drafts
			t.Errorf("the list has %s there", listed.ID)
		}
	}
	if len(all) != len(sent)+2 {
		t.Errorf("the list has %d", len(all))
	}
}
