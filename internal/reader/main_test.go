package reader

import (
	"bufio"
	"os"
	"testing"
	"time"

	"guichet/internal/desk"
)

// TestMain makes the test's own program the child, and one that misbehaves under the
// name of a fault.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 || os.Args[1] != Argument {
		os.Exit(m.Run())
	}
	fault := ""
	if len(os.Args) > 2 {
		fault = os.Args[2]
	}
	os.Exit(misbehave(fault))
}

func misbehave(fault string) int {
	say := teller{bufio.NewWriter(os.Stdout)}
	found := func() {
		_ = say.say(sayProgress, progress{Done: 6, Total: 9, At: desk.Place{Page: 7}})
		_ = say.say(sayFinding, desk.Finding{Kind: "nir", Tail: "42"})
	}
	switch fault {
	case "count": // it leaves a file for each time that it was started
		if f, err := os.CreateTemp(os.Args[3], ""); err == nil {
			_ = f.Close()
		}
	case "":
		return Serve(os.Stdin, os.Stdout)
	case "hang": // it does not even read what it is given
		found()
		<-time.After(time.Hour)
	case "spin":
		found()
		for n := 0; ; n++ {
		}
	case "eat":
		found()
		var all [][]byte
		for range 4096 {
			piece := make([]byte, 1<<20)
			for i := range piece {
				piece[i] = 1
			}
			all = append(all, piece)
			time.Sleep(time.Millisecond)
		}
		return len(all[0]) % 2
	case "crash":
		found()
		panic("of the test")
	case "babble":
		found()
		for {
			if _, err := os.Stdout.Write([]byte("https://example.org/ ")); err != nil {
				return 1
			}
		}
	case "flood": // it speaks well, and without an end
		for n := 0; ; n++ {
			if say.say(sayFinding, desk.Finding{Kind: "nir", Place: desk.Place{Line: n}}) != nil {
				return 1
			}
		}
	case "bytes": // it makes more than anybody asked for
		for {
			if say.bytes(make([]byte, maxMessage)) != nil {
				return 1
			}
		}
	}
	return 3
}
