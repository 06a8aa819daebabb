package e2e

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/app"
	"guichet/internal/disk/disktest"

	"golang.org/x/sys/unix"
)

// What a person may be told of a disk that fails: of what they write, and of a
// file.
var diskCodes = []string{"disk-full", "read-only", "internal", "storage-full", "not-stored", "unreadable"}

const diskFile = 200 << 10 // bytes of the file to attach

// acts are autosave, an attachment of 200 kB and the submit; behind them the
// outbox claims, sends and finishes.
func (h *hand) acts(b *bridge, p *paper, told map[string]int) error {
	for _, act := range []struct {
		name string
		do   func(*bridge, *paper) error
	}{{"autosave", h.save}, {"attach", h.attach}, {"submit", h.submit}} {
		err := act.do(b, p)
		switch code := codeOf(err); {
		case err == nil:
		case slices.Contains(diskCodes, code):
			told[act.name+": "+code]++
		case code == "conflict" && act.name == "submit":
			// The save before it has failed to the person, and reached the disk.
		default:
			return fmt.Errorf("%s: %w", act.name, err)
		}
	}
	return nil
}

// EIO and ENOSPC, at one write or fsync and from one on, for every one that
// the acts make.
func TestDiskFaults(t *testing.T) {
	t.Parallel()
	rnd, data, began := Rand(t), t.TempDir(), time.Now()
	portal := runPortal(t, nil)
	c := newClerk(t.TempDir(), 1, rnd)
	h := c.hands[0]
	h.size = diskFile
	d, disk := startFailing(t, data, portal.URL)
	awaitKnown(t, d.bridge)

	told, hits := map[string]int{}, map[string]int{}
	calls := h.countCalls(t, d.bridge, disk, told)
	plans := everyFault(calls, rnd)
	for i, plan := range plans {
		p := h.blank()
		if err := h.save(d.bridge, p); err != nil {
			t.Fatal(err)
		}
		disk.arm(plan)
		if err := h.acts(d.bridge, p, told); err != nil {
			t.Fatalf("%s: %v", plan, err)
		}
		disk.awaitHit(h.reached(d.bridge, p))
		_, hit := disk.heal()
		hits[hit]++
		if rnd.IntN(2) == 0 || plan.lasting && rnd.IntN(2) == 0 {
			d.kill()
			f, err := lookIntoDesk(t, data, hashes{})
			if err = errors.Join(err, c.holdAgainst(f)); err != nil {
				t.Fatalf("%s: %v", plan, err)
			}
			d, disk = startFailing(t, data, portal.URL)
		}
		if err := h.recover(d.bridge, p); err != nil {
			t.Fatalf("%s (%s), %d of %d: %v\n%s", plan, hit, i+1, len(plans), err, d.said.String())
		}
		c.drain(t, d.bridge, 30*time.Second)
	}
	a := c.count(t, portal.URL)
	t.Logf("%d faults of %d (%d calls in the acts), failed first: %v; told: %v; %d saves acknowledged, %d submits, %d files; %d requests at the portal; lost %d, doubled %d; %.0f s",
		len(plans), 4*calls, calls, hits, told, c.done.saves.Load(), c.done.submits.Load(), c.done.files.Load(), a.received, a.lost, a.doubled, time.Since(began).Seconds())
}

// countCalls tells how many calls the acts make on a good disk.
func (h *hand) countCalls(t *testing.T, b *bridge, disk *failing, told map[string]int) (calls int) {
	t.Helper()
	for range 3 { // the last one counts: a young database makes a few more
		disk.arm(fault{})
		if err := h.acts(b, h.blank(), told); err != nil {
			t.Fatal(err)
		}
		h.c.drain(t, b, 20*time.Second)
		disk.settled()
		calls, _ = disk.heal()
	}
	if len(told) > 0 || calls == 0 {
		t.Fatalf("%d calls, %v told of a good disk", calls, told)
	}
	return calls
}

// everyFault is each fault at each call in the long run, some of them in the
// short one.
func everyFault(calls int, rnd *rand.Rand) (all []fault) {
	for n := range calls {
		for _, errno := range []unix.Errno{unix.EIO, unix.ENOSPC} {
			all = append(all, fault{n + 1, errno, false}, fault{n + 1, errno, true})
		}
	}
	rnd.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:Rounds(min(40, len(all)), len(all))]
}

