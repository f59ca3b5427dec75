package flows

import (
	"fmt"
	"maps"
	"strconv"
)

// Coverage is what transcripts have passed of a library.
type Coverage struct {
	lib *Library
	all []Covered
	had map[Covered]bool
}

// Cover begins with nothing passed.
func (l *Library) Cover() *Coverage {
	return &Coverage{lib: l, all: l.ToCover(), had: map[Covered]bool{}}
}

// Add notes what was passed, and says whether any of it is new.
func (c *Coverage) Add(trace []Covered) (news bool) {
	for _, x := range trace {
		news = news || !c.had[x]
		c.had[x] = true
	}
	return news
}

// Clone is a copy to note more in.
func (c *Coverage) Clone() *Coverage {
	return &Coverage{lib: c.lib, all: c.all, had: maps.Clone(c.had)}
}

// Has says that something was passed.
func (c *Coverage) Has(x Covered) bool { return c.had[x] }

// Missing is what was not passed, flows and then lists by name, in reading order.
func (c *Coverage) Missing() []Covered {
	var out []Covered
	for _, x := range c.all {
		if !c.had[x] {
			out = append(out, x)
		}
	}
	return out
}

// CoverageRow counts what was passed of one flow, or of the follow-ups of one list, which has no steps.
type CoverageRow struct {
	Name                             string // "list NAME" of a list
	Steps, AllSteps, Edges, AllEdges int
}

// Rows are the counts, flows and then lists by name.
func (c *Coverage) Rows() []CoverageRow {
	var out []CoverageRow
	for _, x := range c.all {
		name := x.Flow
		if x.List != "" {
			name = "list " + x.List
		}
		if len(out) == 0 || out[len(out)-1].Name != name {
			out = append(out, CoverageRow{Name: name})
		}
		row := &out[len(out)-1]
		had, all := &row.Steps, &row.AllSteps
		if x.Way != (Way{}) {
			had, all = &row.Edges, &row.AllEdges
		}
		*all++
		if c.had[x] {
			*had++
		}
	}
	return out
}

// Findings are F20: every step that no transcript enters, and of the others every way that none takes. how gives the inputs
// that lead there, or ""; nil: nobody knows any.
func (c *Coverage) Findings(how func(Covered) string) []Finding {
	log := &findingLog{}
	for _, x := range c.Missing() {
		step := Covered{Flow: x.Flow, Step: x.Step}
		if x.Way != (Way{}) && x.List == "" && !c.had[step] {
			continue // said of the step
		}
		hint := ""
		if how != nil {
			hint = how(x)
		}
		if hint == "" {
			hint = "write a transcript that does, or see what rewoo test --propose DIR finds"
		}
		log.add("F20", c.place(x), hint, "no transcript %s", x)
	}
	return sortFindings(log.all)
}

func (c *Coverage) place(x Covered) Pos {
	if x.Way == (Way{}) {
		return c.lib.Flows[x.Flow].ByID[x.Step].Pos
	}
	return x.Way.Pos
}

// String says it in words: `enters step "low"`, `goes from step "low" by branch 1 to "care"`.
func (x Covered) String() string {
	way := x.Way.Kind
	switch {
	case x.Way == (Way{}):
		return "enters " + quotedStep(x.Step)
	case x.List != "":
		return fmt.Sprintf("answers %s of %s with %s, which runs %s", x.Step, x.List, x.Way.Key, strconv.Quote(x.Way.To))
	case x.Way.Kind == edgeThen:
		return fmt.Sprintf("answers %s with %s, which runs %s", quotedStep(x.Step), x.Way.Key, strconv.Quote(x.Way.To))
	case x.Way.Key != "":
		way += " " + x.Way.Key
	}
	return fmt.Sprintf("goes from %s by %s to %s", quotedStep(x.Step), way, strconv.Quote(x.Way.To))
}
