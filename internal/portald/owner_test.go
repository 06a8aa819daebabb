package portald_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/portal"
	"guichet/internal/portald"
	"guichet/internal/portald/database/pgtest"
	"guichet/internal/portald/files"
	"guichet/internal/portald/files/s3test"
)

// everywhere runs a test with the files in a folder, and in a bucket.
func everywhere(t *testing.T, test func(t *testing.T, edit func(*portald.Config))) {
	t.Run("Folder", func(t *testing.T) {
		if inBucket() {
			t.Skip("the files lie in no folder")
		}
		test(t, func(*portald.Config) {})
	})
	t.Run("S3", func(t *testing.T) {
		bucket := aBucket(t)
		test(t, func(c *portald.Config) { c.S3 = bucket })
	})
}

// withFile starts a portal with one request that has a file.
func withFile(t *testing.T, edit func(*portald.Config)) (b *bench, id string, f portal.File) {
	t.Helper()
	b = start(t, edit)
	f, content := fileOf(t, claire, 2000)
	id = newID(t)
	b.put(claire, id, withFiles(technical(tilleuls), f), http.StatusCreated)
	b.send(claire, id, f, content)
	return b, id, f
}

// emptied is a configuration with the same files and a database that has nothing.
func emptied(t *testing.T, b *bench) (c portald.Config) {
	t.Helper()
	b.Change(func(now *portald.Config) { c = *now })
	switch {
	case c.Postgres != "":
		c.Postgres = pgtest.Address(t)
	case c.S3 != nil:
		c.Data = t.TempDir()
	default:
		discard(t, c.Data)
	}
	return c
}

// tried starts a portal and, if it did, stops it. It is looked at first.
func tried(t *testing.T, c portald.Config) (looked []string, err error) {
	t.Helper()
	c.Listen = "127.0.0.1:0"
	for _, f := range portald.Look(t.Context(), c, time.Now()) {
		if f.Fatal {
			looked = append(looked, f.Problem)
		}
	}
	s := portald.New(c)
	if err := s.Start(t.Context()); err != nil {
		return looked, err
	}
	return looked, s.Stop(context.WithoutCancel(t.Context()))
}

func removeMark(t *testing.T, b *bench) {
	t.Helper()
	if b.S3() != nil {
		s3test.Remove(t, *b.S3(), b.S3().Prefix+files.Mark)
		return
	}
	if err := os.Remove(filepath.Join(b.Folder(), "files", files.Mark)); err != nil {
		t.Fatal(err)
	}
}

