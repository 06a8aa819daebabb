package disk

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// shares are the file systems of other machines, by their magic number (statfs(2)).
var shares = map[uint32]string{
	unix.NFS_SUPER_MAGIC: "nfs", unix.SMB_SUPER_MAGIC: "smb", unix.CIFS_SUPER_MAGIC: "cifs", unix.SMB2_SUPER_MAGIC: "smb",
	unix.AFS_FS_MAGIC: "afs", unix.AFS_SUPER_MAGIC: "afs", unix.CODA_SUPER_MAGIC: "coda", unix.NCP_SUPER_MAGIC: "ncp", unix.V9FS_MAGIC: "9p",
	unix.CEPH_SUPER_MAGIC: "ceph",
}

// ownFuse are file systems of programs that keep files on this PC all the same.
var ownFuse = []string{"fuseblk", "fuse.ntfs", "fuse.ntfs-3g", "fuse.exfat", "fuse.mergerfs", "fuse.fuse-overlayfs", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs", "fuse.lxcfs", "fuse"}

func placeOf(path string) Ground {
	if name := cloudIn(path); name != "" {
		return Ground{GroundCloud, name}
	}
	var fs unix.Statfs_t
	if unix.Statfs(path, &fs) != nil {
		return Ground{Kind: GroundLocal}
	}
	return groundOf(uint32(fs.Type), func() string { return mountType(path) })
}

// groundOf judges a file system; of one that a program has, kind tells which.
func groundOf(magic uint32, kind func() string) Ground {
	if name, ok := shares[magic]; ok {
		return Ground{GroundNetwork, name}
	}
	if magic != unix.FUSE_SUPER_MAGIC {
		return Ground{Kind: GroundLocal}
	}
	is := kind()
	for _, own := range ownFuse {
		if is == own {
			return Ground{Kind: GroundLocal}
		}
	}
	if is == "" {
		return Ground{Kind: GroundLocal} // nobody says that it is elsewhere
	}
	return Ground{GroundNetwork, strings.TrimPrefix(is, "fuse.")}
}

// mountType is the type of the file system that a path lies in, as the kernel lists it.
func mountType(path string) string {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return ""
	}
	defer f.Close()
	best, kind := "", ""
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 5 {
			continue
		}
		at := unescaped.Replace(fields[4])
		if !within(path, at) || len(at) < len(best) {
			continue
		}
		for i, field := range fields {
			if field == "-" && i+1 < len(fields) {
				best, kind = filepath.Clean(at), fields[i+1]
			}
		}
	}
	return kind
}

// unescaped undoes how mountinfo writes blanks.
var unescaped = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
