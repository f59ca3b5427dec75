package flows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// acceptedWord is something that a person can write at a question, and what it means there.
type acceptedWord struct {
	word  string
	means string // option "yes", exit "enough", the button Skip
	pos   Pos
	label bool // it stands on a button
	own   bool // it stands in a flow or list; the engine's own labels are the same at every question
}

// accepted is F14: what a person can write at a question means one thing. Ids, labels and further words of the options,
// the labels of exits and of the engine's own buttons are compared as the engine reads them, and none may be a word that
// works everywhere: those are read first. A drawn question brings its own words, and meets the exits of every step that
// asks it. The same words stand on buttons, which F17 looks at.
func (c *flowCheck) accepted() {
	c.engineLabels()
	for _, l := range c.lists {
		for _, it := range l.Items {
			if it.Decl != nil && it.Decl.Type != "" {
				words := c.optionWords(nil, it.Decl)
				for _, in := range c.readyOf(nil, nil, it.Decl) {
					words = append(words, c.readyWords(in)...)
					c.readySound(in, it.Decl)
				}
				c.drawn[it] = newDrawnWords(it.Decl.Type, words)
				c.oneMeaning(it.Decl.Type, append(words, c.engineWords(it.Decl.Type)...))
				c.writtenMeaning(it.Decl, words)
				c.fitting(it.Pos, "item "+strconv.Quote(it.ID), words, 1+writeButton(it.Decl))
			}
		}
	}
	for _, f := range c.flows {
		for _, s := range f.Steps {
			d := c.answer(f, s.Ask)
			switch {
			case s.Kind.joins():
				words := append(c.confirmWords(s), c.exitWords(s)...)
				skip := c.engineWords("")
				if s.Pair != "claim" {
					skip = nil // no such button
				}
				c.oneMeaning("", append(words, skip...))
				c.fitting(s.Pos, quotedStep(s.ID), words, 2*len(skip)) // a code is written: Write stands there too
			case s.Kind == KPick:
				c.pickWords(s)
			case d == nil || d.Type == "":
			case d.Type == FromList:
				c.meets(s, c.list(d.List))
			default:
				words := c.optionWords(s, d)
				if d.Type == ItemOf {
					words = c.itemWords(d)
				}
				words = append(words, c.exitWords(s)...)
				c.fitting(s.Pos, quotedStep(s.ID), words, 1+writeButton(d))
				c.oneMeaning(d.Type, slices.Concat(words, c.engineWords(d.Type), c.itemIDs(d)))
				c.writtenMeaning(d, words)
				c.readyAt(f, s, d)
			}
		}
	}
}

// pickWords are what a choice of a record can be answered with.
func (c *flowCheck) pickWords(s *Step) {
	words := append(c.itemWords(nil), c.exitWords(s)...)
	engine := append(c.engineWords(""), c.engineWord("label_more"))
	c.fitting(s.Pos, quotedStep(s.ID), words, len(engine))
	c.oneMeaning("", append(words, engine...))
}

// meets compares the exits of a step with the words of every question that it can draw.
func (c *flowCheck) meets(s *Step, l *List) {
	exits := c.exitWords(s)
	c.oneMeaning("", append(exits, c.engineWords("")...))
	c.fitting(s.Pos, quotedStep(s.ID), exits, 1)
	if l == nil || len(exits) == 0 {
		return
	}
	said := map[string]bool{}
	for _, w := range exits {
		for _, it := range l.Items {
			key := accepts(c.drawn[it].t, w.word)
			if means, ok := c.drawn[it].means[key]; ok && !said[w.means] {
				said[w.means] = true
				c.log.add("F14", w.pos, "change one of them", "%q means two things here: %s, and %s of item %q, which can be drawn", w.word, w.means, means, it.ID)
			}
		}
	}
	unsaid := slices.DeleteFunc(slices.Clone(exits), func(w acceptedWord) bool { return said[w.means] })
	for _, it := range l.Items {
		if it.Decl != nil && c.writtenMeaning(it.Decl, unsaid) {
			break
		}
	}
	for _, it := range l.Items {
		if n := len(exits) + 1 + c.drawn[it].buttons; n > maxButtons {
			c.tooMany(s.Pos, quotedStep(s.ID)+" with item "+strconv.Quote(it.ID), n)
			return
		}
	}
}

