package flows

import (
	"slices"
	"strconv"
)

// Limits of records.
const (
	mostRecords    = 200 // of one kind
	usualRecords   = 50
	maxFields      = 20
	maxStates      = 12
	belongsPerson  = "person"
	belongsCouple  = "couple"
	stateField     = "state" // every record has it beside its fields
	sinceField     = "since" // texts only: since when it has said what it says
	recordScope    = "record"
	countScope     = "count"
	remindsYearly  = "year"
	recordsDir     = "records"
	recordsDirPath = recordsDir + "/"
)

var (
	recordKeys       = []string{"record", "belongs", "fields", "states", "partner_sees", "most", "remind", "keep"}
	recordFieldKeys  = []string{"type", "from", "to", "max", "options"}
	recordRemindKeys = []string{"on", "at", "before", "every", "while", "run"}
)

// fieldTypes are what a field of a record can be.
var fieldTypes = []Type{Text, OneOf, YesNo, Scale, Number, Time, Date, Multi}

// recordKind reads a file that declares things that last.
func (p *flowParser) recordKind(n *yamlNode) *RecordKind {
	k := &RecordKind{Pos: n.at("record"), PartnerSees: SeesNever, Most: usualRecords}
	p.nodes[k] = n
	if !p.fields(n, "a kind of record", recordKeys...) {
		return k
	}
	p.missing(n, "this file", "record", "fields")
	k.Pos = n.at("record")
	k.Name = p.name(n, "record")
	k.Fields = p.recordFields(n.get("fields"))
	k.States = p.states(n.get("states"))
	k.Joint = p.word(n, "belongs", belongsPerson, belongsCouple) == belongsCouple
	if sees := p.word(n, "partner_sees", SeesNever, SeesOnShare); sees != "" {
		k.PartnerSees = sees
	}
	if n.get("most") != nil {
		k.Most, _ = p.number(n, "most", 1, mostRecords)
	}
	if v := n.get("keep"); v != nil && v.text == "none" {
		p.log.add("F01", v.pos, "write draft, or days or years like 90d or 1y", "what is kept for no time is no record")
	} else {
		k.Keep = p.keep(n)
	}
	k.Remind = p.recordRemind(n.get("remind"))
	return k
}

func (p *flowParser) recordFields(n *yamlNode) []*Decl {
	if n == nil {
		return nil
	}
	if n.kind != yamlMap || len(n.pairs) == 0 {
		p.log.add("F01", n.pos, "write name: { type: … } for each", "fields must be a mapping with at least one field")
		return nil
	}
	if len(n.pairs) > maxFields {
		p.log.add("F01", n.pos, "leave some out", "a record has %d fields, more than %d", len(n.pairs), maxFields)
		n.pairs = n.pairs[:maxFields]
	}
	var out []*Decl
	for _, pair := range n.pairs {
		if pair.key == stateField || pair.key == sinceField {
			p.log.add("F01", pair.pos, "find another name", "every record has %q already", "record."+pair.key)
		} else if p.validName(pair.key, pair.pos, "field") {
			out = append(out, p.recordField(pair))
		}
	}
	return out
}

// recordField reads one field. It is never nil, so that one slip is one finding.
func (p *flowParser) recordField(pair yamlPair) *Decl {
	d := &Decl{Name: pair.key, Pos: pair.pos, PartnerSees: SeesNever}
	p.nodes[d] = pair.val
	what := "field " + strconv.Quote(pair.key)
	if !p.fields(pair.val, what, recordFieldKeys...) {
		return d
	}
	if d.Type = p.typeOf(pair.val, what); d.Type == "" {
		return d
	}
	if !slices.Contains(fieldTypes, d.Type) {
		p.log.add("F01", pair.val.at("type"), "it can be "+listed(typeList(fieldTypes)), "a field of a record cannot be %s", d.Type)
		d.Type = ""
		return d
	}
	allowed := slices.DeleteFunc(append([]string{"type"}, declKeys[d.Type]...), func(key string) bool { return key == "ready" })
	p.notHere(pair.val, article(string(d.Type))+" field", allowed)
	p.shape(pair.val, d, what)
	return d
}

func typeList(all []Type) []string {
	var out []string
	for _, t := range all {
		if slices.Contains(typeNames, string(t)) {
			out = append(out, string(t))
		}
	}
	return out
}

func (p *flowParser) states(n *yamlNode) []string {
	if n == nil {
		return nil
	}
	if n.kind != yamlList || len(n.list) == 0 || len(n.list) > maxStates {
		p.log.add("F01", n.pos, "write [open, kept]", "states must be a list of 1 to %d names", maxStates)
		return nil
	}
	var out []string
	for _, v := range n.list {
		switch {
		case !p.isScalar(v, "a state"):
		case !p.validName(v.text, v.pos, "state"):
		case slices.Contains(out, v.text):
			p.log.add("F01", v.pos, "keep one of the two", "state %q is there twice", v.text)
		default:
			out = append(out, v.text)
		}
	}
	return out
}

func (p *flowParser) recordRemind(n *yamlNode) *RecordRemind {
	if n == nil || !p.fields(n, "remind", recordRemindKeys...) {
		return nil
	}
	p.missing(n, "remind", "run")
	r := &RecordRemind{On: p.target(n, "on").Step, At: p.target(n, "at").Step, Run: p.target(n, "run").Step, Pos: n.pos}
	if n.get("before") != nil {
		r.Before = p.duration(n, "before")
	}
	r.Yearly = p.word(n, "every", remindsYearly) != ""
	r.While = p.states(n.get("while"))
	switch {
	case n.get("on") == nil && n.get("at") == nil:
		p.log.add("F01", n.pos, "name a field: on: one of type date, at: one of type time", "remind does not say when")
	case r.Yearly && n.get("on") == nil:
		p.log.add("F01", n.at("every"), "name a field of type date with on:", "every year needs a date")
	case n.get("on") == nil && r.Before >= day:
		p.log.add("F01", n.at("before"), "name a field of type date with on:", "so long before needs a date")
	}
	return r
}

// recordStep reads the steps that make, choose, change and show records.
func (p *flowParser) recordStep(n *yamlNode, s *Step) {
	what := quotedStep(s.ID)
	s.Record = p.target(n, string(s.Kind)).Step
	if w := n.get("where"); w != nil {
		s.Where = p.cond(w, "where")
	}
	switch s.Kind {
	case KAdd:
		p.missing(n, what, "full", "go")
		s.With, s.Full, s.Go = p.assigns(n.get("with"), "with"), p.target(n, "full"), p.target(n, "go")
		s.Copy = p.word(n, "from", recordScope) != ""
		switch {
		case n.get("with") != nil && n.get("from") != nil:
			p.log.add("F01", n.at("from"), "keep one of the two", "%s takes its fields from two places", what)
		case n.get("with") == nil && n.get("from") == nil:
			p.log.add("F01", s.Pos, "add with: { field: me.x }, or from: record", "%s does not say what the record holds", what)
		}
	case KPick:
		p.missing(n, what, "text", "none", "go")
		p.question(n, s)
		s.None = p.target(n, "none")
	case KUpdate:
		p.missing(n, what, "to", "go")
		s.To, s.Go = p.assigns(n.get("to"), "to"), p.target(n, "go")
	case KList:
		p.missing(n, what, "text", "none")
		s.Text, s.TextPos, s.None = p.text(n, "text", maxTextChars), n.at("text"), p.target(n, "none")
		p.goOrEnd(n, s)
	}
}
