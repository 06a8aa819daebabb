package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/disk/disktest"
	"guichet/internal/privacy"
)

// stuff fills the disk to the last byte; what it returns gives the room back.
func stuff(tb testing.TB, root string) (free func()) {
	tb.Helper()
	path := filepath.Join(root, "stuff")
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	b := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(b)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			tb.Fatal(err)
		}
	}
}

func hasBallast(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "ballast"))
	return err == nil
}

// small is a closed database on a disk of 8 MB, with a draft in it.
func small(tb testing.TB, ballast bool) (root, dir string, d desk.Draft) {
	tb.Helper()
	root = disktest.Small(tb, "8m")
	dir = filepath.Join(root, "Guichet")
	s := open(tb, dir)
	d = save(tb, s, newDraft(tb))
	if ballast {
		if err := s.KeepBallast(context.Background()); err != nil || !hasBallast(dir) {
			tb.Fatalf("no ballast: %v", err)
		}
	}
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	return root, dir, d
}

func TestFullDiskAtTheStart(t *testing.T) {
	ctx := context.Background()
	t.Run("ErrDiskFullWithoutBallast", func(t *testing.T) {
		root, dir, d := small(t, false)
		free := stuff(t, root)
		if s, err := Open(ctx, dir, privacy.Plain{}); !errors.Is(err, desk.ErrDiskFull) {
			t.Fatalf("open: %v %v", s, err)
		}
		free()
		if got, err := open(t, dir).Draft(ctx, d.ID); err != nil || got.Revision != d.Revision {
			t.Errorf("%d, %v", got.Revision, err)
		}
	})
	t.Run("OpensAndSavesWithBallast", func(t *testing.T) {
		root, dir, d := small(t, true)
		defer stuff(t, root)()
		s := open(t, dir)
		for range 50 {
			d.Values = desk.Values{"subject": fmt.Sprint(d.Revision), "description": text}
			d = save(t, s, d)
		}
		if hasBallast(dir) {
			t.Error("the ballast is still there")
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestFullDiskMeanwhile(t *testing.T) {
	ctx := context.Background()
	root, dir, d := small(t, true)
	s := open(t, dir)
	free := stuff(t, root)
	// What is on the way goes with the ballast, unnoticed.
	saved, saves := d, 0
	var err error
	for err == nil {
		d = saved
		d.Values = desk.Values{"subject": fmt.Sprint(saves), "description": text}
		if d, err = s.SaveDraft(ctx, d, at); err == nil {
			saved, saves = d, saves+1
		}
		if saves > 20_000 {
			t.Fatal("the disk is never full")
		}
	}
	t.Logf("%d saves of 2 kB went with the ballast", saves)
	if !errors.Is(err, desk.ErrDiskFull) || hasBallast(dir) || saves < 50 {
		t.Errorf("after %d saves: %v", saves, err)
	}
	if got, err := s.Draft(ctx, saved.ID); err != nil || got.Revision != saved.Revision || got.Values["subject"] != saved.Values["subject"] {
		t.Errorf("what was acknowledged: revision %d of %d, %v", got.Revision, saved.Revision, err)
	}
	if err := s.KeepBallast(context.Background()); err != nil || hasBallast(dir) {
		t.Errorf("ballast on a full disk: %v", err)
	}
	if made, err := s.Backup(ctx, at); made || !errors.Is(err, desk.ErrDiskFull) {
		t.Errorf("backup on a full disk: %t, %v", made, err)
	}
	if got := names(t, filepath.Join(dir, "backups")); len(got) > 0 {
		t.Errorf("left behind: %v", got)
	}
	free()
	d = saved
	d.Values = desk.Values{"subject": "room again"}
	d = save(t, s, d)
	submit(t, s, d)
	if err := s.KeepBallast(context.Background()); err != nil || !hasBallast(dir) {
		t.Errorf("no ballast: %v", err)
	}
	if made, err := s.Backup(ctx, at); err != nil || !made {
		t.Errorf("%t, %v", made, err)
	}
}

// The ballast is no reason for a full disk.
func TestNoBallastWhereRoomIsShort(t *testing.T) {
	dir := filepath.Join(disktest.Small(t, "3m"), "Guichet")
	s := open(t, dir)
	if err := s.KeepBallast(context.Background()); err != nil || hasBallast(dir) {
		t.Errorf("took a third of what is left: %v", err)
	}
	if got := names(t, dir); slices.Contains(got, "ballast.part") {
		t.Errorf("left behind: %v", got)
	}
}

// A submission that meets a full disk goes with the ballast, once.
func TestFullDiskAtSubmission(t *testing.T) {
	root, dir, d := small(t, true)
	s := open(t, dir)
	defer stuff(t, root)()
	for i := 0; hasBallast(dir); i++ {
		d = save(t, s, d)
		d.Values = desk.Values{"subject": fmt.Sprint(i), "description": text}
		if i > 20_000 {
			t.Fatal("the disk is never full")
		}
	}
	q := submit(t, s, d)
	if again, err := s.Submit(context.Background(), d.ID, d.Revision, at, freeze); err != nil || again.ID != q.ID {
		t.Errorf("%v", err)
	}
	sound(t, s)
}

func TestFullDiskAtAMigration(t *testing.T) {
	ctx := context.Background()
	root := disktest.Small(t, "1m")
	dir := filepath.Join(root, "Guichet")
	if err := os.CopyFS(dir, os.DirFS(released(t, 1))); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "guichet.db")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	schema, rows := dump(t, path)
	// Room for the log and its memory, but not for a copy.
	room := filepath.Join(root, "room")
	if err := os.WriteFile(room, make([]byte, len(before)/2+48<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	free := stuff(t, root)
	if err := os.Remove(room); err != nil {
		t.Fatal(err)
	}
	if s, err := Open(ctx, dir, privacy.Plain{}); !errors.Is(err, desk.ErrDiskFull) || !strings.Contains(err.Error(), "copy before migration") {
		t.Fatalf("open: %v %v", s, err)
	}
	if got := names(t, filepath.Join(dir, "backups")); len(got) > 0 {
		t.Errorf("left behind: %v", got)
	}
	free()
	if s, r := dump(t, path); s != schema || r != rows {
		t.Error("it was changed")
	}
	open(t, dir)
}

// A damaged database on a full disk stays where it is until there is room.
func TestFullDiskAtAMending(t *testing.T) {
	ctx := context.Background()
	root := disktest.Small(t, "6m")
	x := newSite(t, random(t), 30, false, 0)
	x.edit(t, func(b []byte) []byte { clear(b[:100]); return b })
	from := x.dir
	x.dir = filepath.Join(root, "Guichet")
	if err := os.CopyFS(x.dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	spoilt, err := os.ReadFile(x.path())
	if err != nil {
		t.Fatal(err)
	}
	free := stuff(t, root)
	for range 2 {
		if s, err := Open(ctx, x.dir, privacy.Plain{}); !errors.Is(err, desk.ErrDiskFull) {
			t.Fatalf("open: %v %v", s, err)
		}
		if now, err := os.ReadFile(x.path()); err != nil || !slices.Equal(now, spoilt) {
			t.Fatalf("it was changed: %v", err)
		}
		if got := names(t, x.dir); !slices.Equal(got, []string{"guichet.db", "guichet.lock"}) {
			t.Errorf("left behind: %v", got)
		}
	}
	free()
	s, now := healed(t, x.dir)
	if sc := x.judge(t, s, now); sc.kept != sc.had {
		t.Errorf("%d of %d", sc.kept, sc.had)
	}
}

// The same while it is in use: everybody gets the reason, until a later mending
// succeeds.
func TestFullDiskAtAMendingMeanwhile(t *testing.T) {
	ctx := context.Background()
	root := disktest.Small(t, "6m")
	x := newSite(t, random(t), 30, false, 0)
	from := x.dir
	x.dir = filepath.Join(root, "Guichet")
	if err := os.CopyFS(x.dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	s := open(t, x.dir)
	free := stuff(t, root)
	if err := s.Mend(ctx); !errors.Is(err, desk.ErrDiskFull) {
		t.Fatalf("mend: %v", err)
	}
	if _, err := s.SaveDraft(ctx, newDraft(t), at); !errors.Is(err, desk.ErrDiskFull) {
		t.Errorf("save: %v", err)
	}
	if _, err := s.Drafts(ctx, "claire", All); !errors.Is(err, desk.ErrDiskFull) {
		t.Errorf("list: %v", err)
	}
	free()
	if err := s.Mend(ctx); err != nil {
		t.Fatal(err)
	}
	if sc := x.judge(t, s, mustState(t, s)); sc.kept != sc.had || sc.lost+sc.gaps > 0 {
		t.Errorf("%+v", sc)
	}
}

func TestReadOnlyDisk(t *testing.T) {
	ctx := context.Background()
	root, dir, d := small(t, false)
	readOnly := func(t *testing.T) {
		if err := syscall.Mount("", root, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			t.Skipf("cannot remount: %v", err)
		}
	}
	writable := func(t *testing.T) {
		if err := syscall.Mount("", root, "", syscall.MS_REMOUNT, ""); err != nil {
			t.Fatal(err)
		}
	}
	readOnly(t)
	for _, path := range []string{dir, filepath.Join(root, "New")} {
		if s, err := Open(ctx, path, privacy.Plain{}); !errors.Is(err, desk.ErrReadOnly) {
			t.Errorf("open: %v %v", s, err)
		}
	}
	writable(t)
	s := open(t, dir)
	if got, err := s.Draft(ctx, d.ID); err != nil || got.Revision != d.Revision {
		t.Errorf("%d, %v", got.Revision, err)
	}
}
