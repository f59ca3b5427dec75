package main

import (
	"strings"
	"testing"
	"time"

	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/bottest/faketelegram"
)

const secretWord = "marmalade"

// A couple, one on Telegram and the other on Discord, over the wire: onboarding, pairing, check-in, share, idea, nudge, silence,
// block, return.
func TestOverTheWire(t *testing.T) {
	t.Parallel()
	w := newWire(t, faketelegram.Options{Rate: &faketelegram.Rate{}}, fakediscord.Options{}, "people: { named: [telegram:5] }\noperator: telegram:5")
	w.people["ana"], w.people["ben"] = telegramPhone{w.tg.User(5)}, discordPhone{w.dc.User("200000000000000001")}
	at := time.Date(2027, 3, 1, 16, 0, 0, 0, time.UTC) // a Monday, 17:00 in Berlin
	w.ahead.Store(int64(time.Until(at)))
	w.start()

	w.do("ana", "/start", "Would you like to go on?")
	w.do("ana", "[Go on]", "Do you agree")
	w.do("ana", "[I agree]", "How old")
	w.do("ana", "[I am 18 or over]", "If someone else reads this phone")
	w.do("ana", "[Continue]", "What name")
	w.do("ana", "Ana", "What time is it")
	w.do("ana", "Berlin", "Right?")
	w.do("ana", "[Yes]", "When would a short check-in")
	w.do("ana", "20:00", "From 21:30 to 08:00")
	w.do("ana", "[That suits me]", "Are you the partner")
	w.do("ana", "[I was hurt]", "on your own, or with your partner")
	w.do("ana", "[Make a code]", "https://t.me/rewoo_test_bot?start=")
	offer := w.people["ana"].texts()
	code := codeForm.FindString(offer[len(offer)-1])
	if code == "" || !strings.Contains(offer[len(offer)-1], "start="+code) {
		t.Fatalf("no code: %q", offer)
	}

	ben := w.dc.User("200000000000000001")
	ben.Say("hello")
	w.sees("ben", 0, "This is a private place")
	ben.Say(code) // lets him in, and waits unread
	w.sees("ben", 1, "Would you like to go on?")
	w.do("ben", "[Go on]", "Do you agree")
	w.do("ben", "[I agree]", "How old")
	w.do("ben", "[I am 18 or over]", "If someone else reads this phone")
	w.do("ben", "[Continue]", "What name")
	w.do("ben", "Ben", "What time is it")
	w.do("ben", "Berlin", "Right?")
	w.do("ben", "[Yes]", "When would a short check-in")
	w.do("ben", "[20:30]", "From 21:30 to 08:00")
	w.do("ben", "[That suits me]", "Are you the partner")
	w.do("ben", "[I broke trust]", "on your own, or with your partner")
	n := len(w.people["ana"].texts())
	w.do("ben", "[I have a code]", "At the other end of this code: Ana")
	w.sees("ana", n, "At the other end of this code: Ben")
	w.do("ana", "[Go on together]", "once you have each said yes")
	n = len(w.people["ana"].texts())
	w.do("ben", "[Go on together]", "You are connected")
	w.sees("ben", 0, "run") // whose account is named as running the bot
	w.sees("ben", 0, "That is all I need")
	w.sees("ana", n, "You are connected")
	w.sees("ana", n, "That is all I need")

	// The evening: a nudge, a check-in, a line that is shared.
	n = len(w.people["ana"].texts())
	w.pass(3 * time.Hour)
	w.sees("ana", n, "Your check-in is ready.")
	w.do("ana", "[Open]", "How is the ground")
	w.do("ana", "[Steady]", "?")
	w.do("ana", "/skip", "?")
	w.do("ana", "Tea in the garden", "Share this, or keep it")
	w.do("ana", "[Share]", "Passed on.")
	n = len(w.people["ben"].texts())
	w.pass(61 * time.Second)
	w.sees("ben", n, "Something is waiting when you have room.")
	w.do("ben", "[Open]", "Read now, later, or not today?")
	w.do("ben", "[Read now]", "> Tea in the garden")

	// Ben by himself: a slash command, a private answer, an idea.
	n = len(w.people["ben"].texts())
	i := ben.Command("checkin")
	w.sees("ben", n, "How is the ground")
	w.until("the command is answered by the question itself", func() bool {
		m, ok := i.Original()
		return ok && strings.Contains(m.Content, "How is the ground")
	})
	w.do("ben", "[Shaky]", "?")
	w.do("ben", "/skip", "?")
	w.do("ben", "Only for me: "+secretWord, "Share this, or keep it")
	w.do("ben", "[Keep]", "It stays with you")
	w.do("ben", "/idea", "How much energy")
	w.do("ben", "[Some]", "how much time")
	w.do("ben", "[About an hour]", "Here are some")
	w.do("ben", "/leave", "we leave it there")

	// Silence, and back. Nothing of it shows at Ana's.
	heard := len(w.people["ana"].texts())
	w.do("ben", "/stop", "I am silent from here on")
	n = len(w.people["ben"].texts())
	w.pass(24 * time.Hour) // 20:01 on Tuesday
	w.sees("ana", heard, "Your check-in is ready.")
	w.pass(40 * time.Minute)
	w.do("ana", "/help", "findahelpline.com")
	if got := w.people["ben"].texts(); len(got) != n {
		t.Errorf("after /stop came %q", got[n:])
	}
	w.do("ben", "/start", "I am here again")

	// Ana blocks the bot. Ben sees nothing of it; what he shares waits, and comes when she is back.
	ana := w.tg.User(5)
	ana.Block()
	n = len(w.people["ben"].texts())
	w.do("ben", "/checkin", "How is the ground")
	w.do("ben", "[Steady]", "?")
	w.do("ben", "/skip", "?")
	w.do("ben", "Bread is baked", "Share this, or keep it")
	w.do("ben", "[Share]", "Passed on.")
	w.pass(61 * time.Second)
	w.do("ben", "/help", "findahelpline.com")
	for _, text := range w.people["ben"].texts()[n:] {
		if strings.Contains(text, "out of reach") || strings.Contains(text, "blocked") {
			t.Errorf("ben sees %q", text)
		}
	}
	n = len(w.people["ana"].texts())
	ana.Say("/start")
	w.sees("ana", n, "Something is waiting when you have room.")
	w.do("ana", "/cards", "Read now, later, or not today?")
	w.do("ana", "[Read now]", "Bread is baked")

	// A restart: the open question is answered after it as before.
	w.do("ben", "/checkin", "How is the ground")
	w.stop()
	w.start()
	w.do("ben", "[Mostly steady]", "?")
	status := w.status()
	w.stop()

	if n := w.tg.TooFast(); n > 0 {
		t.Errorf("Telegram refused %d sends as too fast", n)
	}
	if c := w.dc.Counts(); len(c.Refused) > 0 {
		t.Errorf("Discord refused %v", c.Refused)
	}
	for _, text := range w.people["ana"].texts() {
		if strings.Contains(text, secretWord) {
			t.Error("a private word came where it must not")
		}
	}
	secrets := map[string]string{"a private word": secretWord, "a shared one": "garden", "another": "Bread is baked", "a code": code, "an account": "200000000000000001",
		"Telegram's token": w.tg.Token(), "Discord's token": w.dc.Token()}
	for where, text := range map[string]string{"the log": w.log.String(), "the status": status} {
		if text == "" {
			t.Errorf("%s is empty", where)
		}
		sweep(t, where, text, secrets)
	}
}
