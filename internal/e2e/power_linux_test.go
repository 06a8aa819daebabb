package e2e

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The power goes while a desk writes drafts, files and requests, and while the
// portal receives them. A power cut is a file system of their own that is shut
// down without its log being flushed: what was not synced is gone, as it would
// be from a disk. Nothing that either has acknowledged may be missing then.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	// With one disk under everything a name that nobody has synced reaches it
	// with the next commit of the database, which shares the disk's log. With a
	// disk of their own for the files, each has to be synced by whoever made it.
	t.Run("OneDisk", func(t *testing.T) { powerCuts(t, Rounds(20, 200), "desk", "portal") })
	t.Run("FilesOnTheirOwn", func(t *testing.T) { powerCuts(t, Rounds(30, 300), "desk/files", "portal/files", "desk", "portal") })
}

func powerCuts(t *testing.T, rounds int, names ...string) {
	rnd, root, began := Rand(t), t.TempDir(), time.Now()
	var disks []*disk
	for _, name := range names {
		disks = append(disks, newDisk(t, filepath.Join(root, name)))
	}
	t.Cleanup(func() { unmountAll(t, disks) }) // before they are detached
	desk, server := filepath.Join(root, "desk"), filepath.Join(root, "portal")
	c := newClerk(t.TempDir(), 4, rnd)
	listen, told := ownAddress(t), 0
	for i := range rounds {
		mountAll(t, disks)
		err := c.afterPowerCut(t, desk, server)
		if err == nil {
			p, url := startPortalChild(t, server, listen)
			d := startDesk(t, desk, url)
			err = c.untilPowerCut(t, d, p, disks, i == 0, rnd)
		}
		unmountAll(t, disks)
		if err != nil {
			t.Fatalf("round %d of %d: %v", i+1, rounds, err)
		}
	}
	mountAll(t, disks)
	if err := c.afterPowerCut(t, desk, server); err != nil {
		t.Fatal(err)
	}
	for _, p := range c.papers() {
		if p.number != "" {
			told++
		}
	}
	p, url := startPortalChild(t, server, listen)
	d := startDesk(t, desk, url)
	if err := c.reread(d.bridge); err != nil {
		t.Fatal(err)
	}
	c.drain(t, d.bridge, 90*time.Second)
	a := c.count(t, url)
	d.kill()
	p.kill()
	unmountAll(t, disks)
	t.Logf("%d power cuts, %d saves acknowledged, %d submits, %d files, %d numbers told before a cut; %d requests at the portal; lost %d, doubled %d; %.0f s",
		rounds, c.done.saves.Load(), c.done.submits.Load(), c.done.files.Load(), told, a.received, a.lost, a.doubled, time.Since(began).Seconds())
	if told == 0 {
		t.Error("no cut ever came after a number")
	}
}

// afterPowerCut looks at both disks before anything runs on them.
func (c *clerk) afterPowerCut(t *testing.T, desk, server string) error {
	t.Helper()
	f, err := lookIntoDesk(t, desk, hashes{})
	if err = errors.Join(err, c.holdAgainst(f)); err != nil {
		return fmt.Errorf("desk: %w", err)
	}
	if f, err = lookIntoPortal(t, server); err != nil {
		return err
	}
	for _, p := range c.papers() {
		if p.number != "" && f.numbers[p.id] != p.number {
			return fmt.Errorf("LOST: the desk was told number %s of %s, the portal has %q", p.number, p.id, f.numbers[p.id])
		}
		for _, o := range p.files {
			if p.number != "" && f.sums[o.id] != o.sum {
				return fmt.Errorf("LOST: request %s has its number, and the portal lacks a file", p.id)
			}
		}
	}
	return nil
}

