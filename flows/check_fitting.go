package flows

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
)

// What both platforms can show (../../shared has the table): Discord 25 buttons a message, Telegram labels that a phone
// does not cut off. Texts may be longer than a message: adapters part them.
const (
	maxButtons = 25
	maxShown   = 25   // UTF-16 units of a label
	maxPreview = 4000 // characters of what has to be seen in one piece before it is shared
	longName   = 30   // the city of a time zone
)

// fitting is F17 for buttons: their number, with more that the engine adds, and the length of their labels. The token
// behind a button has 18 characters whatever it presses, and numbers of buttons are all that can grow.
func (c *flowCheck) fitting(pos Pos, what string, words []acceptedWord, more int) {
	count := map[string]bool{}
	for _, w := range words {
		count[w.means] = true
		n := len(utf16.Encode([]rune(w.word)))
		if w.label && w.own && n > maxShown && length(w.word) <= maxLabelChars { // longer still is F01
			c.log.add("F17", w.pos, "say it shorter", "the label %q has %d characters, more than the %d that a phone shows", w.word, n, maxShown)
		}
	}
	if n := len(count) + more; n > maxButtons && what != "" {
		c.tooMany(pos, what, n)
	}
}

func (c *flowCheck) tooMany(pos Pos, what string, n int) {
	c.log.add("F17", pos, "leave some out, or ask in two steps", "%s has %d buttons with Skip and its exits, more than the %d that fit one message", what, n, maxButtons)
}

// previews is F17 for sharing: what is previewed can be seen in one piece, with the longest values. A character counts
// once, whatever a platform makes of it.
func (c *flowCheck) previews(f *Flow) {
	long := map[*Decl]int{}
	for _, s := range f.Steps {
		if n := c.filled(f, s.Text, c.longestFact("name")); n > maxPreview && (s.Kind == KOpen || s.Kind == KClose || s.Kind == KPart || s.Kind == KRemove) {
			c.log.add("F17", s.TextPos, "say it shorter", "this can have %d characters, more than the %d that fit one message", n, maxPreview)
		}
		c.longText(f, s)
		for _, t := range s.Items {
			d := c.answer(f, t.Step)
			if d == nil || d.Type == "" || !c.sharable(d) {
				continue // F11
			}
			if _, ok := long[d]; !ok {
				long[d] = c.previewLength(f, d)
			}
			if long[d] > maxPreview {
				c.log.add("F17", t.Pos, "lower its max, or shorten the question",
					"the preview of %q can have %d characters, more than the %d that fit one message", d.Name, long[d], maxPreview)
			}
		}
	}
}

// previewLength is that of the engine's lines, the question and the answer, each as long as it can be.
func (c *flowCheck) previewLength(f *Flow, d *Decl) int {
	for _, s := range f.Steps {
		if s.Kind != KAsk || c.answer(f, s.Ask) != d {
			continue
		}
		name := c.longestFact("name")
		if d.Type != FromList {
			return c.inFrame(f, s, d, s.Text, name)
		}
		most, l := 0, c.list(d.List)
		for i := 0; l != nil && i < len(l.Items); i++ {
			it := l.Items[i]
			text := s.Text
			if text == "" {
				text = it.Text
			}
			if it.Decl != nil && it.Decl.PartnerSees != SeesNever {
				most = max(most, c.inFrame(f, &Step{}, it.Decl, text, name))
			}
		}
		return most
	}
	return 0
}

// inFrame is a question and its answer with the engine's lines around them. In a double reveal both answers stand in one
// card.
func (c *flowCheck) inFrame(f *Flow, s *Step, d *Decl, text string, name int) int {
	n := 4 + 2*lineBreaks + c.filled(f, text, name) + c.longestAnswer(s, d)
	if d.PartnerSees == SeesTogether {
		return n + c.filled(f, c.lib.Words["together_preview"], name) + c.filled(f, c.lib.Words["joint_theirs"], name) +
			length(c.lib.Words["joint_card"]) + length(c.lib.Words["joint_mine"]) + c.longestAnswer(s, d)
	}
	return n + c.filled(f, c.lib.Words["share_preview"], name) + c.filled(f, c.lib.Words["card_from"], name)
}

