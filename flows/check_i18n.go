package flows

import (
	"slices"
	"strconv"
	"strings"
)

// i18nCheck is F15: what a language covers is complete, made from the texts that are there now, and shows the same. A base text
// that changed must not stop a bot from starting, so what is missing or stale is a warning, until it goes out.
type i18nCheck struct {
	lib    *Library
	log    *findingLog
	c      *flowCheck
	t      *translation
	slots  []*i18nSlot
	by     map[string]*i18nSlot
	cannot map[*i18nSlot]bool // entries that show other things than their base
}

func (x *i18nCheck) all() {
	x.by, x.cannot = map[string]*i18nSlot{}, map[*i18nSlot]bool{}
	for _, s := range x.slots {
		x.by[s.key()] = s
	}
	x.choosable()
	x.t.settle(x.by, x.log)
	for _, e := range x.t.entries {
		if s := x.by[strings.Join(e.path, "/")]; s != nil {
			x.same(s, e)
		} else {
			x.extra(e)
		}
	}
	x.complete()
}

// choosable: a language that nobody can choose is a slip, and so is one with the name of the base.
func (x *i18nCheck) choosable() {
	d, pos := x.lib.Person[languageFact], x.t.section("language").pos
	switch {
	case x.t.lang == x.lib.base:
		x.log.add("F15", pos, "change the texts themselves", "%q is the language of the base texts", x.t.lang)
	case d == nil:
		x.log.add("F15", pos, "add language: { type: choice, options: { en: English, "+x.t.lang+": … }, default: en } to person.yaml",
			"there is no fact person.language, so nobody could choose %q", x.t.lang)
	case d.Type != OneOf || !slices.Contains(optionIDs(d), x.t.lang):
		x.log.add("F15", pos, "add it to the options of person.language", "person.language has no option %q, so nobody could choose it", x.t.lang)
	}
}

// same compares an entry with its base.
func (x *i18nCheck) same(s *i18nSlot, e *i18nEntry) {
	stale := e.of != baseHash(s.base.text)
	if stale {
		x.log.warn("F15", e.node.at("of"), "look at it again, and write of: "+quotedHash(baseHash(s.base.text)),
			"the base text of %s has changed since: %s", x.name(s), shortened(s.base.text))
	}
	if len(e.also) > 0 && s.owner == nil {
		x.log.add("F15", e.node.at("also"), "remove it", "%s is no option that could be written", x.name(s))
	}
	want, _ := textHoles(s.base.text)
	have, sound := textHoles(e.say.text)
	slices.Sort(want)
	slices.Sort(have)
	want, have = slices.Compact(want), slices.Compact(have)
	if !sound {
		x.cannot[s] = true
		x.log.add("F15", e.say.pos, "holes look like {me.pulse}", "a brace in this text has no other half")
		return
	}
	if slices.Equal(want, have) {
		return
	}
	x.cannot[s] = true
	if stale {
		return // until it was looked at, the base text is shown
	}
	for _, h := range have {
		if !slices.Contains(want, h) {
			x.log.add("F15", e.say.pos, didYouMean(h, want), "this shows {%s}, and the base text of %s does not", h, x.name(s))
			return
		}
	}
	for _, h := range want {
		if !slices.Contains(have, h) {
			x.log.add("F15", e.say.pos, "put {"+h+"} into it", "this does not show {%s}, as the base text of %s does", h, x.name(s))
			return
		}
	}
}

// name is how findings call a place.
func (x *i18nCheck) name(s *i18nSlot) string { return strconv.Quote(strings.Join(s.path[1:], " ")) }

// shortened is the beginning of a text.
func shortened(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 60 {
		text = string(r[:59]) + "…"
	}
	return strconv.Quote(text)
}

