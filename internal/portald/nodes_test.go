package portald_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald"
	"guichet/internal/portald/database/pgtest"
)

// nodes starts portals that share a PostgreSQL and a bucket, and nothing else.
func nodes(t *testing.T, n int) (all []*bench) {
	t.Helper()
	address, bucket := pgtest.Address(t), aBucket(t)
	for range n {
		all = append(all, start(t, func(c *portald.Config) { c.Postgres, c.S3 = address, bucket }))
	}
	return all
}

func TestNodes(t *testing.T) {
	both := nodes(t, 2)
	t.Run("ResumedElsewhere", func(t *testing.T) {
		a, b := both[0].in(t), both[1].in(t)
		id := newID(t)
		f, content := fileOf(t, claire, 9<<20)
		body := withFiles(technical(tilleuls), f)
		a.put(claire, id, body, http.StatusCreated)
		a.begin(claire, id, f)
		a.patch(claire, id, f, 0, content[:3000]).want(http.StatusNoContent)
		if at := b.offset(claire, id, f); at != 3000 {
			t.Fatalf("stands at %d at the other node, acknowledged 3000", at)
		}
		b.patch(claire, id, f, 3000, content[3000:5<<20]).want(http.StatusNoContent)
		if at := a.offset(claire, id, f); at != 5<<20 {
			t.Fatalf("stands at %d at the first node, acknowledged %d", at, 5<<20)
		}
		b.patch(claire, id, f, 5<<20, content[5<<20:]).want(http.StatusNoContent)
		number := b.get(claire, id).Number
		if got := a.put(claire, id, body, http.StatusOK); got.Number == "" || got.Number != number || !got.Files[0].Received {
			t.Fatalf("numbers %q and %q", number, got.Number)
		}
		if r := a.call(claire, http.MethodGet, pathOf(id)+"/files/"+f.ID, nil).want(http.StatusOK); !bytes.Equal(r.body, content) {
			t.Fatal("the file came back as something else")
		}
		part := a.call(claire, http.MethodGet, pathOf(id)+"/files/"+f.ID, nil, "Range", "bytes=4194300-4194310").want(http.StatusPartialContent)
		if !bytes.Equal(part.body, content[4194300:4194311]) {
			t.Error("range came back as something else")
		}
	})
	t.Run("TheNewestCallWins", func(t *testing.T) {
		a, b := both[0].in(t), both[1].in(t)
		id := newID(t)
		f, content := fileOf(t, claire, 1<<20)
		a.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
		a.begin(claire, id, f)
		line, ended := a.stalled(claire, id, f, 0, content[:1000])
		defer line.Close()
		at := b.offset(claire, id, f) // waits until the other call has given way
		if at > 1000 {
			t.Fatalf("stands at %d, and the call that was interrupted had 1000", at)
		}
		over(t, ended)
		b.patch(claire, id, f, at, content[at:]).want(http.StatusNoContent)
		if a.get(claire, id).Number == "" {
			t.Fatal("no number")
		}
	})
	t.Run("AtOnce", func(t *testing.T) {
		id := newID(t)
		f, content := fileOf(t, claire, 1<<20)
		body := withFiles(technical(tilleuls), f)
		both[0].in(t).put(claire, id, body, http.StatusCreated)
		both[1].in(t).begin(claire, id, f)
		numbers := make([]string, 12)
		parallel(t, len(numbers), func(i int) error {
			b := both[i%2]
			if i%3 == 0 {
				r, err := b.try(t.Context(), claire, http.MethodPut, pathOf(id), body)
				if err == nil && r.status != http.StatusOK {
					err = unexpected(r)
				}
				if err == nil {
					numbers[i] = read[portal.Request](r).Number
				}
				return err
			}
			r, err := b.try(t.Context(), claire, http.MethodPatch, uploadPath(id, f), content, "Tus-Resumable", "1.0.0",
				"Upload-Offset", "0", "Content-Type", "application/offset+octet-stream")
			if err == nil && !slices.Contains([]int{204, 400, 409, 503}, r.status) {
				err = unexpected(r)
			}
			return err
		})
		b := both[0].in(t)
		if at := b.offset(claire, id, f); at < f.Size {
			b.patch(claire, id, f, at, content[at:]).want(http.StatusNoContent)
		}
		for _, one := range both {
			got := one.in(t).put(claire, id, body, http.StatusOK)
			numbers = append(numbers, got.Number)
		}
		known := slices.DeleteFunc(numbers, func(n string) bool { return n == "" })
		if u := slices.Compact(slices.Sorted(slices.Values(known))); len(u) != 1 {
			t.Fatalf("one request, numbers %q", u)
		}
	})
	t.Run("AQuestionThatGaveWayLeavesItsLineGood", func(t *testing.T) {
		id := newID(t)
		f, _ := fileOf(t, claire, 1000)
		both[0].in(t).put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
		both[1].in(t).begin(claire, id, f)
		for range 5 {
			parallel(t, 8, func(i int) error {
				r, err := both[i%2].try(t.Context(), claire, http.MethodHead, uploadPath(id, f), nil)
				if err == nil && r.status != http.StatusOK {
					err = unexpected(r)
				}
				return err
			})
		}
	})
	t.Run("AStartLeavesWhatIsUnderWay", func(t *testing.T) {
		a, b := both[0].in(t), both[1].in(t)
		id := newID(t)
		f, content := fileOf(t, claire, 1<<20)
		a.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
		a.begin(claire, id, f)
		a.patch(claire, id, f, 0, content[:1000]).want(http.StatusNoContent)
		b.restart()
		a.patch(claire, id, f, 1000, content[1000:]).want(http.StatusNoContent)
		if b.get(claire, id).Number == "" {
			t.Fatal("no number")
		}
	})
	t.Run("StoppedInTheMiddle", func(t *testing.T) {
		a, b := both[0].in(t), both[1].in(t)
		id := newID(t)
		f, content := fileOf(t, claire, 1<<20)
		a.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
		a.begin(claire, id, f)
		a.patch(claire, id, f, 0, content[:1000]).want(http.StatusNoContent)
		line, ended := a.stalled(claire, id, f, 1000, content[1000:2000])
		defer line.Close()
		var stop sync.WaitGroup
		stop.Go(a.Down)
		defer stop.Wait()
		at := b.offset(claire, id, f)
		if at < 1000 || at > 2000 {
			t.Fatalf("stands at %d", at)
		}
		over(t, ended)
		b.patch(claire, id, f, at, content[at:]).want(http.StatusNoContent)
		if b.get(claire, id).Number == "" {
			t.Fatal("no number")
		}
	})
}

// stalled sends a part of a file on a line that stays open. ended is closed when the call
// is over.
func (b *bench) stalled(who, id string, f portal.File, at int64, part []byte) (line io.Closer, ended <-chan struct{}) {
	b.t.Helper()
	body, hold := io.Pipe()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPatch, b.URL+uploadPath(id, f), body)
	if err != nil {
		b.t.Fatal(err)
	}
	req.ContentLength = f.Size - at
	req.Header = http.Header{
		"Authorization": {"Bearer " + b.Token(who)}, "Tus-Resumable": {"1.0.0"}, "Upload-Offset": {strconv.FormatInt(at, 10)}, "Content-Type": {"application/offset+octet-stream"},
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
		if err == nil {
			_ = res.Body.Close()
		}
		_ = body.Close()
	}()
	if _, err := hold.Write(part); err != nil {
		b.t.Fatal(err)
	}
	await(b.t, "the portal takes the call", func() bool { return b.Held(portal.UploadID(id, f.ID)) })
	return hold, done
}

// over waits for the end of a call that was interrupted.
func over(t *testing.T, ended <-chan struct{}) {
	t.Helper()
	select {
	case <-ended:
	case <-time.After(15 * time.Second):
		t.Fatal("the call at the other node goes on")
	}
}
