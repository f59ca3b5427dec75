package flows

import (
	"slices"
	"strconv"
)

// The keys of a list; of what it draws by; and of an item of questions and one of lines, which can have fields of their own besides.
var (
	listKeys = []string{"list", "kind", "pick", "items"}
	pickKeys = []string{"where", "both", "not_within", "order"}
	itemKeys = []string{"ask", "type", "from", "to", "max", "options", "buttons", "also", "ready", "optional", "partner_sees", "keep", "then"}
	lineKeys = []string{"text", "ready"}
)

// list reads a file that holds something to draw from.
func (p *flowParser) list(n *yamlNode) *List {
	l := &List{Pos: n.at("list"), ByID: map[string]*Item{}}
	p.nodes[l] = n
	if !p.fields(n, "a list", listKeys...) {
		return l
	}
	p.missing(n, "this file", "list", "kind", "items")
	l.Pos = n.at("list")
	l.Name, l.Kind = p.name(n, "list"), p.word(n, "kind", "questions", "lines", "phrases")
	if v := n.get("pick"); v != nil && l.Kind == "phrases" {
		p.log.add("F01", v.pos, "remove it", "nothing is drawn from a list of phrases, so it has no pick")
	} else if v != nil && p.fields(v, "pick", pickKeys...) {
		if w := v.get("both"); w != nil {
			l.Both = p.cond(w, "both")
		}
		if w := v.get("where"); w != nil {
			l.Where = p.cond(w, "where")
		}
		l.NotWithin = p.duration(v, "not_within")
		p.word(v, "order", "least_recently_used")
	}
	items := n.get("items")
	if items == nil || l.Kind == "" {
		return l
	}
	if items.kind != yamlMap || len(items.pairs) == 0 {
		p.log.add("F01", items.pos, "write ID: { … } for each", "items must be a mapping with at least one item")
		return l
	}
	if len(items.pairs) > maxListItems {
		p.log.add("F01", items.pos, "split it into several lists", "this list has %d items, more than %d", len(items.pairs), maxListItems)
		items.pairs = items.pairs[:maxListItems]
	}
	for _, pair := range items.pairs {
		if l.Kind == "phrases" {
			p.phrase(pair, l)
			continue
		}
		it := p.item(pair, l)
		it.place = len(l.Items)
		l.Items = append(l.Items, it)
		l.ByID[it.ID] = it
	}
	return l
}

func (p *flowParser) item(pair yamlPair, l *List) *Item {
	it := &Item{ID: pair.key, Pos: pair.pos, Fields: map[string]Value{}}
	p.nodes[it] = pair.val
	what := p.itemName(pair)
	if pair.val.kind != yamlMap {
		p.log.add("F01", pair.val.pos, "", "%s must be a mapping", what)
		return it
	}
	known := lineKeys
	order := append(slices.Clone(lineKeys), otherKeys) // a line is about its text, a question about whom it is for
	if l.Kind == "questions" {
		known = itemKeys
		order = append([]string{otherKeys}, itemKeys...)
	}
	p.order(pair.val, order)
	p.itemFields(pair.val, it, known, l)
	if l.Kind == "lines" {
		p.missing(pair.val, what, "text")
		it.Text = p.text(pair.val, "text", maxTextChars)
		it.Ready = p.ready(pair.val.get("ready"))
		return it
	}
	p.missing(pair.val, what, "ask")
	it.Text = p.text(pair.val, "ask", maxTextChars)
	it.Decl = p.itemDecl(pair, it)
	return it
}

// itemName checks the name of an item, and is how findings call it.
func (p *flowParser) itemName(pair yamlPair) string {
	what := "item " + strconv.Quote(pair.key)
	if !itemPattern.MatchString(pair.key) || len(pair.key) > maxNameChars {
		p.log.add("F01", pair.pos, "use capitals, digits and -, or small letters, digits and _", "%s is not a name", what)
	}
	return what
}

