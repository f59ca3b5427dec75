package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/bottest/faketelegram"
	"rewoo/flows"
)

// As rewoo comes, no words of one's own go through Discord: none are taken there, none go there from Telegram, and all
// can be done with buttons.
func TestNoWordsOverDiscord(t *testing.T) {
	t.Parallel()
	w := newWire(t, faketelegram.Options{}, fakediscord.Options{}, "people: { open_to: anyone }")
	w.reconfigure("free_text: true", "free_text: false")
	w.people["ana"], w.people["ben"] = telegramPhone{w.tg.User(5)}, discordPhone{w.dc.User("200000000000000001")}
	w.start()
	ben := w.dc.User("200000000000000001")
	types := func(text, want string) {
		t.Helper()
		n := len(w.people["ben"].texts())
		ben.Say(text)
		w.sees("ben", n, want)
	}
	for _, who := range []string{"ana", "ben"} {
		for _, d := range [][2]string{{"/start", "Would you like to go on?"}, {"[Go on]", "Do you agree"}, {"[I agree]", "How old"},
			{"[I am 18 or over]", "If someone else reads"}, {"[Continue]", "What name"}} {
			w.do(who, d[0], d[1])
		}
	}
	types(secretWord, "Words of your own are not read in this app")
	w.do("ben", "[Skip]", "What time is it")
	w.do("ana", "Ana", "What time is it")
	types(dayZone(), "Right?") // a place is no word of one's own
	w.do("ana", dayZone(), "Right?")
	for _, who := range []string{"ben", "ana"} {
		for _, d := range [][2]string{{"[Yes]", "When would a short"}, {"[I will come by myself]", "From 21:30"}, {"[That suits me]", "Are you the partner"},
			{"[Rather not say]", "on your own, or with"}} {
			w.do(who, d[0], d[1])
		}
	}
	w.do("ana", "[Make a code]", "Your code:")
	texts := w.people["ana"].texts()
	w.do("ben", "[I have a code]", "Please write the code")
	types(codeForm.FindString(texts[len(texts)-1]), "At the other end of this code")
	w.do("ana", "[Go on together]", "once you have each said yes")
	n := len(w.people["ana"].texts())
	w.do("ben", "[Go on together]", "That is all I need")
	w.sees("ana", n, "That is all I need")

	// Ana types a line: it stays with her, and she is told why. She chooses one: it goes.
	w.do("ana", "/checkin", "How is the ground")
	w.do("ana", "[Steady]", "?")
	w.do("ana", "/skip", "?")
	w.do("ana", "Typed: "+secretWord, "words you typed stay with you")
	// The same with what stands ready.
	w.do("ana", "/checkin", "How is the ground")
	w.do("ana", "[Steady]", "?")
	w.do("ana", "/skip", "?")
	texts = w.people["ana"].texts()
	label, sentence := readyOf(t, texts[len(texts)-1])
	w.do("ana", "["+label+"]", "Share this, or keep it")
	w.do("ana", "[Share]", "That is enough for today")
	n = len(w.people["ben"].texts())
	w.pass(61 * time.Second)
	w.sees("ben", n, "Something is waiting when you have room.")
	w.do("ben", "[Open]", "Read now, later, or not today?")
	w.do("ben", "[Read now]", "> "+sentence)

	// Ben answers with a sentence, too.
	w.do("ben", "/checkin", "How is the ground")
	w.do("ben", "[Steady]", "?")
	w.do("ben", "[Skip]", "?")
	texts = w.people["ben"].texts()
	label, sentence = readyOf(t, strings.Split(texts[len(texts)-1], "\n")[0])
	types("more of "+secretWord, "Words of your own are not read in this app")
	w.do("ben", "["+label+"]", "> "+sentence)
	w.stop()

	for _, r := range w.dc.Requests() {
		if strings.Contains(string(r.Body), secretWord) {
			t.Errorf("%s %s carries words that somebody typed", r.Method, r.Path)
		}
	}
	if strings.Contains(w.log.String(), secretWord) {
		t.Error("the log holds what somebody typed")
	}
}

// readyOf is the first sentence that a closing line offers.
func readyOf(t *testing.T, line string) (label, sentence string) {
	t.Helper()
	lib, err := flows.LoadShipped()
	if err != nil {
		t.Fatal(err)
	}
	items := lib.Lists["closing_lines"].Items
	i := slices.IndexFunc(items, func(it *flows.Item) bool { return strings.Contains(line, it.Text) })
	if i < 0 || len(items[i].Ready) == 0 {
		t.Fatalf("%q is no closing line with sentences", line)
	}
	return items[i].Ready[0].Label, items[i].Ready[0].Text
}
