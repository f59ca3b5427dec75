package flows

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// ideaLife is what a test says of two people.
type ideaLife struct {
	names  map[string]Value
	landed []dated
	taken  map[string]time.Time
	at     time.Time
}

var ideaDay = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) // a Wednesday

func number(n int) Value        { return Value{T: Scale, N: n} }
func choice(s string) Value     { return Value{T: OneOf, S: s} }
func several(s ...string) Value { return Value{T: Multi, L: s} }

func daysBefore(n int) time.Time { return ideaDay.Add(-time.Duration(n) * day) }

// life is somebody who broke trust, in a phase, of whom nothing else is known; with further names and values.
func life(phase string, more map[string]Value) ideaLife {
	names := map[string]Value{"person.phase": choice(phase), "person.role": choice("repairing")}
	maps.Copy(names, more)
	return ideaLife{names: names, at: ideaDay}
}

func (w ideaLife) scoring(list *List, id string) *scoring {
	return &scoring{
		get:     func(name string) (Value, bool) { v, ok := w.names[name]; return v, ok },
		history: func(string) []dated { return w.landed },
		item:    list.ByID[id],
		list:    list,
		taken:   func(id string) time.Time { return w.taken[id] },
		at:      w.at,
	}
}

func (w ideaLife) allowed(list *List, id string) bool {
	return scorers["ideas"].allowed(w.scoring(list, id))
}

func (w ideaLife) score(list *List, id string) int {
	return scorers["ideas"].score(w.scoring(list, id))
}

func shippedList(t testing.TB, name string) *List {
	t.Helper()
	lib, err := LoadShipped()
	if err != nil || lib.Lists[name] == nil {
		t.Fatal("no list", name, err)
	}
	return lib.Lists[name]
}

// TestIdeasReach counts how far the shipped ideas reach. A change of the file or of a filter shows here.
func TestIdeasReach(t *testing.T) {
	list := shippedList(t, "ideas")
	columns := []map[string]Value{
		{},
		{"person.touch": number(2), "you.touch": number(2)},
		{"person.apart": {T: YesNo, S: "yes"}},
		{"person.access": several("no_sight")},
		{"person.access": several("no_speech")},
		{"me.minutes": choice("quarter")},
		{"person.money": number(0)},
		{"person.role": choice("unspecified")},
		{"person.role": choice("unspecified"), "person.apart": {T: YesNo, S: "yes"}},
	}
	for phase, want := range map[string][]int{
		"safety": {29, 29, 17, 20, 23, 12, 23, 17, 11},
		"atone":  {47, 47, 30, 30, 31, 23, 39, 23, 15},
		"attune": {69, 72, 44, 41, 38, 34, 54, 40, 26},
		"attach": {65, 70, 39, 31, 31, 29, 48, 45, 29},
		"growth": {65, 69, 38, 31, 30, 29, 47, 46, 29},
	} {
		var got []int
		for _, column := range columns {
			n, w := 0, life(phase, column)
			for _, it := range list.Items {
				if w.allowed(list, it.ID) {
					n++
				}
			}
			got = append(got, n)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", phase, got, want)
		}
	}
}

// TestIdeasAreWhole: every shipped idea says all that is read of it, in words that are read.
func TestIdeasAreWhole(t *testing.T) {
	words := map[string]string{
		"cat": "words touch dates cooking curiosity service play memory growth", "by": "repairing both",
		"phases": "safety atone attune attach growth", "place": "home out anywhere remote", "ld": "true false", "kids": "ok join apart",
		"access": "low_energy low_mobility no_speech quiet no_hearing no_sight", "gift": "true", "alone": "true",
		"needs": "seen safe prioritised known cared_for supported playful desired respected hopeful",
	}
	most := map[string]int{"cost": 3, "min": 180, "effort": 3, "intensity": 5, "touch": 3}
	list := shippedList(t, "ideas")
	if len(list.Items) != 88 {
		t.Errorf("%d ideas", len(list.Items))
	}
	for _, it := range list.Items {
		if !it.has("cat", "by", "phases", "cost", "min", "effort", "place", "ld", "kids", "access", "intensity", "touch", "needs") {
			t.Errorf("%s leaves something out", it.ID)
		}
		if it.has("note") == it.has("alone") {
			t.Errorf("%s has to say whether it reaches the partner: a note, or alone", it.ID)
		}
		for field, v := range it.Fields {
			known := strings.Fields(words[field])
			switch {
			case field == "caution", field == "note":
			case v.T == Scale:
				if n, ok := most[field]; !ok || v.N < 0 || v.N > n {
					t.Errorf("%s: %s is %d", it.ID, field, v.N)
				}
			case v.L == nil && !slices.Contains(known, v.S), v.L != nil && (len(v.L) == 0 || !contained(v.L, known)):
				t.Errorf("%s: %s is %q %q", it.ID, field, v.S, v.L)
			}
		}
		if touch := it.Fields["touch"].N > 0; touch && (slices.Contains(it.Fields["phases"].L, "safety") || slices.Contains(it.Fields["phases"].L, "atone")) {
			t.Errorf("%s touches too early", it.ID)
		}
	}
}

// oneIdea is a list of one idea that fits everywhere, and is more of everything than the least.
func oneIdea(change map[string]Value) *List {
	fields := map[string]Value{"cat": {T: Text, S: "words"}, "by": {T: Text, S: "both"}, "phases": several("safety", "atone", "attune"),
		"cost": number(1), "min": number(20), "effort": number(2), "ld": {T: Text, S: "true"}, "access": several("quiet"),
		"intensity": number(2), "touch": number(0), "needs": several("seen", "safe")}
	maps.Copy(fields, change)
	maps.DeleteFunc(fields, func(_ string, v Value) bool { return v.T == "" })
	it := &Item{ID: "A", Fields: fields}
	return &List{Items: []*Item{it}, ByID: map[string]*Item{"A": it}}
}

