package flows

import (
	"slices"
	"strconv"
	"strings"
)

// recordKinds is F01 and F02 for what kinds of records say of themselves.
func (c *flowCheck) recordKinds() {
	for _, k := range c.records {
		if k.Remind != nil {
			c.recordRemind(k)
		}
	}
}

func (c *flowCheck) recordRemind(k *RecordKind) {
	m := k.Remind
	c.remindField(k, "on", m.On, Date)
	c.remindField(k, "at", m.At, Time)
	for _, state := range m.While {
		if !slices.Contains(k.States, state) {
			c.log.add("F02", c.at(k, "remind", "while"), didYouMean(state, k.States), "a %s has no state %q", k.Name, state)
		}
	}
	if m.Run == "" {
		return
	}
	pos := c.at(k, "remind", "run")
	f := c.lib.Flows[m.Run]
	switch {
	case f == nil:
		c.unknown(pos, "flow", m.Run, keysOf(c.lib.Flows))
	case f.About != k.Name:
		c.log.add("F02", pos, "add about: "+k.Name+" to it", "a reminder of a %s runs flow %q, which is not about one", k.Name, f.Name)
	case f.Knock == "" && c.nodes[f].get("knock") == nil:
		c.log.add("F01", f.Pos, `add a neutral one, like knock: "Something you noted is due."`, "a flow that comes as a reminder needs a knock")
	}
}

func (c *flowCheck) remindField(k *RecordKind, key, name string, want Type) {
	if name == "" {
		return
	}
	d := k.field(name)
	switch {
	case d == nil:
		c.unknown(c.at(k, "remind", key), "field", name, k.fieldNames())
	case d.Type != want && d.Type != "":
		c.log.add("F01", c.at(k, "remind", key), "name a field of type "+string(want), "field %q is %s", name, typePhrase(d))
	}
}

func (k *RecordKind) fieldNames() []string {
	var out []string
	for _, d := range k.Fields {
		out = append(out, d.Name)
	}
	return out
}

// stateDecl is the state of a record as a choice.
func (k *RecordKind) stateDecl() *Decl {
	d := &Decl{Name: stateField, Type: OneOf, PartnerSees: SeesNever}
	for _, s := range k.States {
		d.Options = append(d.Options, Option{ID: s})
	}
	return d
}

// fieldOrState is the declaration behind record.x, or what is wrong with the name.
func (k *RecordKind) fieldOrState(name string) (*Decl, *condError) {
	if name == stateField && len(k.States) > 0 {
		return k.stateDecl(), nil
	}
	if d := k.field(name); d != nil {
		return d, nil
	}
	known := k.fieldNames()
	if len(k.States) > 0 {
		known = append(known, stateField)
	}
	return nil, notThere("field", "record."+name, scoped("record.", known))
}

// recordType is the type of record.x. Without a kind nothing is known, which is F10 elsewhere.
func recordType(name, field string, k *RecordKind) (condType, *condError) {
	if k == nil {
		return condType{name: name}, nil
	}
	d, e := k.fieldOrState(field)
	if e != nil {
		return condType{}, e
	}
	return typeOfDecl(name, d), nil
}

// countType is the type of count(kind) and count(kind.state).
func (c *flowCheck) countType(what string) (condType, *condError) {
	name, state, inState := strings.Cut(what, ".")
	k := c.lib.Records[name]
	if k == nil {
		return condType{}, notThere("kind of record", name, keysOf(c.lib.Records))
	}
	if inState && !slices.Contains(k.States, state) {
		return condType{}, &condError{"F02", "a " + name + " has no state " + strconv.Quote(state), didYouMean(state, k.States)}
	}
	return condType{kind: intKind, name: "count(" + what + ")"}, nil
}

// resolverAt is resolver for the conditions of a step: record.x is the record at hand, and in a where, each in turn.
func (c *flowCheck) resolverAt(f *Flow, s *Step, where bool) func(string) (condType, *condError) {
	resolve := c.resolver(f, nil)
	return func(name string) (condType, *condError) {
		field, ok := cutScope(name, recordScope)
		switch {
		case !ok:
			return resolve(name)
		case where:
			return recordType(name, field, c.recordKind(s.Record))
		}
		return recordType(name, field, c.anyKindAt(f, s))
	}
}

// recordNames is F02 for the kind and the fields of a step, and F01 for values that do not fit them.
func (c *flowCheck) recordNames(f *Flow, s *Step) {
	if c.lib.Records[s.Record] == nil && s.Record != "" {
		c.unknown(c.at(s, string(s.Kind)), "kind of record", s.Record, keysOf(c.lib.Records))
	}
	kind := c.recordKind(s.Record)
	if kind == nil || len(kind.Fields) == 0 { // one finding is enough
		return
	}
	if s.Where != nil {
		c.isCondition(s.Where, c.resolverAt(f, s, true))
	}
	resolve := c.resolverAt(f, s, false)
	for _, a := range s.With {
		if d := kind.field(a.Name); d == nil {
			c.log.add("F02", a.Pos, didYouMean(a.Name, kind.fieldNames()), "a %s has no field %q", kind.Name, a.Name)
		} else {
			c.assign(a, d, resolve)
		}
	}
	for _, a := range s.To {
		if d, e := kind.fieldOrState(a.Name); e != nil {
			known := append(kind.fieldNames(), stateField)
			c.log.add("F02", a.Pos, didYouMean(a.Name, known), "a %s has no field %q", kind.Name, a.Name)
		} else {
			c.assign(a, d, resolve)
		}
	}
	if s.Kind == KAdd && s.Copy {
		c.copiesSomething(f, s, kind)
	}
}

