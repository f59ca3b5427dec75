package flows

import (
	"slices"
	"testing"
	"time"
)

// fourIdeas are two of one category and two of others, of rising intensity.
func fourIdeas() *List {
	list := &List{ByID: map[string]*Item{}}
	for _, x := range []struct {
		id, cat           string
		effort, intensity int
		needs             []string
	}{
		{"A", "words", 1, 1, []string{"seen", "known"}}, {"B", "words", 3, 2, []string{"safe"}},
		{"C", "play", 1, 3, []string{"playful", "seen"}}, {"D", "service", 2, 4, []string{"supported"}},
	} {
		it := oneIdea(map[string]Value{"cat": {T: Text, S: x.cat}, "effort": number(x.effort), "intensity": number(x.intensity),
			"needs": several(x.needs...), "phases": several("attune", "growth")}).Items[0]
		it.ID = x.id
		list.Items, list.ByID[x.id] = append(list.Items, it), it
	}
	return list
}

func landed(days int, how string) dated { return dated{choice(how), daysBefore(days)} }

func TestOrderOfIdeas(t *testing.T) {
	const never = 300 * 60 / 14
	for name, c := range map[string]struct {
		life   map[string]Value
		taken  map[string]int // days ago
		landed []dated
		want   [4]int
	}{
		"nothing known": {want: [4]int{never, never, never, never}},
		"little energy": {life: map[string]Value{"me.energy": number(1)}, want: [4]int{never, never - 400, never, never - 200}},
		"needs": {life: map[string]Value{"you.needs": several("seen", "known", "safe")},
			want: [4]int{never + 2000, never + 1000, never + 1000, never}},
		"variety": {taken: map[string]int{"A": 14, "B": 70, "C": 1, "D": 200}, want: [4]int{300, 300, 300 / 14, never}},
		// Wednesday's Monday lies two days back: what was said since then waits.
		"not yet Monday": {taken: map[string]int{"C": 4}, landed: []dated{landed(1, "warm")}, want: [4]int{never, never, 1200 / 14, never}},
		"warm": {taken: map[string]int{"C": 14}, landed: []dated{landed(10, "warm")},
			want: [4]int{never + 200, never, 300 + 3*200, never}}, // its category and both needs, of which one is A's as well
		"taken too long before": {taken: map[string]int{"C": 28}, landed: []dated{landed(10, "warm")}, want: [4]int{never, never, 600, never}},
		"each tag once":         {taken: map[string]int{"A": 14, "C": 14}, landed: []dated{landed(10, "nice")}, want: [4]int{300 + 300, 300 + 100, 300 + 300, never}},
		"twice, then not for me": {taken: map[string]int{"D": 14}, landed: []dated{landed(13, "warm"), landed(12, "warm"), landed(11, "not_for_me")},
			// 200, 360, 288 - 100, for the category and the need
			want: [4]int{never, never, never, 300 + 2*188}},
		"neutral draws towards nothing": {taken: map[string]int{"D": 14}, landed: []dated{landed(13, "warm"), landed(12, "neutral")},
			want: [4]int{never, never, never, 300 + 2*160}},
		"half after 60 days": {taken: map[string]int{"D": 72}, landed: []dated{landed(70, "too_soon")}, want: [4]int{never, never, never, never - 2*100}},
		"half again":         {taken: map[string]int{"D": 131}, landed: []dated{landed(130, "warm")}, want: [4]int{never, never, never, never + 2*50}},
		"gone":               {taken: map[string]int{"D": 3000}, landed: []dated{landed(2999, "warm")}, want: [4]int{never, never, never, never}},
		"no such rating":     {taken: map[string]int{"D": 14}, landed: []dated{landed(10, "great")}, want: [4]int{never, never, never, 300}},
	} {
		w := life("attune", c.life)
		w.landed, w.taken = c.landed, map[string]time.Time{}
		for id, days := range c.taken {
			w.taken[id] = daysBefore(days)
		}
		var got [4]int
		for i, it := range fourIdeas().Items {
			got[i] = w.score(fourIdeas(), it.ID)
		}
		if got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestIdeasThatCameTooSoon(t *testing.T) {
	for name, c := range map[string]struct {
		phase  string
		taken  map[string]int
		landed []dated
		want   string // what is still allowed
	}{
		"nothing":                      {"attune", nil, nil, "ABCD"},
		"C too soon, at once":          {"growth", map[string]int{"C": 50}, []dated{landed(0, "too_soon")}, "ABCD"}, // not about C
		"its kind, and more intense":   {"growth", map[string]int{"B": 3}, []dated{landed(1, "too_soon")}, ""},
		"after a week its kind again":  {"growth", map[string]int{"B": 12}, []dated{landed(8, "too_soon")}, "A"},
		"the least intense counts":     {"growth", map[string]int{"C": 12, "D": 12}, []dated{landed(8, "too_soon")}, "AB"},
		"after two weeks all":          {"growth", map[string]int{"B": 46}, []dated{landed(14, "too_soon")}, "ABCD"},
		"other ratings keep none back": {"growth", map[string]int{"B": 46}, []dated{landed(1, "not_for_me")}, "ABCD"},
		"twice within three weeks":     {"attune", nil, []dated{landed(60, "too_soon"), landed(50, "warm"), landed(39, "too_soon")}, "ABC"},
		"twice, far apart":             {"attune", nil, []dated{landed(60, "too_soon"), landed(38, "too_soon")}, "ABCD"},
		"thrice is no lower":           {"attune", nil, []dated{landed(60, "too_soon"), landed(59, "too_soon"), landed(58, "too_soon")}, "ABC"},
		"what is still to come":        {"attune", nil, []dated{landed(-1, "too_soon"), landed(-2, "too_soon")}, "ABCD"},
	} {
		w := life(c.phase, nil)
		w.landed, w.taken = c.landed, map[string]time.Time{}
		for id, days := range c.taken {
			w.taken[id] = daysBefore(days)
		}
		got := ""
		for _, it := range fourIdeas().Items {
			if w.allowed(fourIdeas(), it.ID) {
				got += it.ID
			}
		}
		if got != c.want {
			t.Errorf("%s: allowed are %q, want %q", name, got, c.want)
		}
	}
}

// TestScorersReadWhatTheySay: a score function asks for no name that it does not declare, and declares none in vain.
func TestScorersReadWhatTheySay(t *testing.T) {
	list, s := shippedList(t, "ideas"), scorers["ideas"]
	asked := map[string]bool{}
	w := life("growth", nil)
	for _, it := range list.Items {
		x := w.scoring(list, it.ID)
		get := x.get
		x.get = func(name string) (Value, bool) { asked[name] = true; return get(name) }
		x.history = func(name string) []dated { asked[name] = true; return nil }
		s.allowed(x)
		s.score(x)
	}
	if got, want := keysOf(asked), slices.Sorted(slices.Values(s.reads)); !slices.Equal(got, want) {
		t.Errorf("asked for %q, declared %q", got, want)
	}
}

func TestMonday(t *testing.T) {
	for at, want := range map[string]string{
		"2026-03-02T00:00:00Z": "2026-03-02", "2026-03-01T23:59:59Z": "2026-02-23", "2026-03-08T12:00:00Z": "2026-03-02",
		"2026-03-02T00:30:00+01:00": "2026-02-23",
	} {
		x, err := time.Parse(time.RFC3339, at)
		if got := monday(x).Format("2006-01-02 15:04:05 MST"); err != nil || got != want+" 00:00:00 UTC" {
			t.Errorf("%s: %s, %v", at, got, err)
		}
	}
}

// BenchmarkIdeas allows and scores all ideas once, after a year with two ratings a week.
func BenchmarkIdeas(b *testing.B) {
	list := shippedList(b, "ideas")
	w := life("growth", nil)
	w.taken = map[string]time.Time{}
	for i, it := range list.Items {
		w.taken[it.ID] = daysBefore(46 + 3*i)
	}
	for i := range 104 {
		w.landed = append(w.landed, landed(365-i*7/2, "warm"))
	}
	for b.Loop() {
		for _, it := range list.Items {
			w.allowed(list, it.ID)
			w.score(list, it.ID)
		}
	}
}
