package flows

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"
)

// pressChoice presses the latest live button with this id, whatever its label says.
func (w *sim) pressChoice(user, id string) {
	w.t.Helper()
	for i := len(w.sent) - 1; i >= 0; i-- {
		for _, c := range w.sent[i].Msg.Choices {
			if w.sent[i].To == user && c.ID == id && w.button(user, c.Label) != "" {
				w.press(user, c.Label)
				return
			}
		}
	}
	w.t.Fatalf("%s has no button %q; last: %s", user, id, w.last(user))
}

// speaks sets a person's language, as /language would.
func (w *sim) speaks(user, lang string) {
	w.t.Helper()
	s, p := w.person(user)
	p.Facts = maps.Clone(p.Facts)
	p.Facts[languageFact] = Value{T: OneOf, S: lang}
	delete(p.Facts, "name") // so that what stands for a name is read in a language, too
	w.units[s.Unit] = *s
}

// lifeBesides is all that a gets in a life of two, in which b reads lang: a code, cards of her own, his silence, his open leaving.
func lifeBesides(t *testing.T, lang string) (a, b string) {
	w := offerAndClaim(t)
	w.speaks("b", lang)
	w.say("b", w.code("a"))
	w.pressChoice("b", "yes")
	w.press("a", "Go on together")
	w.say("a", "/checkin")
	w.say("a", "/skip")
	w.say("a", "/skip")
	w.say("a", "Tea in the garden.")
	w.press("a", "Share")
	w.pass(2 * time.Minute)
	w.pressChoice("b", "open")
	w.pressChoice("b", "now")
	w.say("b", "/checkin")
	w.pressChoice("b", "1")
	w.say("b", "/language")
	w.pressChoice("b", lang)
	w.say("b", "/leave")
	w.pass(30 * time.Hour)
	w.say("b", "/partner")
	w.pressChoice("b", "openly")
	w.pressChoice("b", "leave")
	w.pass(20 * time.Hour)
	w.say("a", "/cards")
	w.pressChoice("a", "now")
	var got [2]strings.Builder
	for _, s := range w.sent {
		data, err := json.Marshal(s.Msg)
		if err != nil {
			t.Fatal(err)
		}
		i := 0
		if s.To == "b" {
			i = 1
		}
		got[i].WriteString(s.At.String() + " " + string(data) + "\n")
	}
	return got[0].String(), got[1].String()
}

// TestNobodysLanguageShows: what one gets is the same to the byte, whichever language the other reads.
func TestNobodysLanguageShows(t *testing.T) {
	en, benEn := lifeBesides(t, "en")
	de, benDe := lifeBesides(t, "de")
	if en != de {
		x, y := strings.Split(en, "\n"), strings.Split(de, "\n")
		for i := range min(len(x), len(y)) {
			if x[i] != y[i] {
				t.Fatalf("beside English:\n%s\nbeside German:\n%s", x[i], y[i])
			}
		}
		t.Fatal("one life has more messages")
	}
	for text, in := range map[string]string{"somebody who gave no name has left": en, "Wie fühlt sich": benDe, "How is the ground": benEn, "A note from Ana": benDe} {
		if !strings.Contains(in, text) {
			t.Errorf("nobody got %q, so nothing was compared", text)
		}
	}
}

// TestFirstWordsInTheAppsLanguage: a newcomer's first line is in it, and nobody who is known is changed by it.
func TestFirstWordsInTheAppsLanguage(t *testing.T) {
	w := newSim(t)
	from := Address{Platform: "sim", User: "a"}
	w.event(Event{Kind: Said, From: from, Text: "hallo", Locale: "de-AT"})
	if got := w.last("a"); !strings.HasPrefix(got, "Hallo. /start sagt dir") {
		t.Errorf("got %s", got)
	}
	w.event(Event{Kind: Said, From: from, Text: "/start", Locale: "de-AT"})
	w.event(Event{Kind: Said, From: from, Text: "/help", Locale: "en"})
	if got := w.last("a"); !strings.Contains(got, "Ich bin ein Programm.") {
		t.Errorf("another app changed the language: %s", got)
	}
	w.event(Event{Kind: Said, From: Address{Platform: "sim", User: "b"}, Text: "/start", Locale: "fr"})
	if got := w.last("b"); !strings.HasPrefix(got, "Hello.") {
		t.Errorf("got %s", got)
	}
}