// copiesSomething is F02 for a copy that would be empty.
func (c *flowCheck) copiesSomething(f *Flow, s *Step, to *RecordKind) {
	from := c.kindAt(f, s)
	if from == nil || len(from.Fields) == 0 {
		return
	}
	if !slices.ContainsFunc(to.Fields, func(d *Decl) bool { o := from.field(d.Name); return o != nil && o.Type == d.Type }) {
		c.log.add("F02", c.at(s, "from"), "give both a field of the same name and type", "a %s has no field of a %s, so the copy would be empty", to.Name, from.Name)
	}
}

// recordHole is F02 for {record.x}.
func (c *flowCheck) recordHole(name, field string, in textScope) *condError {
	if in.flow == nil || in.pair == nil {
		return &condError{"F10", "hole {" + name + "} is never filled here: no record is at hand", "say it without"}
	}
	k := c.anyKindAt(in.flow, in.pair)
	switch {
	case in.pair.Kind == KList:
		return &condError{"F02", "{" + name + "} stands above all of them, and belongs to one", "say it without"}
	case k == nil, field == sinceField: // no kind: F10 says it
		return nil
	case field == stateField:
		return &condError{"F02", "hole {" + name + "} would show the name that the state has in its file", "say it in words, in a choose step"}
	}
	if d := k.field(field); d == nil {
		return notThere("field", name, scoped("record.", append(k.fieldNames(), sinceField)))
	}
	return nil
}

// privateRecord says that record.x is for its owner alone, in some place of a flow. In which state a record is, and since when,
// goes by what its owner did. What belongs to both, both know.
func (c *flowCheck) privateRecord(f *Flow, field string) bool {
	if f == nil {
		return true
	}
	for _, h := range c.hands(f) {
		for _, name := range h.kinds {
			if k := c.recordKind(name); k != nil && !k.Joint && (field == stateField || field == sinceField || k.PartnerSees != SeesOnShare) {
				return true
			}
		}
	}
	return false
}

// privateCount says the same of count(kind).
func (c *flowCheck) privateCount(what string) bool {
	name, _, _ := strings.Cut(what, ".")
	k := c.recordKind(name)
	return k == nil || !k.Joint
}

// putAway is F11 for what is put into records: what is private must not become something to share, and what belongs to both
// changes only where both just said yes to it.
func (c *flowCheck) putAway(f *Flow, s *Step) {
	kind := c.recordKind(s.Record)
	if kind == nil || s.Kind != KAdd && s.Kind != KUpdate {
		return
	}
	if kind.Joint {
		c.putByBoth(f, s, kind)
		return
	}
	if kind.PartnerSees != SeesOnShare {
		return
	}
	for _, a := range slices.Concat(s.With, s.To) {
		if a.Expr == nil || a.Name == stateField {
			continue
		}
		if i := slices.IndexFunc(a.Expr.refs, func(ref string) bool { return c.private(f, ref) }); i >= 0 {
			c.log.add("F11", a.Pos, "declare the kind partner_sees: never, or give something else",
				"%s is private, and a %s can be shared", spokenName(a.Expr.refs[i]), kind.Name)
		}
	}
	if from := c.anyKindAt(f, s); s.Copy && from != nil && !from.Joint && from.PartnerSees != SeesOnShare {
		c.log.add("F11", c.at(s, "from"), "declare the one as the other", "a %s is never for the partner, and a %s can be shared", from.Name, kind.Name)
	}
}

// putByBoth is F11 for what belongs to the couple.
func (c *flowCheck) putByBoth(f *Flow, s *Step, kind *RecordKind) {
	h, reached := c.handAt(f, s)
	const hint = "put it right behind the yes of { both: …, about: record }"
	switch {
	case s.Kind == KAdd && !s.Copy:
		c.log.add("F11", s.Pos, "write from: record: the record that both said yes to", "a %s belongs to both, and this one would be made of one person's own", kind.Name)
		return
	case reached && !h.agreed:
		c.log.add("F11", s.Pos, hint, "a %s belongs to both, and not every way to %s comes straight from a yes of both to it", kind.Name, quotedStep(s.ID))
		return
	}
	if from := c.anyKindAt(f, s); from != nil && !from.Joint && from.PartnerSees != SeesOnShare {
		c.log.add("F11", s.Pos, "declare it partner_sees: on_share", "a %s is never for the partner, and a %s belongs to both", from.Name, kind.Name)
		return
	}
	for _, a := range s.To {
		if a.Expr == nil {
			continue
		}
		if i := slices.IndexFunc(a.Expr.refs, func(ref string) bool { return !isRecordName(ref) || ref == "record."+stateField && c.private(f, ref) }); i >= 0 {
			c.log.add("F11", a.Pos, "give it a field of the record that both said yes to, or a plain value",
				"%s is one person's own, and a %s belongs to both", spokenName(a.Expr.refs[i]), kind.Name)
		}
	}
}

// spokenName is a name as it is written.
func spokenName(ref string) string {
	if what, ok := cutScope(ref, countScope); ok {
		return "count(" + what + ")"
	}
	return ref
}
