package support

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

const (
	mark     = "CANARI-5f1c"
	crasher  = "--crasher"          // a program that is watched, and ends as it is told
	diary    = "GUICHET_TEST_DIARY" // a file: one line for each of its starts
	howToEnd = "GUICHET_TEST_END"   // for each start one way, with blanks between them
)

// TestMain is the test, the monitor, or the program that it watches.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 1 && os.Args[1] == MonitorArgument:
		os.Exit(Watch(os.Stdin))
	case len(os.Args) > 1 && os.Args[1] == crasher:
		crash()
	}
	os.Exit(m.Run())
}

// crash is that program: it starts a monitor, writes down that it was started, and ends.
func crash() {
	data := os.Args[2]
	before, _ := os.ReadFile(os.Getenv(diary)) // none the first time
	starts := strings.Count(string(before), "\n")
	w := Watched{Data: data, Version: "1.2.3", Lang: "en", Program: os.Args[0], Args: []string{crasher, data, "--portal=https://p.example"}}
	m, err := StartMonitor(os.Args[0], []string{MonitorArgument}, w)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	f, err := os.OpenFile(os.Getenv(diary), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintln(f, strings.Join(os.Args[3:], " "), os.Getenv(Restarts))
	}
	if err != nil {
		os.Exit(4)
	}
	ways := strings.Fields(os.Getenv(howToEnd))
	if starts >= len(ways) {
		m.Stop()
		os.Exit(0)
	}
	m.Minimised(strings.HasPrefix(ways[starts], "minimised"))
	go end(m, strings.TrimPrefix(ways[starts], "minimised-"))
	time.Sleep(time.Minute)
	os.Exit(5)
}

type typed struct{ Subject string }

func (t typed) Error() string {
	return "save: " + t.Subject + "\ngoroutine 1 [running]:\nmain." + mark + "()\n\t/" + mark + ".go:1"
}

func end(m *Monitor, how string) {
	var none map[string]int
	index := len(os.Args) + 90
	switch how {
	case "text":
		panic("save " + mark + "\nfatal error: " + mark)
	case "error":
		panic(typed{mark})
	case "struct":
		panic(struct{ Name string }{mark})
	case "spoof":
		panic("runtime error: index out of range " + mark)
	case "index":
		fmt.Println(os.Args[index])
	case "nil":
		//lint:ignore SA5000 the fault is what is tried
		none[mark] = 1
	case "wait":
		select {}
	case "exit":
		os.Exit(7)
	case "clean":
		m.Stop()
		os.Exit(0)
	}
}
