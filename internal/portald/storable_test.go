package portald_test

import (
	"net/http"
	"testing"
	"time"

	"guichet/internal/portal"
)

// TestStorable sends what PostgreSQL cannot hold, a NUL and bytes that are no UTF-8, in
// all places where a desk writes what is looked up or kept as text. Nothing of it is an
// error of the portal's, which desks would try again for ever.
func TestStorable(t *testing.T) {
	b := start(t, nil)
	id, mid := newID(t), newID(t)
	b.put(claire, id, technical(tilleuls), http.StatusCreated)
	for range 2 { // a repeat is a read
		b.call(claire, http.MethodPut, messagePath(id, mid), withText("avant\x00après")).want(http.StatusOK)
	}
	act := newID(t)
	for range 2 {
		b.act(claire, id, act, portal.ActPut{Kind: portal.KindWithdraw, Reason: "plus\x00besoin", At: time.Now()}).want(http.StatusOK)
	}
	if said := b.said(claire, id); len(said) != 2 || said[0].Text != "avantaprès" || said[1].Text != "plusbesoin" {
		t.Errorf("%+v", said)
	}
	for _, bad := range []string{"%00", "a%00b", "%ff", id + "%00"} {
		b.wrong(claire, http.MethodGet, portal.RouteRequests+"/"+bad, nil).refused(portal.CodeNotFound)
		b.wrong(claire, http.MethodGet, portal.RouteRequests+"/"+bad+"/messages", nil).refused(portal.CodeNotFound)
		b.wrong(claire, http.MethodPut, portal.RouteRequests+"/"+bad+"/messages/"+newID(t), withText("non")).refused(portal.CodeNotFound)
		b.wrong(claire, http.MethodPut, portal.RouteRequests+"/"+bad+"/acts/"+newID(t), portal.ActPut{Kind: portal.KindWatch, At: time.Now()}).refused(portal.CodeNotFound)
		b.wrong(claire, http.MethodHead, portal.RouteUploads+"/"+bad+"."+id, nil, "Tus-Resumable", "1.0.0").want(http.StatusNotFound)
		b.wrong(claire, http.MethodGet, portal.RouteRequests+"?practice="+bad, nil).refused(portal.CodeBadRequest)
	}
}
