package flows

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Records are things that last: what was promised, asked, agreed. A person's own lie with the person, and nobody else's step
// reads them; those that both confirmed lie with the couple. The one a flow is about is its record at hand: the person's own,
// or the snapshot that came with a card, which is the receiver's copy and changes no more.

// maxVersions is how many versions of one record are kept; the oldest go.
const maxVersions = 100

// recordStep does what a step does with records.
func (r *run) recordStep(p *Person, t *Track, st *Step) (next Target, waits bool) {
	kind := r.lib.Records[st.Record]
	if kind == nil {
		return st.Go, false
	}
	switch st.Kind {
	case KAdd:
		return r.addRecord(p, t, st, kind), false
	case KUpdate:
		r.updateRecord(p, t, st, kind)
	case KPick:
		t.top().Page = 0
		if len(r.pickable(p, t, st)) == 0 {
			return st.None, false
		}
		return Target{}, r.wait(p, t, st)
	case KList:
		return r.listRecords(p, t, st)
	}
	return st.Go, false
}

// shelf is where the records of a kind lie that p may read.
func (r *run) shelf(p *Person, kind *RecordKind) *[]Record {
	if s := r.home(p); kind.Joint && s.paired() {
		return &s.Couple.Records
	}
	return &p.Records
}

// record finds one that p may read; nil when it is gone.
func (r *run) record(p *Person, kind, id string) *Record {
	k := r.lib.Records[kind]
	if k == nil {
		return nil
	}
	all := *r.shelf(p, k)
	i := slices.IndexFunc(all, func(rec Record) bool { return rec.Kind == kind && rec.ID == id })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// now is the version in force.
func (rec *Record) now() Version {
	if len(rec.Versions) == 0 {
		return Version{}
	}
	return rec.Versions[len(rec.Versions)-1]
}

// value is what a record says of a name behind "record.".
func (rec *Record) value(name string) (Value, bool) {
	if name == stateField {
		return Value{T: OneOf, S: rec.State}, rec.State != ""
	}
	v, ok := rec.now().Fields[name]
	return v, ok
}

// atHand is what the record at hand of a flow says: the snapshot, or what the record says now. It is false when there is none.
func (r *run) atHand(p *Person, f *Frame) (fields map[string]Value, ok bool) {
	switch {
	case f.Record == nil:
	case f.Record.Fields != nil:
		return f.Record.Fields, true
	default:
		if rec := r.record(p, f.Record.Kind, f.Record.ID); rec != nil {
			return rec.now().Fields, true
		}
	}
	return nil, false
}

// recordValue is record.x in a condition. Of a snapshot, only what it shows is known; its state, if p has a record of that id.
func (r *run) recordValue(p *Person, f *Frame, name string) (Value, bool) {
	if f.Record == nil {
		return Value{}, false
	}
	if name == stateField {
		if rec := r.record(p, f.Record.Kind, f.Record.ID); rec != nil {
			return rec.value(name)
		}
		return Value{}, false
	}
	fields, _ := r.atHand(p, f)
	v, ok := fields[name]
	return v, ok
}

// recordHole is {record.x}.
func (r *run) recordHole(p *Person, f *Frame, name string) string {
	if f.Record == nil {
		return ""
	}
	kind := r.lib.Records[f.Record.Kind]
	if name == sinceField {
		if rec := r.record(p, f.Record.Kind, f.Record.ID); rec != nil {
			return r.shownDay(p, rec.now().At)
		}
		return ""
	}
	v, ok := r.recordValue(p, f, name)
	if !ok || kind == nil {
		return ""
	}
	return r.lib.shownField(v, kind.field(name))
}

func (k *RecordKind) field(name string) *Decl {
	if i := slices.IndexFunc(k.Fields, func(d *Decl) bool { return d.Name == name }); i >= 0 {
		return k.Fields[i]
	}
	return nil
}

// countRecords is count(kind) and count(kind.state).
func (r *run) countRecords(p *Person, what string) int {
	name, state, _ := strings.Cut(what, ".")
	kind, n := r.lib.Records[name], 0
	if kind == nil {
		return 0
	}
	for _, rec := range *r.shelf(p, kind) {
		if rec.Kind == name && (state == "" || rec.State == state) {
			n++
		}
	}
	return n
}

// addRecord makes a record, which is at hand from then on. A copy keeps its id: whoever of the two makes it second, has it.
func (r *run) addRecord(p *Person, t *Track, st *Step, kind *RecordKind) Target {
	f := t.top()
	fields, id := map[string]Value{}, ""
	if st.Copy {
		have, ok := r.atHand(p, f)
		if !ok {
			return st.Full // it is gone
		}
		id = f.Record.ID
		for _, d := range kind.Fields {
			if v, ok := have[d.Name]; ok && v.T == d.Type {
				fields[d.Name] = v
			}
		}
	} else {
		get := r.names(p, t, nil)
		for _, a := range st.With {
			if d := kind.field(a.Name); d != nil {
				setField(fields, d, a.Expr, get)
			}
		}
		sum := r.ev.Seed.derive("record", string(p.ID), itoa(t.Visit))
		id = hexOf(sum[:8])
	}
	if r.record(p, kind.Name, id) == nil {
		if r.countRecords(p, kind.Name) >= kind.Most || kind.Joint && !r.home(p).paired() {
			return st.Full
		}
		rec := Record{ID: id, Kind: kind.Name, Versions: []Version{{At: r.ev.At, Fields: fields}}, Changed: r.ev.At}
		if len(kind.States) > 0 {
			rec.State = kind.States[0]
		}
		shelf := r.shelf(p, kind)
		*shelf = append(*shelf, rec)
		t.Marks = nil // to go back and come again would make another
	}
	f.Record = &Bound{Kind: kind.Name, ID: id}
	return st.Go
}

// setField gives a field what an expression says; what is unknown is left out.
func setField(fields map[string]Value, d *Decl, expr *Cond, get func(string) (Value, bool)) {
	v, ok := expr.Value(get)
	if !ok {
		delete(fields, d.Name)
		return
	}
	v.T = d.Type
	fields[d.Name] = v
}

// updateRecord changes the person's own record of the id at hand, or the couple's. Other fields are a new version; another
// state is not. Both of a couple do the same, and what is so already changes nothing.
func (r *run) updateRecord(p *Person, t *Track, st *Step, kind *RecordKind) {
	f := t.top()
	if f.Record == nil {
		return
	}
	rec := r.record(p, kind.Name, f.Record.ID)
	if rec == nil {
		return
	}
	get := r.names(p, t, nil)
	if kind.Joint {
		get = r.agreedNames(p, f)
	}
	fields, state := maps.Clone(rec.now().Fields), rec.State
	if fields == nil {
		fields = map[string]Value{}
	}
	for _, a := range st.To {
		if a.Name == stateField {
			if v, ok := a.Expr.Value(get); ok && slices.Contains(kind.States, v.S) {
				state = v.S
			}
		} else if d := kind.field(a.Name); d != nil {
			setField(fields, d, a.Expr, get)
		}
	}
	if maps.EqualFunc(fields, rec.now().Fields, sameValue) {
		if state == rec.State {
			return
		}
	} else {
		rec.Versions = append(rec.Versions, Version{At: r.ev.At, Fields: fields})
		if n := len(rec.Versions) - maxVersions; n > 0 {
			rec.Versions = slices.Delete(rec.Versions, 0, n)
		}
	}
	rec.State, rec.Changed = state, r.ev.At
	t.Marks = nil
}

// agreeable are the fields that a record of both can have, of some kind: those that a yes to a record is about.
func (l *Library) agreeable(fields map[string]Value) map[string]Value {
	out := map[string]Value{}
	for _, k := range l.Records {
		for _, d := range k.Fields {
			if v, ok := fields[d.Name]; ok && k.Joint && v.T == d.Type {
				out[d.Name] = v
			}
		}
	}
	return out
}

// agreedNames are those that a record of both may be changed by: what both said yes to.
func (r *run) agreedNames(p *Person, f *Frame) func(string) (Value, bool) {
	fields, _ := r.atHand(p, f)
	fields = r.lib.agreeable(fields)
	return func(name string) (Value, bool) {
		field, _ := cutScope(name, recordScope)
		v, ok := fields[field]
		return v, ok
	}
}

func sameValue(a, b Value) bool {
	return a.T == b.T && a.S == b.S && a.N == b.N && slices.Equal(a.L, b.L)
}

// calling is the frame of a flow that another one calls: one that is about a kind of record gets the record at hand.
func calling(f *Frame, flow *Flow) Frame {
	out := beginFrame(flow)
	out.Step = flow.Steps[0].ID
	if flow.About != "" && f.Record != nil && f.Record.Kind == flow.About {
		out.Record = f.Record.clone()
	}
	return out
}

// keptRecords are those that were changed lately enough. What kind is not known any more is not judged.
func (r *run) keptRecords(all []Record) []Record {
	return slices.DeleteFunc(all, func(rec Record) bool {
		kind := r.lib.Records[rec.Kind]
		return kind != nil && kind.Keep > 0 && r.ended(rec.Changed.Add(kind.Keep))
	})
}

// shownDay is the date of a moment where p is, as p reads it.
func (r *run) shownDay(p *Person, at time.Time) string {
	return r.lib.shownField(Value{T: Date, S: r.lib.localDate(p, at)}, nil)
}
