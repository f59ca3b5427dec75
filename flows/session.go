package flows

import (
	"maps"
	"slices"
	"time"
)

// A session goes on by the shape that its flow had when it began (shape.go). While that is the present one it says the
// present words; else an old flow is looked for, which the store has kept ([Library.Keep]). Where there is none, and the
// present flow takes none along (migrate.go), it ends with one plain sentence (flowGone), as it does when the flow was removed.

// beginFrame is a session of a flow that is about to begin.
func beginFrame(flow *Flow) Frame { return Frame{Flow: flow.Name, Shape: flow.Shape} }

// flowOf is the flow that a session goes by; nil when the flow was removed, or nobody has its shape any more. A session that
// an older rewoo began says nothing of shapes, and goes by the flow as it is.
func (l *Library) flowOf(f *Frame) *Flow {
	flow := l.Flows[f.Flow]
	if flow == nil || f.Shape == "" || f.Shape == flow.Shape {
		return flow
	}
	if old := l.old[f.Shape]; old != nil && old.Name == f.Flow {
		return old
	}
	return nil
}

// WithOld is the same library with flows as sessions under way began them, by their shapes. The receiver stays as it is.
func (l *Library) WithOld(old map[string]*Flow) *Library {
	old = maps.Clone(old)
	return l.with(func(l *Library) { l.old = old })
}

// Kept is a flow as a store keeps it for the sessions that are on it.
type Kept struct {
	Shape   string        `json:"-"`
	Flow    string        `json:"flow"`
	Version int           `json:"version"`
	Source  []byte        `json:"source"` // its file
	Lasts   time.Duration `json:"lasts"`  // how long a session of it can go on
}

// Shapes are the flows of the library, in order of their names, for a store to keep.
func (l *Library) Shapes() []Kept {
	var out []Kept
	for _, f := range l.ordered() {
		out = append(out, Kept{Shape: f.Shape, Flow: f.Name, Version: f.Version, Source: f.source, Lasts: f.Expires})
	}
	return out
}

// Keep is the same library with the flows of kept that sessions may still be on. One that does not stand beside the present
// flows, lists and facts is left out, and so is one whose flow was removed; their sessions end gently. left are those that did not
// stand, as "name version N".
func (l *Library) Keep(kept []Kept) (lib *Library, left []string) {
	old := map[string]*Flow{}
	for _, k := range kept {
		now := l.Flows[k.Flow]
		if now == nil || now.Shape == k.Shape {
			continue
		}
		if f := l.stands(k); f != nil {
			old[k.Shape] = f
		} else {
			left = append(left, k.Flow+" version "+itoa(k.Version))
		}
	}
	return l.WithOld(old), left
}

// stands reads an old flow and checks it in the place of the present one; nil when anything is wrong with it.
func (l *Library) stands(k Kept) *Flow {
	file := k.Flow + ".yaml, version " + itoa(k.Version)
	p := flowParser{log: &findingLog{}, nodes: map[any]*yamlNode{}}
	n := parseYAML(file, k.Source, p.log)
	if n == nil {
		return nil
	}
	f := p.flow(n)
	if len(p.log.all) > 0 || f.Name != k.Flow {
		return nil
	}
	f.fingerprints()
	f.Shape, f.source = k.Shape, k.Source // by whatever rule the store knows it
	l.spanFacts(f)
	if s := f.Start.Schedule; s != "" {
		f.Start.plan, _ = cronPlan(s) // as Load does; a fact has none
	}
	lib := *l
	lib.byName, lib.Flows = nil, maps.Clone(l.Flows)
	lib.Flows[f.Name] = f
	kinds := make([]*RecordKind, 0, len(l.Records))
	for _, name := range keysOf(l.Records) {
		kinds = append(kinds, l.Records[name])
	}
	c := &flowCheck{lib: &lib, flows: lib.ordered(), lists: l.lists, records: kinds, log: p.log, nodes: p.nodes}
	c.all()
	if slices.ContainsFunc(p.log.all, func(found Finding) bool { return found.File == file }) {
		return nil
	}
	return f
}
