package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// linux makes the .deb and the archive, of the same files.
func (p product) linux(ctx context.Context) error {
	stage, err := filepath.Abs(filepath.Join(p.tmp, "linux"))
	if err != nil {
		return err
	}
	if err := p.stage(stage); err != nil {
		return fmt.Errorf("lay out the package: %w", err)
	}
	texts := filepath.Join(p.tmp, "notices-linux.txt")
	if err := p.notices(ctx, "guichet", texts); err != nil {
		return err
	}
	body, err := os.ReadFile(texts)
	if err != nil {
		return err
	}
	if err := putFile(filepath.Join(stage, "usr", "share", "doc", "guichet", "licences.txt.gz"), zipped(body), 0o644); err != nil {
		return err
	}
	deb := filepath.Join(p.out, p.deb())
	err = step{env: []string{"GOARCH=" + runtime.GOARCH}}.do(ctx, tool(), "deb", "-in", filepath.Join("build", "linux", "nfpm.yaml"), "-stage", filepath.Join(stage, "usr"),
		"-out", deb, "-arch", runtime.GOARCH, "-version", p.version, "-epoch", strconv.FormatInt(p.epoch, 10))
	if err != nil {
		return err
	}
	// What is unpacked by hand belongs to whoever did it.
	if err := putFile(filepath.Join(stage, "usr", "lib", "guichet", "install.json"), installed("user", "tar"), 0o644); err != nil {
		return err
	}
	name := fmt.Sprintf("guichet-%s-linux-%s", p.version, runtime.GOARCH)
	if err := copyFile(filepath.Join("build", "linux", "INSTALL.md"), filepath.Join(stage, "usr", "INSTALL.md"), 0o644); err != nil {
		return err
	}
	return p.archive(filepath.Join(stage, "usr"), name, filepath.Join(p.out, name+".tar.gz"))
}

// deb is the name of the package as Debian writes it: what comes before a release
// is marked by a tilde.
func (p product) deb() string {
	return fmt.Sprintf("guichet_%s_%s.deb", p.debVersion(), runtime.GOARCH)
}

func (p product) debVersion() string { return strings.Replace(p.version, "-", "~", 1) }

// installed is install.json beside the program: who updates it depends on how it came.
func installed(scope, kind string) []byte {
	return fmt.Appendf(nil, "{\"scope\":%q,\"kind\":%q}\n", scope, kind)
}

// stage lays the files out as they will lie below /.
func (p product) stage(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	usr := filepath.Join(dir, "usr")
	lib, share := filepath.Join(usr, "lib", "guichet"), filepath.Join(usr, "share")
	from := filepath.Join("build", "linux")
	errs := []error{
		copyFile(filepath.Join(p.out, "guichet"), filepath.Join(lib, "guichet"), 0o755),
		putFile(filepath.Join(lib, "install.json"), installed("machine", "deb"), 0o644),
		copyFile(filepath.Join(from, "guichet.desktop"), filepath.Join(share, "applications", "guichet.desktop"), 0o644),
		copyFile(filepath.Join(from, "copyright"), filepath.Join(share, "doc", "guichet", "copyright"), 0o644),
		copyFile(filepath.Join("build", "icon", "guichet.svg"), filepath.Join(share, "icons", "hicolor", "scalable", "apps", "guichet.svg"), 0o644),
		os.MkdirAll(filepath.Join(usr, "bin"), 0o755),
		os.Symlink("../lib/guichet/guichet", filepath.Join(usr, "bin", "guichet")),
	}
	for _, n := range []int{16, 24, 32, 48, 64, 128, 256, 512} {
		size := fmt.Sprintf("%dx%d", n, n)
		errs = append(errs, copyFile(filepath.Join(p.icons(), strconv.Itoa(n)+".png"), filepath.Join(share, "icons", "hicolor", size, "apps", "guichet.png"), 0o644))
	}
	for page, to := range map[string]string{"guichet.1": "man1", "guichet.fr.1": "fr/man1"} {
		body, err := os.ReadFile(filepath.Join(from, page))
		errs = append(errs, err, putFile(filepath.Join(share, "man", to, "guichet.1.gz"), zipped(p.filled(body)), 0o644))
	}
	body, err := os.ReadFile(filepath.Join(from, "metainfo.xml"))
	errs = append(errs, err, putFile(filepath.Join(share, "metainfo", "fr.guichet.Guichet.metainfo.xml"), p.filled(body), 0o644))
	// Folders too, whatever the umask says: the archive keeps it.
	errs = append(errs, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			err = os.Chmod(path, 0o755)
		}
		return err
	}))
	return errors.Join(errs...)
}

// filled puts version and date into a text.
func (p product) filled(body []byte) []byte {
	date := time.Unix(p.epoch, 0).UTC().Format(time.DateOnly)
	return []byte(strings.NewReplacer("@VERSION@", p.version, "@DATE@", date).Replace(string(body)))
}

// zipped is gzip without name and time.
func zipped(body []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // a level that exists
	_, _ = w.Write(body)                                    // into memory
	_ = w.Close()
	return out.Bytes()
}

// archive packs a folder below one folder with this name: sorted, of nobody in
// particular, with the time of the package.
func (p product) archive(dir, name, to string) (err error) {
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	zip, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	w := tar.NewWriter(zip)
	err = filepath.WalkDir(dir, func(file string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		return p.entry(w, file, path.Join(name, filepath.ToSlash(rel)), e)
	})
	return errors.Join(err, w.Close(), zip.Close(), f.Close())
}

func (p product) entry(w *tar.Writer, file, name string, e fs.DirEntry) error {
	info, err := e.Info()
	if err != nil {
		return err
	}
	target := ""
	if info.Mode()&fs.ModeSymlink != 0 {
		if target, err = os.Readlink(file); err != nil {
			return err
		}
	}
	h, err := tar.FileInfoHeader(info, target)
	if err != nil {
		return err
	}
	h.Name, h.Uid, h.Gid, h.Uname, h.Gname = name, 0, 0, "root", "root"
	h.ModTime, h.AccessTime, h.ChangeTime, h.Format = time.Unix(p.epoch, 0), time.Time{}, time.Time{}, tar.FormatPAX
	if info.IsDir() {
		h.Name += "/"
	}
	if err := w.WriteHeader(h); err != nil || !info.Mode().IsRegular() {
		return err
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	_, err = w.Write(body)
	return err
}
