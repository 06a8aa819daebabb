package sqlite

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"guichet/internal/desk"
)

func names(tb testing.TB, dir string) []string {
	tb.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		tb.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestBackup(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	backups := filepath.Join(dir, "backups")
	s := open(t, dir)
	backup := func(t *testing.T, now time.Time, want bool) {
		t.Helper()
		if made, err := s.Backup(ctx, now); err != nil || made != want {
			t.Fatalf("%s: made %t, %v", now.Format(time.DateTime), made, err)
		}
	}
	day := time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)
	t.Run("IsADatabaseWithEverything", func(t *testing.T) {
		d := save(t, s, newDraft(t))
		backup(t, day, true)
		if got := names(t, backups); !slices.Equal(got, []string{"2026-11-25.db"}) {
			t.Fatalf("%v", got)
		}
		other := t.TempDir()
		if err := os.CopyFS(other, os.DirFS(backups)); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(other, "2026-11-25.db"), filepath.Join(other, "guichet.db")); err != nil {
			t.Fatal(err)
		}
		if got, err := open(t, other).Draft(ctx, d.ID); err != nil || got.Values["subject"] != d.Values["subject"] {
			t.Errorf("%v, %v", got.Values["subject"], err)
		}
	})
	t.Run("OnceADay", func(t *testing.T) {
		backup(t, day.Add(10*time.Hour), false)
		backup(t, time.Date(2026, 11, 26, 0, 30, 0, 0, time.FixedZone("CET", 3600)), false) // 23:30 UTC
	})
	t.Run("SevenAreKept", func(t *testing.T) {
		for i := 1; i <= 9; i++ {
			backup(t, day.AddDate(0, 0, i), true)
		}
		got := names(t, backups)
		if len(got) != 7 || got[0] != "2026-11-28.db" || got[6] != "2026-12-04.db" {
			t.Errorf("%v", got)
		}
	})
	t.Run("AClockThatWasWrong", func(t *testing.T) {
		backup(t, day.AddDate(70, 0, 0), true)
		backup(t, day.AddDate(0, 0, 10), true)
		got := names(t, backups)
		if len(got) != 6 && len(got) != 7 || got[len(got)-1] != "2026-12-05.db" {
			t.Errorf("%v", got)
		}
	})
	t.Run("UnfinishedOnesGo", func(t *testing.T) {
		if err := os.WriteFile(filepath.Join(backups, "2026-12-06.db.part"), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		backup(t, day.AddDate(0, 0, 11), true)
		if slices.ContainsFunc(names(t, backups), func(n string) bool { return filepath.Ext(n) != ".db" }) {
			t.Errorf("%v", names(t, backups))
		}
	})
	t.Run("CopiesBeforeMigrationsGoLater", func(t *testing.T) {
		path := filepath.Join(backups, "schema-1.db")
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, day, day); err != nil {
			t.Fatal(err)
		}
		backup(t, day.AddDate(0, 0, 12), true)
		if !slices.Contains(names(t, backups), "schema-1.db") {
			t.Error("gone too soon")
		}
		backup(t, day.AddDate(0, 0, 31), true)
		if slices.Contains(names(t, backups), "schema-1.db") {
			t.Error("kept for ever")
		}
	})
	t.Run("CutShort", func(t *testing.T) {
		ended, cancel := context.WithCancel(ctx)
		cancel()
		before := names(t, backups)
		if made, err := s.Backup(ended, day.AddDate(0, 0, 40)); err == nil || made {
			t.Errorf("made %t, %v", made, err)
		}
		if got := names(t, backups); !slices.Equal(got, before) {
			t.Errorf("%v", got)
		}
	})
}

// A clock that was put back makes the backups that are there look as if they
// were still to come. They stay until there are enough others.
func TestBackupWhenTheClockWasPutBack(t *testing.T) {
	ctx := context.Background()
	day := time.Date(2026, 11, 25, 8, 0, 0, 0, time.UTC)
	for name, clock := range map[string]time.Time{
		"ByADay":        day.AddDate(0, 0, 5),
		"EmptyBattery":  time.Date(2015, 1, 1, 0, 0, 30, 0, time.UTC),
		"ByMoreThanAll": day.AddDate(0, 0, -backupsKept-1),
		"ByAlmostAll":   day.AddDate(0, 0, 1),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			backup := func(now time.Time) []string {
				t.Helper()
				if _, err := s.Backup(ctx, now); err != nil {
					t.Fatal(err)
				}
				return names(t, filepath.Join(dir, "backups"))
			}
			var good []string
			for i := range backupsKept {
				good = backup(day.AddDate(0, 0, i))
			}
			got := backup(clock)
			for _, b := range good {
				if !slices.Contains(got, b) {
					t.Errorf("%s is gone, of %v there is %v", b, good, got)
				}
			}
			// The clock is right again.
			if got := backup(day.AddDate(0, 0, backupsKept-1)); !slices.Equal(got, good) {
				t.Errorf("%v, want %v", got, good)
			}
			// Or what looked wrong was right.
			for i := range backupsKept {
				got = backup(clock.AddDate(0, 0, i))
			}
			today := clock.AddDate(0, 0, backupsKept-1).Format(time.DateOnly) + ".db"
			if len(got) != backupsKept || slices.ContainsFunc(got, func(b string) bool { return b > today }) {
				t.Errorf("after a week by that clock: %v", got)
			}
		})
	}
}

// Saving goes on while a backup is made.
func TestBackupIsInNobodysWay(t *testing.T) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	body := make([]byte, 1<<20)
	for range 25 { // 25 MB, so that it takes a while
		tell(t, s, "INSERT INTO catalogue (version, etag, body, fetched_at) VALUES ((SELECT coalesce(max(version), 0)+1 FROM catalogue), '', ?, 0)", body)
	}
	d := save(t, s, newDraft(t))
	var group sync.WaitGroup
	done := make(chan struct{})
	group.Go(func() {
		defer close(done)
		if made, err := s.Backup(ctx, at); err != nil || !made {
			t.Errorf("made %t, %v", made, err)
		}
	})
	saves, longest := 0, time.Duration(0)
	for over := false; !over; {
		began := time.Now()
		d.Values = desk.Values{"subject": began.String()}
		d = save(t, s, d)
		longest = max(longest, time.Since(began))
		saves++
		select {
		case <-done:
			over = true
		default:
		}
	}
	group.Wait()
	t.Logf("%d saves meanwhile, the longest took %s", saves, longest.Round(time.Millisecond))
	if saves < 3 {
		t.Errorf("only %d saves while the backup was made", saves)
	}
}
