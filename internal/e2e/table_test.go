package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// printTable prints fault by step by outcome; steps with the same outcome stand
// together. An outcome is what the desk said while the fault was there; "=" is
// nothing: it took no notice. Behind "|" stands what several faults in a row
// came to where that is another thing, and behind "+" what a person had to do.
// In the end everything was received, unless it says otherwise.
func printTable(t *testing.T, outcomes []outcome) {
	t.Helper()
	fields := map[string]string{}
	var bad tallied
	var took []time.Duration
	slices.SortFunc(outcomes, func(a, b outcome) int { return a.times - b.times })
	for _, o := range outcomes {
		bad.lost, bad.doubled, bad.altered = bad.lost+o.lost, bad.doubled+o.doubled, bad.altered+o.altered
		took = append(took, o.took)
		key := o.fault.Name + " " + string(o.step)
		text := o.field()
		switch had := fields[key]; had {
		case "":
			fields[key] = text
		case text:
		default:
			fields[key] = had + " | " + text
		}
	}
	var out strings.Builder
	for _, f := range Faults {
		if groups := alike(f.Steps, func(s Step) string { return fields[f.Name+" "+string(s)] }); len(groups) > 0 {
			fmt.Fprintf(&out, "%-17s%s\n", f.Name, strings.Join(groups, "; "))
		}
	}
	slices.Sort(took)
	if len(took) > 0 {
		fmt.Fprintf(&out, "from the heal to the receipt: median %.1f s, p95 %.1f s, longest %.1f s\n",
			took[len(took)/2].Seconds(), took[len(took)*95/100].Seconds(), took[len(took)-1].Seconds())
	}
	fmt.Fprintf(&out, "%d cells, %d lost, %d doubled, %d altered", len(outcomes), bad.lost, bad.doubled, bad.altered)
	t.Logf("fault, step, what the desk said\n%s", &out)
}

// alike puts the steps of one outcome together.
func alike(steps []Step, outcome func(Step) string) (groups []string) {
	var order []string
	by := map[string][]string{}
	for _, s := range steps {
		text := outcome(s)
		if text == "" {
			continue // not among what ran
		}
		if by[text] == nil {
			order = append(order, text)
		}
		by[text] = append(by[text], string(s))
	}
	for _, text := range order {
		groups = append(groups, strings.Join(by[text], " ")+": "+text)
	}
	return groups
}

func (o outcome) field() string {
	text := o.between
	if o.person != "" {
		text += " + " + o.person
	}
	if len(o.late) > 0 {
		text += fmt.Sprintf(", the late one is answered %v", o.late)
	}
	if o.lost+o.doubled+o.altered > 0 {
		text += fmt.Sprintf(" LOST %d DOUBLED %d ALTERED %d", o.lost, o.doubled, o.altered)
	}
	return text
}