func listed(t *testing.T, b *bench) []string {
	t.Helper()
	ids, err := b.Files().List(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func owner(t *testing.T, b *bench) string {
	t.Helper()
	whose, err := b.Files().Owner(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return whose
}

// TestFilesOfAnother starts a portal with an empty database before the files of another one:
// none is lost, whether that one has marked them or not, and the operator is told what to do.
func TestFilesOfAnother(t *testing.T) {
	everywhere(t, func(t *testing.T, edit func(*portald.Config)) {
		b, id, f := withFile(t, edit)
		whose := owner(t, b)
		b.Down()
		before := listed(t, b)
		c := emptied(t, b)
		place, mark := filepath.Join(c.Data, "files"), filepath.Join(c.Data, "files", files.Mark)
		if c.S3 != nil {
			place, mark = "bucket "+c.S3.Bucket, c.S3.Prefix+files.Mark
		}
		refused := func(says ...string) {
			t.Helper()
			looked, err := tried(t, c)
			if err == nil {
				t.Fatal("started")
			}
			for _, want := range says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("it says nothing of %q: %v", want, err)
				}
			}
			if len(looked) != 1 || looked[0] != err.Error() {
				t.Errorf("looking finds %q, and the start %q", looked, err)
			}
			if got := listed(t, b); !slices.Equal(got, before) {
				t.Fatalf("of %v there is %v", before, got)
			}
		}
		refused(place, "another portal", mark)
		if owner(t, b) != whose {
			t.Error("it was claimed all the same")
		}
		removeMark(t, b)
		refused(place, "knows none of them")
		if owner(t, b) != "" {
			t.Error("it was claimed all the same")
		}
		for _, id := range []string{"backup.tar", newID(t)} { // are nobody's that sweeps
			if _, _, err := b.Files().Put(t.Context(), id, strings.NewReader("x")); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Files().Remove(t.Context(), portal.UploadID(id, f.ID)); err != nil {
			t.Fatal(err)
		}
		if looked, err := tried(t, c); err != nil || len(looked) > 0 {
			t.Errorf("with nothing to lose: %q, %v", looked, err)
		}
		if now := owner(t, b); now == "" || now == whose {
			t.Errorf("it is %q's", now)
		}
	})
}

// TestFilesWithoutRows has files that nobody has marked, and no database yet: what the start
// refuses, looking finds before there is one.
func TestFilesWithoutRows(t *testing.T) {
	everywhere(t, func(t *testing.T, edit func(*portald.Config)) {
		b, _, _ := withFile(t, edit)
		b.Down()
		removeMark(t, b)
		looked, err := tried(t, emptied(t, b))
		if err == nil || len(looked) != 1 || looked[0] != err.Error() {
			t.Errorf("looking finds %q, and the start %v", looked, err)
		}
	})
}

// TestTwoPortals has two portals that each have requests meet in one bucket.
func TestTwoPortals(t *testing.T) {
	bucket := aBucket(t)
	in := func(c *portald.Config) { c.S3 = bucket }
	a, id, f := withFile(t, in)
	b, _, _ := withFile(t, func(c *portald.Config) { c.S3 = aBucket(t) })
	b.Down()
	b.Change(in)
	var c portald.Config
	b.Change(func(now *portald.Config) { c = *now })
	if _, err := tried(t, c); err == nil {
		t.Error("started")
	}
	removeMark(t, a) // as before there were marks
	if _, err := tried(t, c); err == nil {
		t.Error("started before files of which it knows none")
	}
	a.restart()
	a.call(claire, http.MethodGet, pathOf(id)+"/files/"+f.ID, nil).want(http.StatusOK)
	c.S3 = &files.S3Config{}
	*c.S3 = *bucket
	c.S3.Prefix = "another/"
	if _, err := tried(t, c); err != nil {
		t.Errorf("with a prefix of its own: %v", err)
	}
}

// TestTwoPortalsAtOnce has two new portals meet in one new bucket: one of them has it.
func TestTwoPortalsAtOnce(t *testing.T) {
	var one portald.Config
	start(t, nil).Change(func(c *portald.Config) { one = *c })
	for range 5 {
		bucket, errs := aBucket(t), make([]error, 2)
		var both sync.WaitGroup
		for i := range errs {
			c := one
			c.Listen, c.Data, c.S3 = "127.0.0.1:0", t.TempDir(), bucket
			if c.Postgres != "" {
				c.Postgres = pgtest.Address(t)
			}
			both.Go(func() {
				s := portald.New(c)
				if errs[i] = s.Start(t.Context()); errs[i] == nil {
					errs[i] = s.Stop(context.WithoutCancel(t.Context()))
				}
			})
		}
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("one says %v, the other one %v", errs[0], errs[1])
		}
	}
}

// TestFilesFromBefore upgrades a portal from when files bore no mark.
func TestFilesFromBefore(t *testing.T) {
	everywhere(t, func(t *testing.T, edit func(*portald.Config)) {
		b, id, f := withFile(t, edit)
		whose := owner(t, b)
		b.Down()
		removeMark(t, b)
		stray := newID(t) + "." + newID(t)
		if _, _, err := b.Files().Put(t.Context(), stray, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
		b.Up()
		b.Sweep()
		b.call(claire, http.MethodGet, pathOf(id)+"/files/"+f.ID, nil).want(http.StatusOK)
		if owner(t, b) != whose || slices.Contains(listed(t, b), stray) {
			t.Errorf("it is %q's, with %v", owner(t, b), listed(t, b))
		}
	})
}

// TestRestoreFindsItsFiles restores the rows of a portal whose bucket is still there, and
// before somebody else's bucket.
func TestRestoreFindsItsFiles(t *testing.T) {
	b, id, f := withFile(t, func(c *portald.Config) { c.S3 = aBucket(t) })
	if b.Postgres() != "" {
		t.Skip("of SQLite")
	}
	into, data := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "restored")
	if _, err := portald.Backup(t.Context(), portald.Config{Data: b.Folder(), S3: b.S3()}, into); err != nil {
		t.Fatal(err)
	}
	b.Down()
	a, _, _ := withFile(t, func(c *portald.Config) { c.S3 = aBucket(t) })
	before := listed(t, a)
	if _, err := portald.Restore(t.Context(), portald.Config{Data: data, S3: a.S3()}, into, 1000); err == nil || !slices.Equal(before, listed(t, a)) {
		t.Errorf("restored into another portal's bucket, which has %v: %v", listed(t, a), err)
	}
	if made, err := os.ReadDir(data); err != nil || len(made) > 0 { // rows that nobody has readied would be served
		t.Errorf("what was refused left %v, %v", made, err)
	}
	if _, err := portald.Restore(t.Context(), portald.Config{Data: data, S3: b.S3()}, into, 1000); err != nil {
		t.Fatal(err)
	}
	b.Change(func(c *portald.Config) { c.Data = data })
	b.Up()
	b.Sweep()
	b.call(claire, http.MethodGet, pathOf(id)+"/files/"+f.ID, nil).want(http.StatusOK)
}

// TestFilesComeLater starts the rows of a portal before the copy of its files is there.
func TestFilesComeLater(t *testing.T) {
	from, to := aBucket(t), aBucket(t)
	b, id, f := withFile(t, func(c *portald.Config) { c.S3 = from })
	whose := owner(t, b)
	b.Down()
	b.Change(func(c *portald.Config) { c.S3 = to })
	b.Up()
	if got := owner(t, b); got != whose {
		t.Errorf("it is %q's", got)
	}
	b.Down()
	s3test.Copy(t, *from, *to)
	b.Up()
	b.Sweep()
	b.call(claire, http.MethodGet, pathOf(id)+"/files/"+f.ID, nil).want(http.StatusOK)
}
