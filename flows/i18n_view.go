package flows

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// translate reads every language's file against the base, and makes its view. It needs a base without faults: what is wrong
// there would be said once more for each language.
func (l *loader) translate(c *flowCheck) {
	l.lib.base = "en"
	if d := l.lib.Person[languageFact]; d != nil && d.Default.S != "" {
		l.lib.base = d.Default.S
	}
	if len(l.langs) == 0 {
		return
	}
	slots := i18nSlots(l.docs)
	checks := make([]*i18nCheck, len(l.langs))
	for i, t := range l.langs {
		checks[i] = &i18nCheck{lib: l.lib, log: l.log, c: c, t: t, slots: slots}
		checks[i].all()
	}
	if l.log.errors() {
		return
	}
	l.lib.tongues = &tongues{names: []string{l.lib.base}}
	l.lib.views = map[string]*Library{}
	for i, t := range l.langs {
		l.lib.views[t.lang] = l.view(c, t, checks[i].usable())
		l.lib.tongues.names = append(l.lib.tongues.names, t.lang)
	}
	var tags []language.Tag
	for _, name := range l.lib.tongues.names {
		tags = append(tags, language.Make(name))
	}
	l.lib.tongues.matcher = language.NewMatcher(tags)
	l.otherReady()
}

// view is the library in a language. What is not translated is shared with the base.
func (l *loader) view(base *flowCheck, t *translation, said map[*i18nSlot]*i18nEntry) *Library {
	v := *l.lib
	v.views, v.byName = nil, nil
	v.Flows, v.Lists, v.Globals = maps.Clone(l.lib.Flows), maps.Clone(l.lib.Lists), maps.Clone(l.lib.Globals)
	p := flowParser{log: l.log, nodes: maps.Clone(l.p.nodes), view: true}
	p.nodes[&v] = l.p.nodes[l.lib]
	rw := newRewriter(said)
	flows, lists, kinds := slices.Clone(l.flows), slices.Clone(l.lists), slices.Clone(l.kinds)
	v.Records = maps.Clone(l.lib.Records)
	for _, file := range keysOf(l.docs) {
		was := l.docs[file]
		if file == "words.yaml" && t.section("months") != nil {
			was = was.with("months", t.section("months"))
		}
		n := rw.node(was)
		if n == l.docs[file] {
			continue
		}
		switch {
		case file == "words.yaml":
			v.Words = map[string]string{}
			p.nodes[&v] = n
			p.wordsFile(n, &v)
		case file == "person.yaml":
			v.Person = p.factsFile(n, "person")
		case file == "couple.yaml":
			v.Couple = p.factsFile(n, "couple")
		case strings.HasPrefix(file, "lists/"):
			x := p.list(n)
			v.Lists[x.Name] = x
			replaceNamed(lists, x, func(x *List) string { return x.Name })
		case strings.HasPrefix(file, recordsDirPath):
			x := p.recordKind(n)
			v.Records[x.Name] = x
			replaceNamed(kinds, x, func(x *RecordKind) string { return x.Name })
		case n.get("flow") != nil:
			x, b := p.flow(n), l.lib.Flows[n.get("flow").text]
			x.Start.plan, x.Shape, x.Words, x.source = b.Start.plan, b.Shape, b.Words, b.source
			v.Flows[x.Name] = x
			replaceNamed(flows, x, func(x *Flow) string { return x.Name })
		}
	}
	for _, word := range keysOf(t.globals) {
		if have, ok := v.Globals[word]; ok && have != t.globals[word] {
			l.log.add("F14", t.section("globals").pos, "find another word", "%q already means %s", word, have)
		}
		v.Globals[word] = t.globals[word]
	}
	v.lists = lists
	v.byName = v.ordered()
	(&flowCheck{lib: &v, flows: flows, lists: lists, records: kinds, log: l.log, nodes: p.nodes, view: true}).all()
	return &v
}

func replaceNamed[T any](all []T, x T, name func(T) string) {
	if i := slices.IndexFunc(all, func(o T) bool { return name(o) == name(x) }); i >= 0 {
		all[i] = x
	}
}

// viewTexts is what a language can break: the words that are accepted, and what fits both platforms. A view's steps are
// those of the base, and its texts show the same, so everything else holds already.
func (c *flowCheck) viewTexts() {
	c.words()
	c.menu()
	c.accepted()
	for _, f := range c.flows {
		c.previews(f)
	}
}

// otherReady gives every ready sentence those of the other languages: who changes the language in the middle of a conversation
// has not typed what they tapped before.
func (l *loader) otherReady() {
	libs := append([]*Library{l.lib}, slices.Collect(maps.Values(l.lib.views))...)
	texts := map[string][]string{}
	each := func(visit func(key string, r *Ready)) {
		for _, lib := range libs {
			lib.eachReady(visit)
		}
	}
	each(func(key string, r *Ready) {
		if !slices.Contains(texts[key], r.Text) {
			texts[key] = append(texts[key], r.Text)
			slices.Sort(texts[key])
		}
	})
	each(func(key string, r *Ready) {
		if len(texts[key]) > 1 {
			r.Elsewhere = texts[key]
		}
	})
}

