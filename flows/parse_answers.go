package flows

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const draftKept = 14 * day

// declKeys are the keys each type takes, besides type itself.
var declKeys = map[Type][]string{
	Scale: {"from", "to"}, OneOf: {"options"}, Multi: {"options", "max"}, YesNo: nil,
	Text: {"max", "ready"}, Time: nil, Zone: nil, Number: {"from", "to"}, Date: nil, Span: {"from", "to"}, FromList: {"list"}, ItemOf: {"list"},
}

var typeNames = []string{"scale", "choice", "multi", "yes_no", "text", "time", "zone", "number", "date", "duration", "from_list", "item"}

var answerKeys = []string{"type", "from", "to", "max", "options", "list", "optional", "partner_sees", "keep", "ready"}

// answers reads the declarations of a flow's answers.
func (p *flowParser) answers(n *yamlNode) map[string]*Decl {
	out := map[string]*Decl{}
	if n == nil || n.empty() {
		return out
	}
	if n.kind != yamlMap {
		p.log.add("F01", n.pos, "write name: { type: … } for each", "answers must be a mapping")
		return out
	}
	for _, pair := range n.pairs {
		if p.validName(pair.key, pair.pos, "answer") {
			out[pair.key] = p.answer(pair)
		}
	}
	return out
}

// answer reads one declaration. It is never nil, so that one slip is one finding.
func (p *flowParser) answer(pair yamlPair) *Decl {
	d := &Decl{Name: pair.key, Pos: pair.pos, PartnerSees: SeesNever}
	p.nodes[d] = pair.val
	what := "answer " + strconv.Quote(pair.key)
	also := p.viewAlso(pair.val)
	if !p.fields(pair.val, what, answerKeys...) {
		return d
	}
	if d.Type = p.typeOf(pair.val, what); d.Type == "" || p.factOnly(pair.val, d) {
		return d
	}
	allowed := append([]string{"type"}, declKeys[d.Type]...)
	if d.Type != FromList { // the drawn question says the rest
		allowed = append(allowed, "optional", "partner_sees", "keep")
	}
	p.notHere(pair.val, article(string(d.Type))+" answer", allowed)
	p.shape(pair.val, d, what)
	p.privacy(pair.val, d)
	if also != nil {
		pair.val.pairs = append(pair.val.pairs, *also)
		for _, o := range p.overrides(pair.val) {
			if o.Label == "" { // it has no buttons of its own
				putDeclOption(d, o)
			}
		}
	}
	return d
}

// viewAlso takes the further words of a translated declaration out of it, for a while: they are written with the labels.
func (p *flowParser) viewAlso(n *yamlNode) *yamlPair {
	i := slices.IndexFunc(n.pairs, func(x yamlPair) bool { return x.key == "also" })
	if !p.view || i < 0 {
		return nil
	}
	also := n.pairs[i]
	n.pairs = slices.Delete(slices.Clone(n.pairs), i, i+1)
	return &also
}

func (p *flowParser) typeOf(n *yamlNode, what string) Type {
	p.missing(n, what, "type")
	return Type(p.word(n, "type", typeNames...))
}

// notHere refuses keys that exist, but not for this kind of thing.
func (p *flowParser) notHere(n *yamlNode, what string, allowed []string) {
	for _, pair := range n.pairs {
		if !slices.Contains(allowed, pair.key) {
			p.log.add("F01", pair.pos, "it takes "+listed(allowed), "%s has no %s", what, pair.key)
		}
	}
}

// shape reads what belongs to the type.
func (p *flowParser) shape(n *yamlNode, d *Decl, what string) {
	switch d.Type {
	case Scale:
		p.scale(n, d, what)
	case OneOf, Multi:
		p.missing(n, what, "options")
		d.Options = p.options(n.get("options"))
		d.Max, _ = p.number(n, "max", 1, maxOptions)
	case Number:
		p.numberEnds(n, d, what)
	case Span:
		p.spanEnds(n, d, what)
	case Text:
		d.Max, _ = p.number(n, "max", 1, maxText)
		d.Ready = p.ready(n.get("ready"))
	case FromList, ItemOf:
		p.missing(n, what, "list")
		d.List = p.target(n, "list").Step
	}
}

// scale reads the ends of a scale. With unsound ends the answer counts as one of no known type.
func (p *flowParser) scale(n *yamlNode, d *Decl, what string) {
	p.missing(n, what, "from", "to")
	from, ok := p.number(n, "from", 0, 100)
	to, ok2 := p.number(n, "to", 0, 100)
	d.From, d.To = from, to
	if ok && ok2 && (to <= from || to-from >= maxScale) {
		p.log.add("F01", n.at("to"), "", "a scale has 2 to %d points, and this one goes from %d to %d", maxScale, from, to)
		ok = false
	}
	if !ok || !ok2 {
		d.Type = ""
	}
}

func (p *flowParser) privacy(n *yamlNode, d *Decl) {
	d.Optional = p.truth(n, "optional")
	if sees := p.word(n, "partner_sees", SeesNever, SeesOnShare, SeesTogether); sees != "" {
		d.PartnerSees = sees
	} else if n.get("partner_sees") != nil {
		d.PartnerSees = SeesOnShare // it was meant to be seen: one finding is enough
	}
	d.Keep = p.keep(n)
}

// keep is none, draft, or a length of time in days or years.
func (p *flowParser) keep(n *yamlNode) time.Duration {
	v, ok := p.scalar(n, "keep")
	if !ok || v.text == "none" {
		return 0
	}
	if v.text == "draft" {
		return draftKept
	}
	d, err := parseDuration(v.text)
	if err != nil || d%day != 0 || !strings.HasSuffix(v.text, "d") && !strings.HasSuffix(v.text, "y") {
		p.log.add("F01", v.pos, "write none, draft, or days or years like 90d or 1y", "keep cannot be %q", v.text)
		return day
	}
	return d
}

// options are a mapping of id to label, or a list of labels whose ids are the labels in lower snake case.
func (p *flowParser) options(n *yamlNode) []Option {
	if n == nil {
		return nil
	}
	var out []Option
	add := func(id string, pos Pos, label string) {
		switch {
		case !optionPattern.MatchString(id) || len(id) > maxNameChars:
			p.log.add("F01", pos, "use small letters, digits and _", "option %q is not a name", id)
		case id == "skip":
			p.log.add("F01", pos, "find another", "an option cannot be called \"skip\": every question has that button")
		case slices.ContainsFunc(out, func(o Option) bool { return o.ID == id }):
			p.log.add("F01", pos, "keep one of the two", "option %q is there twice", id)
		default:
			out = append(out, Option{ID: id, Label: label})
		}
	}
	switch n.kind {
	case yamlMap:
		for _, pair := range n.pairs {
			add(pair.key, pair.pos, p.label(pair.val, "option "+strconv.Quote(pair.key)))
		}
	case yamlList:
		for _, v := range n.list {
			if label := p.label(v, "an option"); label != "" {
				add(snake(label), v.pos, label)
			}
		}
	}
	if len(n.pairs)+len(n.list) < 2 || len(n.pairs)+len(n.list) > maxOptions {
		p.log.add("F01", n.pos, `write them as { yes_please: "Yes, please", no: "No" }`, "options must be 2 to %d", maxOptions)
	}
	return out
}

// snake folds a label to an id: small letters without accents, everything else one _.
func snake(label string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(label)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	return strings.TrimSuffix(b.String(), "_")
}
