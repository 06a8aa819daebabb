package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sizes are those of the files of a log, and their sum.
func sizes(t *testing.T, data string) (all []int64, sum int64) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(data, "logs"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			continue // it has just been dropped
		}
		all, sum = append(all, info.Size()), sum+info.Size()
	}
	return all, sum
}

// TestLogIsBounded writes far more than is kept.
func TestLogIsBounded(t *testing.T) {
	o := alone(t)
	line := strings.Repeat("x", 1000)
	for range 9000 {
		o.app.log.Info().Msg(line)
	}
	const file, files = 1 << 20, 5
	await(t, "old files are dropped", func() bool { all, _ := sizes(t, o.data); return len(all) <= files })
	all, sum := sizes(t, o.data)
	for _, size := range all {
		if size > file {
			t.Errorf("a file of %d bytes", size)
		}
	}
	if sum > files*file || sum < 2*file {
		t.Errorf("%d files of %d bytes", len(all), sum)
	}
	o.app.log.Info().Msg("the last line")
	body, err := os.ReadFile(filepath.Join(o.data, "logs", "guichet.log"))
	if err != nil || !strings.Contains(string(body), "the last line") {
		t.Errorf("not in the newest file: %v", err)
	}
	for _, m := range members(t, o.report(t)) {
		if len(m.Text) > 2*file {
			t.Errorf("%s has %d bytes in a report", m.Name, len(m.Text))
		}
	}
}

// A log that cannot be written is nobody's fault: everything else goes on.
func TestLogThatCannotBeWritten(t *testing.T) {
	data := t.TempDir()
	put(t, filepath.Join(data, "logs"), []byte("a file in the place of the folder"))
	var o *office
	said := captured(t, func() {
		o = open(t, data, nobody, "")
		id, revision := o.write(t, content())
		o.app.log.Error().Msg("dropped")
		if d := must(o.drafts.Open(id))(t); d.Revision != revision {
			t.Errorf("%+v", d)
		}
	})
	if said != "" {
		t.Errorf("it complains: %s", said)
	}
	bare(t, o.report(t), data)
}
