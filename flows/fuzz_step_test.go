package flows

import (
	"slices"
	"testing"
	"time"
)

const (
	maxFuzzedActs = 48       // of one life
	maxActSays    = 320      // messages that one act may lead to, days of silence and a long inbox included
	maxPersonSize = 96 << 10 // a person as JSON, an inbox of long notes included
)

// fuzzedWords are what a byte stands for when somebody writes; more come out of the bytes themselves.
var fuzzedWords = []string{
	"/start", "/stop", "/skip", "/back", "/leave", "/help", "/privacy", "/cards", "/checkin", "/partner", "/nonsense", "/", "yes", "no", "ok",
	"20:00", "7", "25:61", "Berlin", "14:32", "+5:45", "UTC", "3", "-1", "99999999999999999999", "skip", "Share", "{you.name}", "> From Ana:",
	"a walk, and tea with Mo", "", " ", "\u202e\u200b", "\x00\xff", "AAAAAAAAAA",
}

// fuzzedLives are where a life may begin, made once.
func fuzzedLives(f *testing.F) []*sim {
	couple := newSim(f)
	couple.pair()
	preview := couple.fork()
	toPreview(preview)
	code := newSim(f)
	code.welcome("a", "Ana", "20:00", "I was hurt")
	code.press("a", "Make a code")
	code.welcome("b", "Ben", "20:30", "I broke trust")
	code.press("b", "I have a code")
	alone := newSim(f)
	alone.welcome("a", "Ana", "20:00", "Both of these")
	alone.press("a", "On my own")
	forms := couple.fork()
	forms.at(Platform{Forms: true})
	wordless := couple.fork()
	wordless.at(Platform{Forms: true, NoText: true})
	return []*sim{newSim(f), couple, preview, code, alone, forms, wordless}
}

// FuzzStep: whatever people write and press, and whatever they and the clock do in between, the engine does not panic, keeps
// its rules, says little and remembers little.
func FuzzStep(f *testing.F) {
	lives := fuzzedLives(f)
	for begin := range lives {
		f.Add([]byte{byte(begin)})
		f.Add(append([]byte{byte(begin)}, "\x00\x00\x20\x00\x20\x00\x01\x08\x40\x09\x21\x00\x61\x10\x21\x01\x80\x05\xa1\x00hello\x00\xc0\x00"...))
		f.Add(append([]byte{byte(begin)}, "\x00\x08\x20\x04\x20\x05\x20\x00\x20\x00\x61\x3f\x01\x07\x21\x00\x21\x00\x60\xff\x00\x01\x60\x30\x00\x00"...))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 2 || len(data) > 1024 {
			t.Skip()
		}
		began := time.Now()
		w := lives[int(data[0])%len(lives)].fork()
		w.t = t
		in := fuzzed(data[1:])
		for n := 0; len(in) > 0 && n < maxFuzzedActs; n++ {
			mark := len(w.sent)
			in.act(w)
			for _, m := range w.sent[mark:] {
				unaskedRules(t, w, m)
			}
			if n := len(w.sent) - mark; n > maxActSays {
				t.Fatalf("one act leads to %d messages", n)
			}
			for _, who := range []string{"a", "b"} {
				if _, p := w.person(who); p != nil {
					personRules(t, w, who)
				}
			}
		}
		for _, s := range w.units {
			if size := len(encode(Output{States: []State{s}})); size > maxPersonSize*len(s.People) {
				t.Fatalf("%d people take %d bytes", len(s.People), size)
			}
		}
		quick(t, "a life", began)
	})
}

// fuzzed is a life as bytes: what happens in the upper three bits of the first, and to whom in the lowest.
type fuzzed []byte

func (in *fuzzed) next() int {
	if len(*in) == 0 {
		return 0
	}
	b := (*in)[0]
	*in = (*in)[1:]
	return int(b)
}

// words takes what is said out of the bytes: up to a zero byte.
func (in *fuzzed) words() string {
	n := slices.Index(*in, 0)
	if n < 0 {
		n = len(*in)
	}
	s := string((*in)[:n])
	*in = (*in)[min(n+1, len(*in)):]
	return s
}

func (in *fuzzed) act(w *sim) {
	op := in.next()
	who := []string{"a", "b"}[op&1]
	from := Address{Platform: "sim", User: who}
	switch arg := in.next(); op >> 5 {
	case 0:
		w.say(who, fuzzedWords[arg%len(fuzzedWords)])
	case 1: // a button that lives
		if _, p := w.person(who); p != nil && len(p.Buttons) > 0 {
			w.event(Event{Kind: Pressed, From: from, Action: p.Buttons[arg%len(p.Buttons)].Token})
		}
	case 2: // a button of any message, anybody's
		if n := len(w.sent); n > 0 {
			if c := w.sent[n-1-arg%n].Msg.Choices; len(c) > 0 {
				w.event(Event{Kind: Pressed, From: from, Action: c[op>>1&15%len(c)].Action})
			}
		}
	case 3:
		w.pass(time.Duration(1+arg*arg) * time.Minute / 16) // up to three days
	case 4:
		w.event(Event{Kind: []Kind{Gone, Other, Away, Gone}[arg&3], From: from, Since: w.now.Add(-time.Duration(arg) * time.Minute)})
	case 5:
		w.say(who, in.words())
	case 6: // the code of the other
		if _, p := w.person([]string{"b", "a"}[op&1]); p != nil && p.Pair != nil {
			w.say(who, p.Pair.Code)
		}
	case 7: // a token that is nobody's
		w.event(Event{Kind: Pressed, From: from, Action: in.words()})
		w.fill(who, in.words())
	}
}
