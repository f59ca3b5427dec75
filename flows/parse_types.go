package flows

import (
	"strconv"
	"time"
)

// factOnly refuses a type that nobody is asked for. The answer counts as one of no known type then.
func (p *flowParser) factOnly(n *yamlNode, d *Decl) bool {
	if d.Type != Span {
		return false
	}
	d.Type = ""
	p.log.add("F01", n.at("type"), `ask with a choice, options: { 24h: "A day", 48h: "Two days" }, and set the fact to it`,
		"only a fact can be a duration")
	return true
}

// numberEnds reads the ends of a number. With unsound ends the answer counts as one of no known type.
func (p *flowParser) numberEnds(n *yamlNode, d *Decl, what string) {
	p.missing(n, what, "from", "to")
	var ok, ok2 bool
	d.From, ok = p.number(n, "from", -maxNumber, maxNumber)
	d.To, ok2 = p.number(n, "to", -maxNumber, maxNumber)
	if ok && ok2 && d.To <= d.From {
		p.log.add("F01", n.at("to"), "", "a number from %d to %d leaves nothing to say", d.From, d.To)
		ok = false
	}
	if !ok || !ok2 {
		d.Type = ""
	}
}

// spanEnds reads the shortest and the longest that a duration can be.
func (p *flowParser) spanEnds(n *yamlNode, d *Decl, what string) {
	p.missing(n, what, "from", "to")
	sound := n.get("from") != nil && n.get("to") != nil
	for _, key := range []string{"from", "to"} {
		if v := n.get(key); v != nil {
			_, err := parseDuration(v.text)
			sound = sound && err == nil
		}
	}
	d.Least, d.Most = p.duration(n, "from"), p.duration(n, "to")
	if sound && d.Most < d.Least {
		p.log.add("F01", n.at("to"), "turn them round", "a duration from %s to %s leaves nothing to set", spoken(d.Least), spoken(d.Most))
		sound = false
	}
	if !sound {
		d.Type = ""
	}
}

// durationOf reads a length of time, or the fact that says so, as person.x or couple.x. Its longest is filled in when all facts
// are read (spanFacts).
func (p *flowParser) durationOf(n *yamlNode, key string) (time.Duration, string) {
	if v := n.get(key); v != nil && v.kind == yamlScalar && spanFact(v.text) {
		return time.Minute, v.text
	}
	return p.duration(n, key), ""
}

func spanFact(s string) bool {
	_, person := cutScope(s, "person")
	_, couple := cutScope(s, "couple")
	return person || couple
}

// openDefault reads the default of a number, a date or a duration.
func (p *flowParser) openDefault(v *yamlNode, d *Decl, what string) {
	switch d.Type {
	case Number:
		n, err := strconv.Atoi(v.text)
		switch {
		case err != nil || !v.plain:
			p.log.add("F01", v.pos, "write a whole number, without quotes", "default must be a number, not %q", v.text)
		case !d.holds(n):
			p.log.add("F02", v.pos, "", "%s goes from %d to %d and is never %d", what, d.From, d.To, n)
		}
		d.Default = Value{T: Number, N: n}
		return
	case Date:
		if !validDate(v.text) {
			p.log.add("F01", v.pos, `write it like "2026-12-24"`, "%q is not a date", v.text)
		}
	case Span:
		switch long, err := parseDuration(v.text); {
		case err != nil:
			p.log.add("F01", v.pos, "write a number and a unit, like 45m, 20h, 3d or 1y", "default: %s", err)
		case long < d.Least || long > d.Most:
			p.log.add("F02", v.pos, "", "%s goes from %s to %s and is never %s", what, spoken(d.Least), spoken(d.Most), v.text)
		}
	}
	d.Default = Value{T: d.Type, S: v.text}
}

// months reads the names of the twelve months. No name means two of them.
func (p *flowParser) months(n *yamlNode) [][]string {
	if n == nil {
		return nil
	}
	if n.kind != yamlList || len(n.list) != 12 {
		p.log.add("F01", n.pos, "write - [January, Jan] lines, in order", "months must be a list of twelve")
		return nil
	}
	var out [][]string
	taken := map[string]int{} // folded name → month
	for i, v := range n.list {
		names := p.words(v, "a month")
		if len(names) == 0 {
			if v.kind == yamlList && len(v.list) == 0 {
				p.log.add("F01", v.pos, "write its names, first the one to show", "month %d has no name", i+1)
			}
			return nil
		}
		for _, name := range names {
			if of, twice := taken[fold(name)]; twice && of != i {
				p.log.add("F01", v.pos, "keep one of the two", "%q would be two months", name)
			}
			taken[fold(name)] = i
		}
		out = append(out, names)
	}
	return out
}
