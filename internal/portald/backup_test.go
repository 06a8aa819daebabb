package portald_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald"
)

// TestBackup backs a portal up while requests come in and one is purged, loses all,
// and restores: each numbered request of the backup has its bytes, desks begin anew,
// and no number is given twice.
func TestBackup(t *testing.T) {
	b := start(t, nil)
	if b.Postgres() != "" {
		if _, err := portald.Backup(t.Context(), portald.Config{Data: b.Folder(), Postgres: b.Postgres()}, t.TempDir()); err == nil {
			t.Error("PostgreSQL was backed up as a file")
		}
		return
	}
	old, mid, _ := b.conversed()
	early := b.caughtUp(claire)
	going, stop := context.WithCancel(t.Context())
	ended := make(chan int)
	var came atomic.Int64
	go func() { // requests come in all the time
		n := 0
		for ; going.Err() == nil; n++ {
			f, content := fileOf(t, claire, 2_000)
			id := newID(t)
			for _, r := range []struct {
				method, path string
				body         any
				header       []string
			}{
				{http.MethodPut, pathOf(id), withFiles(technical(tilleuls), f), nil},
				{http.MethodPost, portal.RouteUploads, []byte{}, []string{"Tus-Resumable", "1.0.0", "Upload-Length", "2000", "Upload-Metadata", metadata(id, f.ID)}},
				{http.MethodPatch, uploadPath(id, f), content, []string{"Tus-Resumable", "1.0.0", "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream"}},
			} {
				if got, err := b.try(t.Context(), claire, r.method, r.path, r.body, r.header...); err != nil || got.status >= 300 {
					t.Errorf("%s: %v %d", r.path, err, got.status)
				}
			}
			came.Add(1)
			if n%3 == 0 {
				if err := b.Purge(t.Context(), id, false); err != nil {
					t.Error(err)
				}
			}
		}
		ended <- n
	}()
	await(t, "some requests", func() bool { return came.Load() > 8 })
	cfg := portald.Config{Data: b.Folder(), S3: b.S3()}
	into := filepath.Join(t.TempDir(), "backup")
	files, err := portald.Backup(t.Context(), cfg, into)
	stop()
	all := <-ended
	if err != nil || files < 4 || files > all+2 {
		t.Fatalf("%d files of %d requests: %v", files, all, err)
	}
	if _, err := portald.Backup(t.Context(), cfg, into); err == nil {
		t.Error("a backup was written over another one")
	}
	cursor, given := b.caughtUp(claire), b.put(claire, newID(t), technical(tilleuls), http.StatusCreated).Number
	b.Down()

	data := filepath.Join(t.TempDir(), "restored")
	if n, err := portald.Restore(t.Context(), portald.Config{Data: data, S3: b.S3()}, into, 1000); err != nil || n != files {
		t.Fatalf("%d files of %d: %v", n, files, err)
	}
	b.Change(func(c *portald.Config) { c.Data = data })
	b.Up()
	seen, next := 0, ""
	for more := true; more; more = next != "" {
		page := read[portal.RequestPage](b.call(claire, http.MethodGet, portal.RouteRequests+"?limit=200&cursor="+next, nil).want(http.StatusOK))
		for _, r := range page.Requests {
			for _, f := range r.Files {
				if r.PurgedAt != nil {
					continue
				}
				got := b.call(claire, http.MethodGet, pathOf(r.ID)+"/files/"+f.ID, nil).want(http.StatusOK)
				if digest(f, got.body).SHA256 != f.SHA256 || !f.Received {
					t.Errorf("%s: other bytes", r.Number)
				}
				seen++
			}
		}
		next = page.Next
	}
	if seen != files-1 { // one is of a message
		t.Errorf("%d files of requests, %d in the backup", seen, files)
	}
	m := b.said(claire, old)[0]
	if m.ID != mid {
		t.Errorf("%+v", m)
	}
	b.call(claire, http.MethodGet, pathOf(old)+"/files/"+m.Files[0].ID, nil).want(http.StatusOK)
	b.stale(claire, cursor)
	b.stale(claire, early) // the restored changes are others from some point on
	if now := b.put(claire, newID(t), technical(tilleuls), http.StatusCreated).Number; last(t, now) <= last(t, given) {
		t.Errorf("%s is given behind %s", now, given)
	}
}

// TestBackupDamaged tells of bytes that are not what they were, and of bytes that are
// gone.
func TestBackupDamaged(t *testing.T) {
	b := start(t, nil)
	if b.Postgres() != "" {
		t.Skip("of SQLite")
	}
	f, content := fileOf(t, claire, 3000)
	id := newID(t)
	b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
	b.send(claire, id, f, content)
	cfg := portald.Config{Data: b.Folder()}
	other := slices.Clone(content)
	other[7]++
	writeFile(t, b.onDisk(id, f), other)
	if _, err := portald.Backup(t.Context(), cfg, filepath.Join(t.TempDir(), "a")); err == nil {
		t.Error("other bytes were taken")
	}
	if err := os.Remove(b.onDisk(id, f)); err != nil {
		t.Fatal(err)
	}
	if _, err := portald.Backup(t.Context(), cfg, filepath.Join(t.TempDir(), "b")); err == nil {
		t.Error("a row has no bytes in the backup")
	}
	if _, err := portald.Backup(t.Context(), portald.Config{Data: t.TempDir()}, filepath.Join(t.TempDir(), "c")); err == nil {
		t.Error("a backup of no portal")
	}
	if err := portald.Purge(t.Context(), cfg, id, false, time.Now); err != nil {
		t.Fatal(err)
	}
	if n, err := portald.Backup(t.Context(), cfg, filepath.Join(t.TempDir(), "d")); n != 0 || err != nil {
		t.Errorf("%d files, %v", n, err)
	}
}
