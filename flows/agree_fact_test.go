package flows

import (
	"maps"
	"strings"
	"testing"
	"time"
)

// What both said yes to goes into a fact of the couple, for both at once; without a yes of both nothing changes.
func TestBothSetAFactOfTheCouple(t *testing.T) {
	files := maps.Clone(jointFiles)
	for name, change := range map[string][2]string{
		"records/proposal.yaml": {"own: { type: text }", "own: { type: text }, at: { type: time }"},
		"records/rule.yaml":     {"more: { type: text } }", "more: { type: text }, at: { type: time } }"},
		"propose.yaml":          {"with: { what: me.what }", "with: { what: me.what, at: \"'19:15'\" }"},
		"agree.yaml":            {"full: done, go: rules }", "full: done, go: slot }\n  slot: { set: { couple.reveal_hour: record.at }, go: rules }"},
	} {
		if !strings.Contains(files[name], change[0]) {
			t.Fatal(name)
		}
		files[name] = strings.Replace(files[name], change[0], change[1], 1)
	}
	for _, yes := range []bool{true, false} {
		w := withRecords(t, files)
		w.say("a", "/propose")
		w.say("a", "Half an hour earlier")
		s, b := w.person("b")
		b.Records = append(b.Records, w.records("a")[0])
		w.units[s.Unit] = *s
		w.say("b", "/answer")
		w.say("b", "1")
		w.press("a", "Yes")
		if yes {
			w.press("b", "Yes")
		} else {
			w.press("b", "No")
		}
		w.pass(24*time.Hour + time.Minute)
		s, _ = w.person("a")
		got, want := s.Couple.Facts["reveal_hour"].S, map[bool]string{true: "19:15", false: ""}[yes]
		if got != want {
			t.Errorf("with a yes of both %v the reveal hour is %q, not %q", yes, got, want)
		}
	}
}
