package flows

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Stamping is idempotent, keeps what was stamped, and what it writes is read back as it was meant.
func TestStamp(t *testing.T) {
	lib := Shipped()
	first, findings := Stamp(lib)
	if len(findings) > 0 {
		t.Fatal(findings[0])
	}
	top := filesOf(map[string]string{"trip.yaml": tripOne})
	lock, findings := Stamp(Overlay(lib, top))
	if len(findings) > 0 {
		t.Fatal(findings[0])
	}
	if strings.Contains(string(lock), "  welcome:\n") || !strings.Contains(string(lock), "  trip:\n") || !strings.Contains(string(first), "  welcome:\n") {
		t.Fatalf("a folder's lock file is about the folder's own flows:\n%s", lock)
	}
	top["versions.yaml"] = &fstest.MapFile{Data: lock}
	if again, findings := Stamp(Overlay(lib, top)); len(findings) > 0 || string(again) != string(lock) {
		t.Fatalf("stamped again: %v\n%s", findings, again)
	}
	s := loaded(t, Overlay(lib, top)).stamps.find("trip", 1)
	if s == nil || s.answer("where").Max != 100 || s.Steps[0].Of != "where" || s.Steps[0].Kind != KAsk {
		t.Fatalf("read back: %+v", s)
	}
	top["trip.yaml"] = &fstest.MapFile{Data: []byte(tripTwo)}
	both, findings := Stamp(Overlay(lib, top))
	if len(findings) > 0 || strings.Count(string(both), "- version:") != 2 {
		t.Fatalf("after a second version: %v\n%s", findings, both)
	}
}

// What a migration looks at in the outline is what the flows say: it would prove nothing if an answer came back as another.
func TestAnOutlineSaysWhatIsThere(t *testing.T) {
	lock, _ := Stamp(Shipped())
	lib := mustShipped(t)
	l := &loader{lib: &Library{}, log: &findingLog{}}
	l.p = flowParser{log: l.log, nodes: map[any]*yamlNode{}}
	read := l.stampsOf(fstest.MapFS{"versions.yaml": &fstest.MapFile{Data: lock}})
	for _, f := range l.log.all {
		t.Error(f)
	}
	for name, f := range lib.Flows {
		s := read.find(name, f.Version)
		if s == nil || s.Shape != f.Shape || len(s.Steps) != len(f.Steps) {
			t.Fatalf("%s: %+v", name, s)
		}
		for _, d := range f.Answers {
			got := s.answer(d.Name)
			if got == nil || got.Type != d.Type || got.From != d.From || got.To != d.To || got.Max != d.Max || got.List != d.List ||
				got.PartnerSees != d.PartnerSees || got.Keep != d.Keep || len(lost(d, got))+len(lost(got, d)) > 0 {
				t.Errorf("%s, answer %s: %+v, read back as %+v", name, d.Name, d, got)
			}
		}
	}
}

// Only what goes out has to be stamped.
func TestReleaseWantsStamps(t *testing.T) {
	fsys := Overlay(Shipped(), filesOf(map[string]string{"trip.yaml": tripOne}))
	if _, findings := Load(fsys); len(findings) > 0 {
		t.Fatal(findings[0])
	}
	_, findings := LoadWith(fsys, LoadOptions{Release: true})
	n := 0
	for _, f := range findings {
		if f.Code == "F16" && f.File == "trip.yaml" {
			n++
		}
	}
	if n != 1 {
		t.Fatalf("%d findings for trip.yaml: %v", n, findings)
	}
}

// A folder that puts a flow of its own in the place of a shipped one is not held to the shipped one's version, but sessions of
// that can be taken along.
func TestAnOverlayMayReplaceAStampedFlow(t *testing.T) {
	base := fstest.MapFS{}
	for name, f := range checkBase() {
		base[name] = f
	}
	base["trip.yaml"] = &fstest.MapFile{Data: []byte(tripOne)}
	lock, findings := Stamp(base)
	if len(findings) > 0 {
		t.Fatal(findings[0])
	}
	base["versions.yaml"] = &fstest.MapFile{Data: lock}
	replaced := filesOf(map[string]string{"trip.yaml": strings.Replace(tripTwo, "version: 2", "version: 1", 1)})
	if _, findings := Load(Overlay(base, replaced)); len(findings) > 0 {
		t.Errorf("a flow of the folder's own: %v", findings)
	}
	if _, findings := Load(Overlay(base, filesOf(map[string]string{"trip.yaml": tripMoved}))); len(findings) > 0 {
		t.Errorf("it takes sessions of the shipped one along: %v", findings)
	}
	base["trip.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(tripTwo, "version: 2", "version: 1", 1))}
	if _, findings := Load(base); len(findings) != 1 || findings[0].Code != "F16" {
		t.Errorf("the library's own flow: %v", findings)
	}
}

// An old flow is kept only where it stands beside what is there now.
func TestAnOldFlowThatDoesNotStandIsLeft(t *testing.T) {
	const asks = "flow: trip\nversion: 1\ntitle: Trip\nstart: { command: trip }\nexpires: { after: 20h }\nanswers:\n  q: { type: from_list, list: few }\nsteps:\n" +
		"  d: { draw: q, from: few, none_left: done, go: q }\n  q: { ask: q, skip: done, timeout: { after: 2h, go: done }, go: done }\n  done: { end: done }\n"
	before := withFlows(t, map[string]string{"trip.yaml": asks, "lists/few.yaml": "list: few\nkind: questions\nitems:\n  A: { ask: \"A?\", type: text }\n"})
	with := withFlows(t, map[string]string{"trip.yaml": tripTwo, "lists/few.yaml": "list: few\nkind: questions\nitems:\n  B: { ask: \"B?\", type: text }\n"})
	without := withFlows(t, map[string]string{"trip.yaml": tripTwo})
	shape := before.Flows["trip"].Shape
	if lib, left := with.Keep(before.Shapes()); len(left) > 0 || lib.old[shape] == nil {
		t.Errorf("beside its list: left %q", left)
	}
	if lib, left := without.Keep(before.Shapes()); len(left) != 1 || left[0] != "trip version 1" || lib.old[shape] != nil {
		t.Errorf("without its list: left %q", left)
	}
}

// What goes out is stamped: after a change of shape raise the version, and run go run ./cmd/rewoo check --stamp --flows flows/library.
// Between releases flows may change as often as they like, so this is asked only where REWOO_REQUIRE names "stamps".
func TestShippedIsStamped(t *testing.T) {
	if !slices.Contains(strings.Split(os.Getenv("REWOO_REQUIRE"), ","), "stamps") {
		t.Skip("REWOO_REQUIRE does not name stamps")
	}
	_, findings := LoadWith(Shipped(), LoadOptions{Release: true})
	for _, f := range findings {
		t.Error(f)
	}
}
