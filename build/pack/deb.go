package main

import (
	"fmt"
	"os"
	"time"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb" // the packager
	"github.com/goreleaser/nfpm/v2/files"
)

// deb makes a Debian package of a folder. What it is called, needs and says of
// itself stands in config.
func deb(config, stage, out, arch, version string, epoch int64) error {
	values := map[string]string{"STAGE": stage, "VERSION": version, "ARCH": arch}
	parsed, err := nfpm.ParseFileWithEnvMapping(config, func(name string) string { return values[name] })
	if err != nil {
		return fmt.Errorf("read %s: %w", config, err)
	}
	info, err := parsed.Get("deb")
	if err != nil {
		return fmt.Errorf("read %s: %w", config, err)
	}
	info.MTime = time.Unix(epoch, 0).UTC()
	info = nfpm.WithDefaults(info)
	packager, err := nfpm.Get("deb")
	if err == nil {
		err = nfpm.PrepareForPackager(info, "deb")
	}
	if err != nil {
		return fmt.Errorf("prepare package: %w", err)
	}
	for _, c := range info.Contents {
		if c.Type == files.TypeSymlink {
			c.FileInfo.Mode = 0o777 // as every system shows it
		}
	}
	return write(out, func(f *os.File) error { return packager.Package(info, f) })
}
