package bottest

import (
	"encoding/hex"
	"fmt"
	"strings"

	"rewoo/flows"
)

// nasty are words that no platform may take for anything but words.
const nasty = "*" + word + "* _so_ <b>&amp;</b> [a](http://b.example) @everyone `x` \\ ~~no~~ ||not hidden||"

// How much of something is shown.
const (
	longWords   = 1500 // more than any platform takes in one message
	manyChoices = 24
)

// show shows a message of a kind:
//
//	picture   a picture with words
//	quote     somebody's own words, which look like markup
//	private   something that is not to be passed on
//	long      longWords numbered words in paragraphs
//	many      a question with manyChoices choices, "Choice 1" …
//	form      a question for words; filling it: "filled: TEXT"
//	delete    something that is deleted at once, and "deleted"
//	close     a question that is closed at once, and "closed"
//
// It is false for a kind that it does not know.
func (e *echo) show(kind string) bool {
	switch kind {
	case "picture":
		e.say("look: " + word).Image = &flows.Image{Name: "dot.png", Alt: "a dot", Bytes: dot}
	case "quote":
		m := e.say("somebody said:")
		m.Body = append(m.Body, flows.Block{Text: nasty, Quote: true})
	case "private":
		e.say("for you alone: " + word).Private = true
	case "long":
		e.say("").Body = longBody()
	case "many":
		m := e.say("which one? " + word)
		e.me.Buttons = nil
		for i := range manyChoices {
			e.offer(m, i, fmt.Sprint(i+1), fmt.Sprint("Choice ", i+1))
		}
	case "form":
		m := e.say("write here: " + word)
		e.me.Buttons = nil
		b := flows.Button{Token: hex.EncodeToString(e.ev.Seed[:12]), Choice: "form", Label: "form", Value: m.ID}
		e.me.Buttons = append(e.me.Buttons, b)
		m.Form = &flows.Form{Action: b.Token, Max: 300}
	case "delete":
		id := e.say("this goes: " + word).ID
		e.change(flows.Delete, id)
		e.say("deleted")
	case "close":
		m := e.say("too late: " + word)
		e.offer(m, 0, "yes", "Yes")
		id := m.ID
		e.me.Buttons = nil
		e.change(flows.Close, id)
		e.say("closed")
	default:
		return false
	}
	return true
}

// offer adds the i-th choice to a message.
func (e *echo) offer(m *flows.Message, i int, id, label string) {
	token := append([]byte{byte(i)}, e.ev.Seed[:11]...)
	b := flows.Button{Token: hex.EncodeToString(token), Choice: id, Label: label, Value: m.ID}
	e.me.Buttons = append(e.me.Buttons, b)
	m.Choices = append(m.Choices, flows.Choice{ID: id, Label: label, Action: b.Token})
}

func (e *echo) change(op flows.Op, on string) {
	m := e.say("")
	m.Op, m.On, m.Body = op, on, nil
}

// filled takes what was written into a form, once.
func (e *echo) filled(ev flows.Event) {
	for _, b := range e.me.Buttons {
		if b.Token == ev.Action {
			e.me.Buttons = nil
			e.say("filled: " + ev.Text)
			return
		}
	}
	e.say("that form is old")
}

func longBody() (body []flows.Block) {
	var b strings.Builder
	for i := range longWords {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%s%d", word, i)
		if i%20 == 19 {
			b.WriteByte('.')
		}
		if i%100 == 99 || i == longWords-1 {
			body = append(body, flows.Block{Text: b.String()})
			b.Reset()
		}
	}
	return body
}

// dot is a PNG of one pixel.
var dot, _ = hex.DecodeString("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8dfe00000044101c00cd1ed910000000049454e44ae426082")
