package flows

import (
	"slices"
	"strings"
	"testing"
)

// TestGraphHasEveryStepAndWay: a picture shows the steps and ways that coverage counts, and no others.
func TestGraphHasEveryStepAndWay(t *testing.T) {
	lib := shippedLibrary(t)
	for _, f := range lib.ordered() {
		g, ok := lib.Graph(f.Name)
		if !ok {
			t.Fatalf("no graph of %s", f.Name)
		}
		var got []Covered
		ids := map[string]int{}
		for _, n := range g.Nodes {
			if ids[n.ID]++; ids[n.ID] > 1 {
				t.Errorf("%s: two nodes are called %s", f.Name, n.ID)
			}
			if n.Step != "" {
				got = append(got, Covered{Flow: f.Name, Step: n.Step})
				if n.Text == "" && n.Kind != string(KEnd) && n.Kind != string(KChoose) && n.Kind != string(KRun) && n.Kind != string(KSleep) && n.Kind != string(KShow) && n.Kind != string(KList) && n.Kind != string(KPick) {
					t.Errorf("%s: step %s, a %s, says nothing", f.Name, n.ID, n.Kind)
				}
			}
		}
		for _, e := range g.Edges {
			if ids[e.From] == 0 || ids[e.To] == 0 {
				t.Errorf("%s: an edge leads from %q to %q, and one of them is no node", f.Name, e.From, e.To)
			}
			if e.Way != (Way{}) {
				got = append(got, Covered{Flow: f.Name, Step: e.From, Way: e.Way})
				if e.Way.Kind != edgeThen && e.To != e.Way.To {
					t.Errorf("%s: the way %v leads to %s", f.Name, e.Way, e.To)
				}
			}
		}
		var want []Covered
		for _, x := range lib.ToCover() {
			if x.Flow == f.Name {
				want = append(want, x)
			}
		}
		sortCovered(got)
		sortCovered(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: the graph has\n%v\nand coverage knows\n%v", f.Name, got, want)
		}
	}
}

func sortCovered(all []Covered) {
	slices.SortFunc(all, func(a, b Covered) int {
		return strings.Compare(a.String()+a.Way.Kind+a.Way.Key, b.String()+b.Way.Kind+b.Way.Key)
	})
}

// TestMapHasEveryLink: what one flow says of another is a line on the map; whatever begins a flow stands in its box, or leads there.
func TestMapHasEveryLink(t *testing.T) {
	lib := shippedLibrary(t)
	g := lib.Map()
	var got []string
	led := map[string]bool{}
	for _, e := range g.Edges {
		got = append(got, e.From+" "+e.Kind+" "+e.To)
		led[e.To] = led[e.To] || e.Kind != EdgeMeets
	}
	for _, want := range []string{
		"welcome runs account_claim", "partner_claim runs partner_confirm", "question opens question_answer", "question_answer opens question_heard",
		"daily_checkin then low_safety", "boundary remind boundary_review", "promise remind promise_followup", "partner_offer meets partner_claim",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("the map does not show: %s", want)
		}
	}
	if len(g.Nodes) != len(lib.Flows) {
		t.Errorf("%d boxes for %d flows", len(g.Nodes), len(lib.Flows))
	}
	for _, n := range g.Nodes {
		if len(n.Entries) == 0 && !led[n.ID] {
			t.Errorf("nothing leads to %s", n.ID)
		}
	}
}

// TestGraphCrossesWhereDoorsAre: each door leads to the partner, and nothing else does.
func TestGraphCrossesWhereDoorsAre(t *testing.T) {
	lib := shippedLibrary(t)
	for _, f := range lib.ordered() {
		g, _ := lib.Graph(f.Name)
		there := map[string]bool{}
		for _, n := range g.Nodes {
			there[n.ID] = n.There
		}
		for _, e := range g.Edges {
			if e.Across() != (there[e.From] != there[e.To]) {
				t.Errorf("%s: the edge from %s to %s, a %s, crosses or does not", f.Name, e.From, e.To, e.Kind)
			}
		}
		for _, s := range f.Steps {
			crosses := slices.ContainsFunc(g.Edges, func(e GraphEdge) bool {
				return e.Across() && (e.From == s.ID || e.To == s.ID) && !strings.HasPrefix(e.From, "begin:")
			})
			want := s.Kind.door() && s.Kind != KRemove && s.Part != "quietly" || s.Kind == KBoth || s.Kind == KWaitFor || s.Kind == KPair || s.Kind == KShow
			if crosses != want {
				t.Errorf("%s: step %s, a %s, crosses: %v", f.Name, s.ID, s.Kind, crosses)
			}
		}
	}
}

func shippedLibrary(t testing.TB) *Library {
	t.Helper()
	lib, err := LoadShipped()
	if err != nil {
		t.Fatal(err)
	}
	return lib
}
