package flows

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// globalActions are what a global word can do.
var globalActions = []string{"help", "skip", "back", "leave", "stop", "privacy", "start", "cards"}

var (
	wordsKeys = []string{"globals", "months", "texts"}
	zoneKeys  = []string{"zone", "country", "names"}
	factKeys  = []string{"type", "from", "to", "max", "options", "default", "derived", "reads"}
)

// globals reads the one table of words that work everywhere.
func (p *flowParser) globals(n *yamlNode) map[string]string {
	out := map[string]string{}
	if n == nil {
		return out
	}
	if !p.fields(n, "globals", globalActions...) {
		return out
	}
	for _, pair := range n.pairs {
		if !slices.Contains(globalActions, pair.key) {
			continue
		}
		if pair.val.kind != yamlList || len(pair.val.list) == 0 {
			p.log.add("F01", pair.val.pos, "write it as [/"+pair.key+"]", "%s must be a list of commands", pair.key)
			continue
		}
		for _, v := range pair.val.list {
			if !p.isScalar(v, pair.key) {
				continue
			}
			word := strings.ToLower(v.text)
			if have, twice := out[word]; twice {
				p.log.add("F01", v.pos, "keep one of the two", "%q already means %s", word, have)
				continue
			}
			if strings.ContainsAny(word, " \n") || len(word) > maxNameChars || word == "/" {
				p.log.add("F01", v.pos, "write one word, like /help", "%q is not one word", v.text)
				continue
			}
			out[word] = pair.key
		}
	}
	return out
}

// wordsFile reads words.yaml.
func (p *flowParser) wordsFile(n *yamlNode, lib *Library) {
	if !p.fields(n, "words.yaml", wordsKeys...) {
		return
	}
	p.missing(n, "words.yaml", "globals", "texts")
	lib.Months = p.months(n.get("months"))
	lib.Globals = p.globals(n.get("globals"))
	texts := n.get("texts")
	if texts == nil {
		return
	}
	if texts.kind != yamlMap {
		p.log.add("F01", texts.pos, "write key: text for each", "texts must be a mapping")
		return
	}
	for _, pair := range texts.pairs {
		if p.validName(pair.key, pair.pos, "text") {
			lib.Words[pair.key] = p.readText(pair.val, pair.key, maxTextChars)
		}
	}
}

// zonesFile reads zones.yaml.
func (p *flowParser) zonesFile(n *yamlNode) []ZoneEntry {
	if n.kind != yamlList {
		p.log.add("F01", n.pos, "write - { zone: Europe/Berlin, country: Germany, names: [Munich] } lines", "zones.yaml must be a list")
		return nil
	}
	_, err := time.LoadLocation("Europe/London")
	table := err == nil // a machine without the table of zones checks their form only
	var out []ZoneEntry
	seen := map[string]bool{}
	for _, e := range n.list {
		if !p.fields(e, "a zone", zoneKeys...) {
			continue
		}
		p.missing(e, "a zone", "zone", "country")
		z := ZoneEntry{Zone: p.target(e, "zone").Step, Country: p.text(e, "country", maxLabelChars), Names: p.words(e.get("names"), "names")}
		if z.Zone == "" {
			continue
		}
		if !validZone(z.Zone, table) {
			p.log.add("F02", e.at("zone"), "use a name like Europe/Berlin", "there is no time zone %q", z.Zone)
		} else if seen[z.Zone] {
			p.log.add("F01", e.at("zone"), "keep one of the two", "zone %q is there twice", z.Zone)
		}
		seen[z.Zone] = true
		out = append(out, z)
	}
	return out
}

func validZone(name string, table bool) bool {
	if name == "" || name == "Local" || len(name) > maxNameChars || strings.HasPrefix(name, "/") || strings.Contains(name, "..") || strings.ContainsAny(name, "\\ ") {
		return false
	}
	if !table {
		return true
	}
	_, ok := lookupZone(name)
	return ok
}

// factsFile reads person.yaml or couple.yaml; of names the one mapping in it.
func (p *flowParser) factsFile(n *yamlNode, of string) map[string]*Decl {
	out := map[string]*Decl{}
	if !p.fields(n, of+".yaml", of) {
		return out
	}
	p.missing(n, of+".yaml", of)
	facts := n.get(of)
	if facts == nil {
		return out
	}
	if facts.kind != yamlMap {
		p.log.add("F01", facts.pos, "write name: { type: … } for each", "%s must be a mapping", of)
		return out
	}
	for _, pair := range facts.pairs {
		if p.validName(pair.key, pair.pos, "fact") {
			out[pair.key] = p.fact(pair)
		}
	}
	return out
}

func (p *flowParser) fact(pair yamlPair) *Decl {
	d := &Decl{Name: pair.key, Pos: pair.pos, PartnerSees: SeesNever}
	p.nodes[d] = pair.val
	what := "fact " + strconv.Quote(pair.key)
	if !p.fields(pair.val, what, factKeys...) {
		return d
	}
	if d.Type = p.typeOf(pair.val, what); d.Type == "" {
		return d
	}
	if d.Type == FromList || d.Type == ItemOf {
		p.log.add("F01", pair.val.at("type"), "give it a type of its own", "a fact cannot be %s", d.Type)
		return d
	}
	p.notHere(pair.val, article(string(d.Type))+" fact", append([]string{"type", "default", "derived", "reads"}, declKeys[d.Type]...))
	p.shape(pair.val, d, what)
	if v := pair.val.get("reads"); v != nil && pair.val.get("derived") == nil {
		p.log.add("F01", pair.val.at("reads"), "remove it, or add derived:", "reads says what a computed fact goes by, and %s is not computed", what)
	}
	if v := pair.val.get("derived"); v != nil {
		d.Derived = p.word(pair.val, "derived", keysOf(derived)...)
		d.Reads = p.words(pair.val.get("reads"), "reads")
		if pair.val.get("default") != nil {
			p.log.add("F01", pair.val.at("default"), "keep one of the two", "%s is derived and cannot have a default", what)
		}
		return d
	}
	p.factDefault(pair.val.get("default"), d, what)
	return d
}

func (p *flowParser) factDefault(v *yamlNode, d *Decl, what string) {
	if v == nil {
		if d.Type == Span {
			p.log.add("F01", d.Pos, "add one, like default: 48h", "%s has no default, and a wait that goes by it would have no length", what)
		}
		return
	}
	if d.Type == Text && v.kind == yamlScalar && v.text == "" && !v.plain {
		d.Default = Value{T: Text} // "" is a fine default for a text
		return
	}
	if !p.isScalar(v, "default") {
		return
	}
	ids := optionIDs(d)
	switch {
	case ids != nil && !slices.Contains(ids, v.text):
		p.log.add("F02", v.pos, didYouMean(v.text, ids), "%s has no option %q", what, v.text)
	case d.Type == Time && !validTime(v.text):
		p.log.add("F01", v.pos, `write it like "21:30"`, "%q is not a time of day", v.text)
	case d.Type == Zone && !validZone(v.text, true):
		p.log.add("F02", v.pos, "use a name like Europe/Berlin", "there is no time zone %q", v.text)
	case d.Type == Number || d.Type == Date || d.Type == Span:
		p.openDefault(v, d, what)
	case d.Type == Multi:
		d.Default = Value{T: Multi, L: []string{v.text}}
	case d.Type == Scale:
		d.Default.T = Scale
		d.Default.N, _ = strconv.Atoi(v.text)
	default:
		d.Default = Value{T: d.Type, S: v.text}
	}
}