// filled is the length of a text with the longest values in its holes.
func (c *flowCheck) filled(f *Flow, text string, name int) int {
	n := length(text)
	holes, _ := textHoles(text)
	for _, hole := range holes {
		n += c.longestHole(f, hole, name) - length(hole) - 2
	}
	return n
}

func (c *flowCheck) longestHole(f *Flow, hole string, name int) int {
	scope, field, _ := strings.Cut(hole, ".")
	switch scope {
	case "both":
		return c.longestHalf(f, field)
	case "name", "you":
		return name
	case "person":
		return c.longestFact(field)
	case "couple":
		if d := c.lib.Couple[field]; d != nil {
			return c.longestAnswer(&Step{}, d)
		}
	case "me":
		if d := c.answer(f, field); d != nil {
			return c.longestAnswer(&Step{}, d)
		}
	case recordScope:
		return c.longestField(f, field)
	}
	if s := f.checkOf(scope); s != nil {
		return c.longestFound(s, field)
	}
	most := 0
	for _, s := range f.Steps {
		if l := c.list(s.From); s.Draw == scope && l != nil {
			for _, it := range l.Items {
				if field != "text" {
					most = max(most, length(it.Fields[field].show(nil)))
					continue
				}
				most = max(most, length(it.Text))
			}
		}
	}
	return most
}

// longestField is the longest that a field can be, of any record that can be at hand.
func (c *flowCheck) longestField(f *Flow, field string) int {
	most := 0
	for _, h := range c.hands(f) {
		for _, name := range h.kinds {
			if k := c.recordKind(name); k != nil && k.field(field) != nil {
				most = max(most, c.longestAnswer(&Step{}, k.field(field)))
			}
		}
	}
	return most
}

func (c *flowCheck) longestFact(name string) int {
	none := 0
	if name == "name" {
		none = length(c.lib.Words["no_name"])
	}
	if d := c.lib.Person[name]; d != nil {
		return max(none, c.longestAnswer(&Step{}, d))
	}
	return none
}

// longestAnswer is the length of the longest value of a declaration, as it is shown.
func (c *flowCheck) longestAnswer(s *Step, d *Decl) int {
	q := question{step: s, decl: d}
	switch d.Type {
	case Text:
		return q.maxText()
	case Time:
		return len("00:00")
	case Zone:
		return longName
	case Number:
		return max(len(strconv.Itoa(d.From)), len(strconv.Itoa(d.To)))
	case Date:
		return c.longestDate()
	case Span:
		return c.longestSpan()
	case FromList:
		most := 0
		if l := c.list(d.List); l != nil {
			for _, it := range l.Items {
				if it.Decl != nil && it.Decl.Type != FromList {
					most = max(most, c.longestAnswer(s, it.Decl))
				}
			}
		}
		return most
	}
	longest, all := 0, 0
	for _, o := range q.options(c.lib) {
		n := max(length(o.Label), length(o.ID))
		longest, all = max(longest, n), all+n+2
	}
	if d.Type == Multi {
		return min(all, q.maxMulti()*(longest+2))
	}
	return longest
}

// tooLong is F17 for set and with: a text that can be longer than what takes it would make every sum above wrong.
func (c *flowCheck) tooLong(a Assign, into *Decl, from condType) {
	if into.Type != Text || into.Max == 0 || from.decl == nil || from.decl.Type != Text {
		return
	}
	if q := (question{decl: from.decl}); q.maxText() > into.Max {
		c.log.add("F17", a.Expr.Pos, fmt.Sprintf("give %s max: %d", from.name, into.Max),
			"%s takes %d characters, and %s can have %d", a.Name, into.Max, from.name, q.maxText())
	}
}
