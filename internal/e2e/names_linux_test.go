package e2e

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"guichet/app"
	safely "guichet/internal/disk"
)

// What has its name when that is told as done has it after a power cut that
// follows at once. Nothing else writes to this disk, so no other's commit
// brings the name along.
func TestPowerCutNames(t *testing.T) {
	t.Parallel()
	root := newDisk(t, filepath.Join(t.TempDir(), "disk"))
	disks := []*disk{root}
	t.Cleanup(func() { unmountAll(t, disks) }) // before it is detached
	var target string
	at := func(names ...string) string { return filepath.Join(append([]string{root.dir, target}, names...)...) }
	export := exporting(t, func() string { return at("kept") })
	for name, do := range map[string]func() error{
		"NotSynced": func() error { return os.Rename(at("part"), at("kept")) },
		"Publish":   func() error { return safely.Publish(t.Context(), at("part"), at("kept")) },
		"Rename": func() error {
			return errors.Join(safely.Rename(t.Context(), at("part"), at("kept")), safely.SyncDir(at()))
		},
		"MakeDir": func() error { return safely.MakeDir(at("kept", "in", "it")) },
		"Export":  export,
	} {
		t.Run(name, func(t *testing.T) {
			target = name
			mountAll(t, disks)
			if err := errors.Join(os.Mkdir(at(), 0o700), os.WriteFile(at("part"), []byte("all of it"), 0o600), safely.Sync(at("part")), safely.SyncDir(root.dir)); err != nil {
				t.Fatal(err)
			}
			if err := do(); err != nil {
				t.Fatal(err)
			}
			root.cut(t)
			unmountAll(t, disks)
			mountAll(t, disks)
			defer unmountAll(t, disks)
			got, err := os.ReadFile(at("kept"))
			switch name {
			case "NotSynced": // or the others prove nothing
				if !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("this disk keeps what nobody has synced: %v", err)
				}
			case "MakeDir":
				if _, err := os.Stat(at("kept", "in", "it")); err != nil {
					t.Errorf("LOST: %v", err)
				}
			case "Export":
				wholeZip(t, at("kept.zip"))
			default:
				if err != nil || string(got) != "all of it" {
					t.Errorf("LOST: holds %q, %v", got, err)
				}
			}
		})
	}
}

// savesAs is a host whose person always chooses that place.
type savesAs struct {
	silentShell
	path func() string
}

func (s savesAs) SaveFile(string, string) (string, error) { return s.path(), nil }

// exporting is a desk where a request with a file waits, and exports it to where
// path says, which gets its ending.
func exporting(t *testing.T, path func() string) func() error {
	t.Helper()
	portal := runPortal(t, nil)
	c := newClerk(t.TempDir(), 1, Rand(t))
	a := app.New(plain(t, t.TempDir(), portal.URL, clerkID))
	a.Start(savesAs{path: path})
	t.Cleanup(a.Stop)
	b, h := bridgeTo(a), c.hands[0]
	awaitKnown(t, b)
	portal.Down()
	p := h.blank()
	for _, act := range []func(*bridge, *paper) error{h.save, h.attach, h.submit} {
		if err := act(b, p); err != nil {
			t.Fatal(err)
		}
	}
	return func() error { return b.call("Outbox.Export", nil, p.id, "Exporter", "Demande", p.mark) }
}

// wholeZip reads a zip of two files to its end, where their sums are checked.
func wholeZip(t *testing.T, path string) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Errorf("LOST: %v", err)
		return
	}
	defer z.Close()
	for _, f := range z.File {
		r, err := f.Open()
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
		if err != nil {
			t.Errorf("LOST: %v", err)
		}
	}
	if len(z.File) != 2 {
		t.Errorf("LOST: it holds %d files of 2", len(z.File))
	}
}