// accepts is a word as a question of a type compares it.
func accepts(t Type, word string) string {
	switch t {
	case Time:
		if w, ok := readTime(word); ok {
			return w.String()
		}
	case Number:
		if n, ok := readNumber(word); ok {
			return itoa(n)
		}
	}
	return fold(word)
}

// oneMeaning reports words with two meanings, each pair of meanings once.
func (c *flowCheck) oneMeaning(t Type, words []acceptedWord) {
	seen, said := map[string]acceptedWord{}, map[string]bool{}
	for _, w := range words {
		key := accepts(t, w.word)
		if w.own && !said[w.means] && c.unheard(w, key) {
			said[w.means] = true
			continue
		}
		have, ok := seen[key]
		if !ok {
			seen[key] = w
			continue
		}
		if pair := have.means + " " + w.means; have.means != w.means && (have.own || w.own) && !said[pair] {
			said[pair] = true
			pos := w.pos
			if !w.own {
				pos = have.pos
			}
			c.log.add("F14", pos, "change one of them", "%q means two things here: %s and %s", w.word, have.means, w.means)
		}
	}
}

// unheard reports a word that never reaches its question.
func (c *flowCheck) unheard(w acceptedWord, key string) bool {
	if key == "" {
		c.log.add("F14", w.pos, "use letters or digits", "%q is nothing but marks, so nobody can write it to mean %s", w.word, w.means)
		return true
	}
	for _, text := range []string{strings.ToLower(w.word), key} {
		word, rest, _ := strings.Cut(text, " ")
		word, _, _ = strings.Cut(word, "@")
		action, global := c.lib.Globals[word]
		switch {
		case global && (rest == "" || strings.HasPrefix(word, "/")):
			c.log.add("F14", w.pos, "find another", "%q works everywhere, as %s, and never reaches %s", w.word, action, w.means)
			return true
		case strings.HasPrefix(word, "/"):
			c.log.add("F14", w.pos, "write it without the slash", "%q is read as a command and never reaches %s", w.word, w.means)
			return true
		}
	}
	return false
}

// engineWords are the buttons that every question of a type has.
func (c *flowCheck) engineWords(t Type) []acceptedWord {
	keys := []string{"label_skip"}
	if t == Multi {
		keys = append(keys, "label_done")
	}
	var out []acceptedWord
	for _, key := range keys {
		out = append(out, c.engineWord(key))
	}
	return out
}

func (c *flowCheck) engineWord(key string) acceptedWord {
	return acceptedWord{word: c.lib.Words[key], means: fmt.Sprintf("the button %q of words.yaml", key), pos: c.at(c.lib, "texts", key), label: true}
}

// longestApp is the longest name of a platform, as it is shown, with the number of a further account there.
func (c *flowCheck) longestApp() (app string) {
	for _, key := range []string{"app_telegram", "app_discord", "app_web", "app_other"} {
		if name := c.lib.Words[key]; length(name) > length(app) {
			app = name
		}
	}
	return app + " " + itoa(maxAccounts)
}

// engineLabels compares the engine's own labels where they stand beside each other.
func (c *flowCheck) engineLabels() {
	if c.nodes[c.lib] == nil {
		return
	}
	var all []acceptedWord
	for _, group := range [][]string{{"label_skip", "label_done", "label_yes", "label_no"}, {"label_share", "label_keep"}, {"label_open"}, {"label_undo"},
		{"label_share_anyway", "label_keep"}, {"label_let_use", "label_keep"}, {"label_close", "label_leave_it"}, {"label_stay", "label_leave_quietly"},
		{"label_stay", "label_leave_openly"}, {"label_take_back", "label_older", "label_leave_it"}, {"label_item"}, {"label_remove", "label_leave_it"},
		{"label_item", "label_more", "label_skip"}, {"account_here", "label_leave_it"}, {"label_write", "label_skip"}} {
		var words []acceptedWord
		for _, key := range group {
			if w := c.engineWord(key); w.word != "" { // a missing one is F02
				w.word = strings.NewReplacer("{n}", itoa(maxOffered), "{app}", c.longestApp()).Replace(w.word)
				w.own = true
				words = append(words, w)
			}
		}
		c.oneMeaning("", words)
		all = append(all, words...)
	}
	c.fitting(Pos{}, "", all, 0)
}
