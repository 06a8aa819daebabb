package disk

import (
	"path/filepath"
	"testing"

	"guichet/internal/disk/disktest"

	"golang.org/x/sys/unix"
)

func TestGroundOf(t *testing.T) {
	for _, c := range []struct {
		name  string
		magic uint32
		mount string
		want  Ground
	}{
		{"NFS", unix.NFS_SUPER_MAGIC, "", Ground{GroundNetwork, "nfs"}},
		{"CIFS", unix.CIFS_SUPER_MAGIC, "", Ground{GroundNetwork, "cifs"}},
		{"SMB2", unix.SMB2_SUPER_MAGIC, "", Ground{GroundNetwork, "smb"}},
		{"SSHFS", unix.FUSE_SUPER_MAGIC, "fuse.sshfs", Ground{GroundNetwork, "sshfs"}},
		{"AnotherProgram", unix.FUSE_SUPER_MAGIC, "fuse.rclone", Ground{GroundNetwork, "rclone"}},
		{"NTFS", unix.FUSE_SUPER_MAGIC, "fuseblk", Ground{Kind: GroundLocal}},
		{"Encrypted", unix.FUSE_SUPER_MAGIC, "fuse.gocryptfs", Ground{Kind: GroundLocal}},
		{"Ext4", unix.EXT4_SUPER_MAGIC, "", Ground{Kind: GroundLocal}},
		{"Btrfs", unix.BTRFS_SUPER_MAGIC, "", Ground{Kind: GroundLocal}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if g := groundOf(c.magic, func() string { return c.mount }); g != c.want {
				t.Errorf("%+v", g)
			}
		})
	}
}

func TestMountType(t *testing.T) {
	dir := disktest.Small(t, "1m")
	if kind := mountType(filepath.Join(dir, "below")); kind != "tmpfs" {
		t.Errorf("%q", kind)
	}
	if free, err := Free(dir); err != nil || free <= 0 || free > 1<<20 {
		t.Errorf("%d bytes, %v", free, err)
	}
}