// reached tells whether a request has come to its end; a paper that is none has.
func (h *hand) reached(b *bridge, p *paper) func() bool {
	return func() bool {
		var r app.Request
		err := b.call("Requests.Open", &r, p.id)
		return p.stage != stagePromised || err == nil && r.Item.Status == "received"
	}
}

// recover holds everything against the journal, and sends what could not be.
func (h *hand) recover(b *bridge, p *paper) error {
	if err := h.c.reread(b); err != nil {
		return err
	}
	if p.stage != stageWritten {
		return nil
	}
	if err := h.save(b, p); err != nil {
		return fmt.Errorf("on a good disk: %w", err)
	}
	if err := h.submit(b, p); err != nil {
		return fmt.Errorf("on a good disk: %w", err)
	}
	return nil
}

// A small disk that is full a page further on each time, so that each write of
// the acts meets the end in its turn.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	rnd, began := Rand(t), time.Now()
	data := disktest.Small(t, "64m")
	portal := runPortal(t, nil)
	c := newClerk(t.TempDir(), 1, rnd)
	h := c.hands[0]
	h.size = diskFile
	told := map[string]int{}
	a, b := openDesk(t, data, portal.URL)
	awaitKnown(t, b)
	const most = 160 // pages: the file has 50, the log of the database grows by fewer than the rest
	pages := rnd.Perm(most)[:Rounds(30, most)]
	for i, free := range pages {
		p := h.blank()
		if err := h.save(b, p); err != nil {
			t.Fatal(err)
		}
		fill(t, data, free)
		if err := h.acts(b, p, told); err != nil {
			t.Fatalf("%d pages free: %v", free, err)
		}
		if rnd.IntN(3) == 0 { // it is started on the full disk
			a.Stop()
			a, b = openDesk(t, data, portal.URL)
			var items []app.Item
			if err := b.call("Requests.Outbox", &items); err != nil && codeOf(err) != "disk-full" {
				t.Fatalf("%d pages free, started: %v", free, err)
			}
		}
		drop(t, data)
		if rnd.IntN(2) == 0 {
			a.Stop()
			f, err := lookIntoDesk(t, data, hashes{})
			if err = errors.Join(err, c.holdAgainst(f)); err != nil {
				t.Fatalf("%d pages free: %v", free, err)
			}
			a, b = openDesk(t, data, portal.URL)
		}
		if err := h.recover(b, p); err != nil {
			t.Fatalf("%d pages free, %d of %d: %v", free, i+1, len(pages), err)
		}
		c.drain(t, b, 30*time.Second)
	}
	at := c.count(t, portal.URL)
	t.Logf("%d full disks of %d, told: %v; %d saves acknowledged, %d submits, %d files; %d requests at the portal; lost %d, doubled %d; %.0f s",
		len(pages), most, told, c.done.saves.Load(), c.done.submits.Load(), c.done.files.Load(), at.received, at.lost, at.doubled, time.Since(began).Seconds())
	if !slices.ContainsFunc(slices.Collect(maps.Keys(told)), func(s string) bool { return strings.HasSuffix(s, "-full") }) {
		t.Error("no disk was ever full")
	}
	if c.done.files.Load() == 0 {
		t.Error("no file was ever attached")
	}
}

// openDesk is a Guichet in this process, until the test ends.
func openDesk(t *testing.T, data, url string) (*app.App, *bridge) {
	t.Helper()
	a := app.New(plain(t, data, url, clerkID))
	a.Start(silentShell{})
	t.Cleanup(a.Stop)
	return a, bridgeTo(a)
}

const filler = "filler"

// fill leaves so many pages of a disk.
func fill(t *testing.T, dir string, pages int) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, filler))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for tries := 0; ; tries++ {
		var s unix.Statfs_t
		if err := unix.Statfs(dir, &s); err != nil {
			t.Fatal(err)
		}
		free := int64(s.Bavail) - int64(pages)
		if free <= 0 {
			return
		}
		// The desk, which has just started, may have written since it was measured.
		err := unix.Fallocate(int(f.Fd()), 0, 0, free*s.Bsize)
		if err == nil {
			return
		}
		if !errors.Is(err, unix.ENOSPC) || tries == 100 {
			t.Fatal(err)
		}
	}
}

// drop takes the filler away.
func drop(t *testing.T, dir string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, filler)); err != nil {
		t.Fatal(err)
	}
}