var isYes, isNo = Value{T: YesNo, S: "yes"}, Value{T: YesNo, S: "no"}

func words(s string) Value { return Value{T: Text, S: s} }

// ideaFilters break one filter each, or only just do not.
var ideaFilters = map[string]struct {
	phase      string
	item, life map[string]Value
	taken      int // days ago
	want       bool
}{
	"all fits":               {"safety", nil, map[string]Value{"person.tender": isNo, "person.new_breach": isNo, "person.apart": isYes, "person.access": several("quiet")}, 0, true},
	"other phase":            {"attach", nil, nil, 0, false},
	"parting":                {"parting", map[string]Value{"phases": several("parting")}, nil, 0, false},
	"solo":                   {"solo", map[string]Value{"phases": several("solo")}, nil, 0, false},
	"no phase":               {"", map[string]Value{"phases": several("")}, nil, 0, false},
	"tender":                 {"safety", nil, map[string]Value{"person.tender": isYes}, 0, false},
	"new breach":             {"safety", nil, map[string]Value{"person.new_breach": isYes}, 0, false},
	"not for the hurt":       {"safety", map[string]Value{"by": words("repairing")}, map[string]Value{"person.role": choice("hurt")}, 0, false},
	"for both roles":         {"safety", map[string]Value{"by": words("repairing")}, map[string]Value{"person.role": choice("both")}, 0, true},
	"for an unnamed role":    {"safety", map[string]Value{"by": words("repairing")}, map[string]Value{"person.role": {}}, 0, false},
	"touch, nothing said":    {"attune", map[string]Value{"touch": number(1)}, nil, 0, false},
	"touch, I alone":         {"attune", map[string]Value{"touch": number(1)}, map[string]Value{"person.touch": number(3)}, 0, false},
	"touch, you alone":       {"attune", map[string]Value{"touch": number(1)}, map[string]Value{"you.touch": number(3)}, 0, false},
	"touch, both less":       {"attune", map[string]Value{"touch": number(2)}, map[string]Value{"person.touch": number(3), "you.touch": number(1)}, 0, false},
	"touch, both":            {"attune", map[string]Value{"touch": number(2)}, map[string]Value{"person.touch": number(2), "you.touch": number(2)}, 0, true},
	"too intense, safety":    {"safety", map[string]Value{"intensity": number(3)}, nil, 0, false},
	"too intense, atone":     {"atone", map[string]Value{"intensity": number(4)}, nil, 0, false},
	"too intense, attune":    {"attune", map[string]Value{"intensity": number(5)}, nil, 0, false},
	"intense enough, attune": {"attune", map[string]Value{"intensity": number(4)}, nil, 0, true},
	"gift, safety":           {"safety", map[string]Value{"gift": words("true")}, nil, 0, false},
	"gift, atone":            {"atone", map[string]Value{"gift": words("true")}, nil, 0, false},
	"gift, attune":           {"attune", map[string]Value{"gift": words("true")}, nil, 0, true},
	"my pause":               {"safety", nil, map[string]Value{"person.paused": several("play", "words")}, 0, false},
	"your pause":             {"safety", nil, map[string]Value{"you.paused": several("words")}, 0, false},
	"other pauses":           {"safety", nil, map[string]Value{"you.paused": several("play"), "person.paused": several("touch")}, 0, true},
	"apart":                  {"safety", map[string]Value{"ld": words("false")}, map[string]Value{"person.apart": isYes}, 0, false},
	"together":               {"safety", map[string]Value{"ld": words("false")}, map[string]Value{"person.apart": isNo}, 0, true},
	"no sight":               {"safety", nil, map[string]Value{"person.access": several("quiet", "no_sight")}, 0, false},
	"money":                  {"safety", nil, map[string]Value{"person.money": number(0)}, 0, false},
	"a quarter":              {"safety", nil, map[string]Value{"me.minutes": choice("quarter")}, 0, false},
	"an hour":                {"safety", nil, map[string]Value{"me.minutes": choice("hour")}, 0, true},
	"more than an hour":      {"safety", map[string]Value{"min": number(61)}, map[string]Value{"me.minutes": choice("hour")}, 0, false},
	"any time":               {"safety", map[string]Value{"min": number(600)}, map[string]Value{"me.minutes": choice("any")}, 0, true},
	"13 days, safety":        {"safety", nil, nil, 13, false},
	"14 days, safety":        {"safety", nil, nil, 14, true},
	"13 days, atone":         {"atone", nil, nil, 13, false},
	"44 days, attune":        {"attune", nil, nil, 44, false},
	"45 days, attune":        {"attune", nil, nil, 45, true},
	"says not how intense":   {"safety", map[string]Value{"intensity": {}}, nil, 0, false},
	"says not whose":         {"safety", map[string]Value{"cat": {}}, nil, 0, false},
}

func TestEveryFilterOfIdeas(t *testing.T) {
	for name, c := range ideaFilters {
		w := life(c.phase, c.life)
		maps.DeleteFunc(w.names, func(_ string, v Value) bool { return v.T == "" })
		if c.taken > 0 {
			w.taken = map[string]time.Time{"A": daysBefore(c.taken)}
		}
		if got := w.allowed(oneIdea(c.item), "A"); got != c.want {
			t.Errorf("%s: allowed is %v", name, got)
		}
	}
}