// itemFields reads all further values and lists of values, which pick.where may use. One that looks like a slip of a key
// is refused: a mistyped partner_sees must not pass as a field.
func (p *flowParser) itemFields(n *yamlNode, it *Item, known []string, l *List) {
	for i, pair := range n.pairs {
		if slices.Contains(known, pair.key) {
			continue
		}
		read := l.Where.reads("item."+pair.key) || l.Both.reads("item."+pair.key)
		if meant := nearest(pair.key, known); meant != "" && !read {
			p.log.add("F01", pair.pos, didYouMean(pair.key, known), "item %q has no key %q", it.ID, pair.key)
			if n.get(meant) == nil {
				n.pairs[i].key = meant
			}
			continue
		}
		if pair.val.kind != yamlScalar && slices.Contains(append(itemKeys, "text"), pair.key) {
			p.log.add("F01", pair.pos, "", "%s belongs to a list of another kind", pair.key)
			continue
		}
		if !p.validName(pair.key, pair.pos, "field") {
			continue
		}
		if v, ok := p.fieldValue(pair); ok {
			it.Fields[pair.key] = v
		}
	}
}

// itemDecl is the answer that a drawn question asks for.
func (p *flowParser) itemDecl(pair yamlPair, it *Item) *Decl {
	n, what := pair.val, "item "+strconv.Quote(it.ID)
	d := &Decl{Name: it.ID, Pos: pair.pos, PartnerSees: SeesNever}
	p.nodes[d] = n
	if d.Type = p.typeOf(n, what); d.Type == "" {
		return d
	}
	if d.Type == FromList || d.Type == ItemOf {
		p.log.add("F01", n.at("type"), "give it a type of its own", "a drawn question cannot be %s", d.Type)
		return d
	}
	if p.factOnly(n, d) {
		return d
	}
	allowed := append([]string{"ask", "type", "optional", "partner_sees", "keep"}, declKeys[d.Type]...)
	if d.Type != Text && d.Type != Zone && d.Type != Date {
		allowed = append(allowed, "buttons", "also", "then")
	}
	for _, key := range itemKeys {
		if n.get(key) != nil && !slices.Contains(allowed, key) {
			p.log.add("F01", n.at(key), "it takes "+listed(allowed), "%s question has no %s", article(string(d.Type)), key)
		}
	}
	p.itemShape(n, d, what)
	p.privacy(n, d)
	it.Then = p.followUps(n.get("then"))
	return d
}

// itemShape allows buttons to stand for options, and for the ends of a scale.
func (p *flowParser) itemShape(n *yamlNode, d *Decl, what string) {
	buttons := n.get("buttons")
	switch {
	case (d.Type == OneOf || d.Type == Multi) && n.get("options") == nil && buttons != nil:
		d.Options = p.options(buttons)
		d.Max, _ = p.number(n, "max", 1, maxOptions)
		return
	case d.Type == Scale && n.get("from") == nil && n.get("to") == nil && buttons != nil && buttons.kind == yamlMap:
		p.scaleByButtons(buttons, d)
	default:
		p.shape(n, d, what)
	}
	ids := optionIDs(d)
	for _, o := range p.overrides(n) {
		if !slices.Contains(ids, o.ID) && !d.someValue(o.ID) {
			at := n.at("buttons")
			p.log.add("F02", at, didYouMean(o.ID, ids), "%s has no option %q", what, o.ID)
			continue
		}
		putDeclOption(d, o)
	}
}

func putDeclOption(d *Decl, o Option) {
	if i := slices.IndexFunc(d.Options, func(have Option) bool { return have.ID == o.ID }); i >= 0 {
		if o.Label != "" {
			d.Options[i].Label = o.Label
		}
		d.Options[i].Also = append(d.Options[i].Also, o.Also...)
		return
	}
	d.Options = append(d.Options, o)
}

func (p *flowParser) scaleByButtons(buttons *yamlNode, d *Decl) {
	for i, pair := range buttons.pairs {
		num, err := strconv.Atoi(pair.key)
		if err != nil || num < 0 || num > 100 || i > 0 && num != d.To+1 || i >= maxScale {
			p.log.add("F01", pair.pos, "number them in order, like 1, 2, 3", "button %q is not the next point of the scale", pair.key)
			return
		}
		if i == 0 {
			d.From = num
		}
		d.To = num
	}
}

// followUps are the flows that follow some options.
func (p *flowParser) followUps(n *yamlNode) map[string]string {
	if !p.optionMap(n, "then", "{ 1: low_safety }") {
		return nil
	}
	out := map[string]string{}
	for _, pair := range n.pairs {
		if p.isScalar(pair.val, "then") {
			out[pair.key] = pair.val.text
		}
	}
	return out
}