// eachReady visits every ready sentence. Its key is the same in all languages.
func (l *Library) eachReady(visit func(key string, r *Ready)) {
	all := func(key string, ready []Ready) {
		for i := range ready {
			visit(key+"/"+ready[i].ID, &ready[i])
		}
	}
	for _, f := range l.ordered() {
		for _, s := range f.Steps {
			all("flows/"+f.Name+"/"+s.ID, s.Ready)
		}
		for _, name := range keysOf(f.Answers) {
			all("flows/"+f.Name+"//"+name, f.Answers[name].Ready)
		}
	}
	for _, list := range l.Lists {
		for _, it := range list.Items {
			all("lists/"+list.Name+"/"+it.ID, it.Ready)
			if it.Decl != nil {
				all("lists/"+list.Name+"/"+it.ID, it.Decl.Ready)
			}
		}
	}
}

// rewriter puts translations in the place of base texts. What holds none stays the same node.
type rewriter struct {
	say  map[*yamlNode]*yamlNode              // base text → translation
	also map[*yamlNode]map[string][]*yamlNode // whose also → option → further words
}

// newRewriter gathers the entries. Beside a translation, what the base accepts is still accepted: people write yes in any language,
// and who has changed the language finds the words that they know.
func newRewriter(said map[*i18nSlot]*i18nEntry) *rewriter {
	w := &rewriter{say: map[*yamlNode]*yamlNode{}, also: map[*yamlNode]map[string][]*yamlNode{}}
	for slot, e := range said {
		w.say[slot.base] = e.say
		if slot.owner == nil {
			continue
		}
		more := slices.Clone(e.also)
		if base := strings.TrimSpace(slot.base.text); fold(base) != fold(e.say.text) {
			more = append(more, &yamlNode{pos: e.say.pos, text: base})
		}
		if len(more) > 0 {
			if w.also[slot.owner] == nil {
				w.also[slot.owner] = map[string][]*yamlNode{}
			}
			w.also[slot.owner][slot.option] = append(w.also[slot.owner][slot.option], more...)
		}
	}
	return w
}

func (w *rewriter) node(n *yamlNode) *yamlNode {
	if n == nil {
		return nil
	}
	if to := w.say[n]; to != nil {
		return to
	}
	out := *n
	changed := false
	out.pairs = slices.Clone(n.pairs)
	for i := range out.pairs {
		val := w.node(out.pairs[i].val)
		if val != out.pairs[i].val && out.pairs[i].key == "options" && n.pairs[i].val.kind == yamlList {
			val = optionsByID(n.pairs[i].val, val)
		}
		changed = changed || val != out.pairs[i].val
		out.pairs[i].val = val
	}
	out.list = slices.Clone(n.list)
	for i := range out.list {
		out.list[i] = w.node(n.list[i])
		changed = changed || out.list[i] != n.list[i]
	}
	if also := w.also[n]; also != nil {
		changed = true
		out = *out.with("also", moreWords(out.get("also"), also, n.pos))
	}
	if !changed {
		return n
	}
	return &out
}

// optionsByID makes a mapping of a list of labels: its ids come from the base's labels.
func optionsByID(base, to *yamlNode) *yamlNode {
	out := &yamlNode{kind: yamlMap, pos: to.pos}
	for i, v := range base.list {
		out.pairs = append(out.pairs, yamlPair{key: snake(v.text), pos: v.pos, val: to.list[i]})
	}
	return out
}

// with is a copy of a mapping with another value for a key.
func (n *yamlNode) with(key string, val *yamlNode) *yamlNode {
	out := *n
	out.pairs = slices.Clone(n.pairs)
	if i := slices.IndexFunc(out.pairs, func(p yamlPair) bool { return p.key == key }); i >= 0 {
		out.pairs[i].val = val
	} else {
		out.pairs = append(out.pairs, yamlPair{key: key, pos: val.pos, val: val})
	}
	return &out
}

// moreWords is an also: with further words.
func moreWords(have *yamlNode, more map[string][]*yamlNode, pos Pos) *yamlNode {
	out := &yamlNode{kind: yamlMap, pos: pos}
	if have != nil {
		out.pairs = slices.Clone(have.pairs)
	}
	for _, option := range keysOf(more) {
		words := &yamlNode{kind: yamlList, pos: pos, list: more[option]}
		if v := out.get(option); v != nil {
			words.list = slices.Concat(v.list, more[option])
		}
		out = out.with(option, words)
	}
	return out
}