// untilPowerCut is one life of desk and portal.
func (c *clerk) untilPowerCut(t *testing.T, d *deskProcess, p *program, disks []*disk, first bool, rnd *rand.Rand) error {
	t.Helper()
	defer p.kill()
	defer d.kill()
	if first {
		awaitKnown(t, d.bridge)
	}
	if err := c.reread(d.bridge); err != nil {
		return fmt.Errorf("started again: %w\n%s", err, d.why())
	}
	stop := c.work(d.bridge)
	power := time.NewTimer(50*time.Millisecond + upTo(rnd, 600*time.Millisecond))
	defer power.Stop()
	select {
	case <-power.C:
	case <-d.gone:
		return fmt.Errorf("the desk ended by itself: %s", d.why())
	}
	d.freeze(t)
	p.freeze(t)
	for _, disk := range disks {
		disk.cut(t)
	}
	d.kill()
	p.kill()
	return stop()
}

// freeze stops a process where it is: whatever it would make of a disk that
// answers no more is nothing that a power cut leaves time for.
func (p *program) freeze(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(unix.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for {
		var info unix.Siginfo
		err := unix.Waitid(unix.P_PID, p.cmd.Process.Pid, &info, unix.WSTOPPED|unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return // it has stopped, or it is dead
		}
	}
}

// disk is a small xfs in a file: of the file systems here, xfs is the one that
// is strict about what was not synced.
type disk struct {
	loop, dir string
	mounted   bool
}

const diskSize = 300 << 20 // bytes, the least that mkfs.xfs takes; the file is sparse

// newDisk makes a disk whose place is dir, or skips where none can be made.
func newDisk(t *testing.T, dir string) *disk {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("a power cut needs the right to mount")
	}
	for _, tool := range []string{"mkfs.xfs", "losetup"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("a power cut needs %s (packages xfsprogs and mount)", tool)
		}
	}
	image := filepath.Join(t.TempDir(), "disk")
	if err := os.WriteFile(image, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(image, diskSize); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mkfs.xfs", "-q", image).CombinedOutput(); err != nil {
		t.Fatalf("mkfs.xfs: %v %s", err, out)
	}
	out, err := exec.Command("losetup", "--find", "--show", image).Output()
	if err != nil {
		t.Skipf("a power cut needs a loop device: %v", err)
	}
	d := &disk{loop: strings.TrimSpace(string(out)), dir: dir}
	t.Cleanup(func() {
		if out, err := exec.Command("losetup", "--detach", d.loop).CombinedOutput(); err != nil {
			t.Errorf("losetup: %v %s", err, out)
		}
	})
	return d
}

// mountAll mounts the disks, the one that holds the place of another first;
// unmountAll is the other way round.
func mountAll(t *testing.T, disks []*disk) {
	t.Helper()
	for i := range disks {
		d := disks[len(disks)-1-i]
		if err := os.MkdirAll(d.dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := unix.Mount(d.loop, d.dir, "xfs", 0, ""); errors.Is(err, unix.ENODEV) {
			t.Skip("a power cut needs xfs in the kernel")
		} else if err != nil {
			t.Fatalf("mount: %v", err) // recovery of its log has failed, or there is no right to mount
		}
		d.mounted = true
	}
}

func unmountAll(t *testing.T, disks []*disk) {
	t.Helper()
	for _, d := range disks {
		if d.mounted {
			d.unmount(t)
		}
	}
}

func (d *disk) unmount(t *testing.T) {
	t.Helper()
	busy := error(nil)
	awaitWithin(t, 10*time.Second, func() string { return fmt.Sprintf("unmount: %v", busy) }, func() bool {
		busy = unix.Unmount(d.dir, 0) // the dead may hold it for a moment
		return busy == nil
	})
	d.mounted = false
}

// What xfs calls "going down": ioctl and the flag that leaves the log as it is.
const (
	xfsGoingDown  = 0x8004587d
	xfsNoLogFlush = 2
)

// cut takes the power from the disk: what it has not been told to keep is gone.
func (d *disk) cut(t *testing.T) {
	t.Helper()
	f, err := os.Open(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := unix.IoctlSetPointerInt(int(f.Fd()), xfsGoingDown, xfsNoLogFlush); err != nil {
		t.Fatalf("shut the file system down: %v", err)
	}
}
