package app

import (
	"reflect"
	"testing"

	"guichet/internal/support"
)

// After a crash the program comes back at the same settings, and does not do again what
// it was started for.
func TestWatched(t *testing.T) {
	a := New(Config{Data: "/data", Version: "1.2.3"})
	w := a.watched("/guichet", Order{
		Flags: map[string]string{"portal": "https://p.example", "data": "/data"}, New: true, Files: []string{"/a.pdf"}, Request: "x", Minimised: true,
	})
	want := support.Watched{
		Data: "/data", Version: "1.2.3", Lang: "fr", Program: "/guichet", Args: []string{"--data=/data", "--portal=https://p.example"}, Minimised: true,
	}
	if !reflect.DeepEqual(w, want) {
		t.Errorf("%+v", w)
	}
	if order, err := ParseOrder(append(w.Args, "--minimised"), "/"); err != nil || order.New || !order.Minimised || len(order.Flags) != 2 {
		t.Errorf("%+v, %v", order, err)
	}
	for _, args := range [][]string{{"guichet"}, {"guichet", "--watch", "x"}, {"guichet", "--minimised"}} {
		if IsMonitor(args) {
			t.Error(args)
		}
	}
	a.noteMinimised(true) // nobody watches here
}
