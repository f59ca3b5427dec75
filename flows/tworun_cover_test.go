package flows

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// coverage counts what a did in silence, in which flow, while the two lives differed. A search that never gets to a place
// shows nothing about it.
type coverage struct {
	cells    map[string]map[string]int // act, flow
	taps     map[string]int            // open acts after the lives had parted
	pairs    map[string]int            // flow: pairs of lives in which a did something in it
	within   map[string]bool           // flows of the pair under way
	messages int                       // to b
	again    int                       // of them, questions shown again after a gap
	forms    int                       // of them, with a form
}

func newCoverage() *coverage {
	return &coverage{cells: map[string]map[string]int{}, taps: map[string]int{}, pairs: map[string]int{}, within: map[string]bool{}}
}

// Columns for when a is in no flow.
const (
	noFlow  = "(none)"
	stopped = "(stopped)"
	left    = "(left)"
)

// silent counts a deed before it is done.
func (c *coverage) silent(l *twoLives, w *sim, d deed) {
	if !l.differ {
		return
	}
	s, p := w.person("a")
	flow := noFlow
	switch {
	case p == nil:
	case p.Stopped:
		flow = stopped
	default:
		if t := p.focus(); t != nil {
			flow = t.top().Flow
		} else if len(p.Tracks) > 0 {
			flow = p.Tracks[len(p.Tracks)-1].top().Flow
		} else if _, other := l.w[0].person("b"); p.Welcomed && other != nil && s.Couple.Since.IsZero() {
			flow = left
		}
	}
	c.within[flow] = true
	c.count(d.what, flow, 1)
	if d.token != "" && d.text == "" {
		c.count("a tap", flow, 1)
	}
}

func (c *coverage) count(act, flow string, n int) {
	if c.cells[act] == nil {
		c.cells[act] = map[string]int{}
	}
	c.cells[act][flow] += n
}

func (c *coverage) open(what string, differ bool) {
	if differ {
		c.taps[what]++
	}
}

// pair ends the count of one pair of lives.
func (c *coverage) pair() {
	for flow := range c.within {
		c.pairs[flow]++
	}
	clear(c.within)
}

func (c *coverage) add(d *coverage) {
	for act, row := range d.cells {
		for flow, n := range row {
			c.count(act, flow, n)
		}
	}
	for what, n := range d.taps {
		c.taps[what] += n
	}
	for flow, n := range d.pairs {
		c.pairs[flow] += n
	}
	c.messages += d.messages
	c.again += d.again
	c.forms += d.forms
}

func (c *coverage) table() string {
	flows := slices.Sorted(maps.Keys(c.pairs))
	var b strings.Builder
	fmt.Fprintf(&b, "%-26s", "silent act, in flow")
	for _, f := range flows {
		fmt.Fprintf(&b, "%8.7s", strings.ReplaceAll(strings.TrimPrefix(f, "partner_"), "daily_", ""))
	}
	line := func(name string, row map[string]int) {
		fmt.Fprintf(&b, "\n%-26s", name)
		for _, f := range flows {
			if row[f] == 0 {
				fmt.Fprintf(&b, "%8s", ".")
				continue
			}
			fmt.Fprintf(&b, "%8d", row[f])
		}
	}
	line("pairs of lives", c.pairs)
	for _, act := range slices.Sorted(maps.Keys(c.cells)) {
		line(act, c.cells[act])
	}
	b.WriteString("\nopen acts while the lives differed:")
	for _, what := range slices.Sorted(maps.Keys(c.taps)) {
		fmt.Fprintf(&b, " %s %d,", what, c.taps[what])
	}
	return strings.TrimSuffix(b.String(), ",")
}

// atLeast says how often a row has to be there in a soak, in all flows together; 100 where nothing is said. What takes a
// rare place or several taps is rarer.
var atLeast = map[string]int{"start on my own": 5, "open act, having left": 10, "idea rated": 8, "idea taken": 50, "idea passed over": 50, "card later": 50, "card another day": 50,
	"take back left": 40, "danger held": 50}

// check fails where the search has looked too little.
func (c *coverage) check(t *testing.T, soak bool) {
	t.Helper()
	if c.messages < 1000 {
		t.Errorf("b got %d messages: the lives are too dull to show a leak", c.messages)
	}
	if c.again < 20 || c.forms < 20 {
		t.Errorf("b got %d questions again after a gap, and %d forms", c.again, c.forms)
	}
	if !soak {
		return
	}
	for act, row := range c.cells {
		sum := 0
		for _, n := range row {
			sum += n
		}
		need, ok := atLeast[act]
		if !ok {
			need = 100
		}
		if sum < need {
			t.Errorf("%s: %d times, not %d", act, sum, need)
		}
	}
	for name := range mustShipped(t).Flows {
		if atOnce[name] { // nothing can be done while it says its line
			continue
		}
		if c.pairs[name] < 40 {
			t.Errorf("flow %s: entered in %d pairs of lives", name, c.pairs[name])
		}
		for _, act := range append(everywhereActs[1:], "a tap") {
			if c.cells[act][name] == 0 {
				t.Errorf("%s in %s: never", act, name)
			}
		}
	}
}

// stores says how what is kept for b differs, or "": nothing that a hides may wait there to be seen later. The ids of cards
// are left out: they say nothing, and b never gets them.
func (l *twoLives) stores() string {
	var kept [2]string
	for k, w := range l.w {
		s, p := w.person("b")
		if p == nil {
			continue
		}
		couple := s.work()
		(&run{lib: w.lib, ev: Event{At: w.now}}).expire(&couple) // or it waits for the next step of whoever is left in it
		p, _ = couple.Person(p.ID)
		q := p.clone()
		for i := range q.Inbox {
			q.Inbox[i].ID = ""
		}
		for i := range q.Coming {
			q.Coming[i].ID = ""
		}
		for i := range q.Shown {
			q.Shown[i].ID = ""
		}
		var journal []Entry
		for _, id := range keysOf(w.kept) {
			if w.kept[id].Person == p.ID {
				journal = append(journal, w.kept[id])
			}
		}
		text, err := json.Marshal([]any{s.Unit, couple.Couple, q, journal})
		if err != nil {
			w.t.Fatal(err)
		}
		kept[k] = string(text)
	}
	if kept[0] != kept[1] {
		return fmt.Sprintf("of b is kept in one life\n  %s\nand in the other\n  %s", kept[0], kept[1])
	}
	return ""
}