// extra says which part of a path leads nowhere.
func (x *i18nCheck) extra(e *i18nEntry) {
	for depth := 1; depth < len(e.path); depth++ {
		var known []string
		for _, s := range x.slots {
			if len(s.path) > depth && slices.Equal(s.path[:depth], e.path[:depth]) && !slices.Contains(known, s.path[depth]) {
				known = append(known, s.path[depth])
			}
		}
		if slices.Contains(known, e.path[depth]) {
			continue
		}
		pos := x.t.seen[strings.Join(e.path[:depth+1], "/")]
		if depth < len(e.path)-1 && slices.ContainsFunc(x.log.all, func(f Finding) bool {
			return f.File == pos.File && f.Line == pos.Line && f.Column == pos.Column
		}) {
			return // said once for all that stands there
		}
		hint := didYouMean(e.path[depth], known)
		if hint == "" {
			hint = "remove it"
		}
		x.log.warn("F15", pos, hint, "%q translates nothing in %s", e.path[depth], strings.Join(e.path[:depth], " "))
		return
	}
	x.log.warn("F15", e.pos, "name what it translates further", "%q is no single text", e.path[len(e.path)-1])
}

// complete demands an entry for all that the covered flows say.
func (x *i18nCheck) complete() {
	need := x.needed()
	missing := map[string][]*i18nSlot{} // by what they belong to, in order
	var order []string
	whole := map[string]int{}
	for _, s := range x.slots {
		of := s.path[0]
		if of != "words" {
			of += "/" + s.path[1]
		}
		if _, ok := need[of]; !ok {
			continue
		}
		whole[of]++
		if x.t.at[s.key()] == nil {
			if missing[of] == nil {
				order = append(order, of)
			}
			missing[of] = append(missing[of], s)
		}
	}
	for _, of := range order {
		pos := need[of]
		if at, ok := x.t.seen[of]; ok {
			pos = at
		} else if n := x.t.section(of); n != nil {
			pos = n.pos
		}
		begun := slices.ContainsFunc(missing[of], func(s *i18nSlot) bool { _, ok := x.t.seen[s.key()]; return ok })
		if n := len(missing[of]); n == whole[of] && n > 1 && !begun {
			x.log.warn("F15", pos, "translate it", "nothing of %s is translated", strings.ReplaceAll(of, "/", " "))
			continue
		}
		for _, s := range missing[of] {
			pos := pos
			if at, ok := x.t.seen[s.key()]; ok {
				pos = at
			}
			x.log.warn("F15", pos, "add { of: "+quotedHash(baseHash(s.base.text))+`, say: "…" }`, "%s is not translated: %s", x.name(s), shortened(s.base.text))
		}
	}
}

// needed are the parts of the library that the covered flows use, with the place that says so.
func (x *i18nCheck) needed() map[string]Pos {
	need := map[string]Pos{}
	put := func(what string, pos Pos) {
		if _, ok := need[what]; !ok {
			need[what] = pos
		}
	}
	var covered []string
	for _, t := range x.t.covers {
		covered = append(covered, t.Step)
	}
	for _, t := range x.t.covers {
		f := x.lib.Flows[t.Step]
		if f == nil {
			x.log.warn("F15", t.Pos, didYouMean(t.Step, keysOf(x.lib.Flows)), "flow %q does not exist", t.Step)
			continue
		}
		put("words", t.Pos)
		put("flows/"+f.Name, t.Pos)
		for _, s := range f.Steps {
			for _, list := range []string{s.From, s.Against} {
				put("lists/"+list, t.Pos)
			}
			if s.Record != "" {
				put("records/"+s.Record, t.Pos)
			}
			for _, text := range []string{s.Text, s.Wrong, s.ShareText} {
				holes, _ := textHoles(text)
				for _, h := range holes {
					put("facts/"+h, t.Pos)
				}
			}
			if s.Run != "" && !slices.Contains(covered, s.Run) && x.lib.Flows[s.Run] != nil {
				x.log.warn("F15", t.Pos, "add it to covers", "flow %q runs %q, which is not covered", f.Name, s.Run)
			}
		}
		for _, name := range keysOf(f.Answers) {
			put("lists/"+f.Answers[name].List, t.Pos)
		}
	}
	return need
}

// usable are the entries that the view shows, each for its place: of flows only those that are covered, so that nobody meets half
// a conversation in one language and half in another.
func (x *i18nCheck) usable() map[*i18nSlot]*i18nEntry {
	out := map[*i18nSlot]*i18nEntry{}
	for _, s := range x.slots {
		e := x.t.at[s.key()]
		if e == nil || x.cannot[s] {
			continue
		}
		if s.path[0] == "flows" && !slices.ContainsFunc(x.t.covers, func(t Target) bool { return t.Step == s.path[1] }) {
			continue
		}
		out[s] = e
	}
	return out
}
