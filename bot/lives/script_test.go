package lives

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// act is what one person does at one moment. Of say, press and answer it has one.
type act struct {
	id     string // of its event
	who    string // the couple's number and a or b
	say    string
	press  string // a label
	answer bool   // whatever is asked
}

// scene is what happens after the clock was moved to until. The lanes go at the same time, the acts of a lane one after
// the other. People of a couple are in one lane whenever what one does can show at the other.
type scene struct {
	until time.Duration // since the start
	lanes [][]act
}

// What people write begins so, and names who wrote it.
const lineOf, wordsOf = "The line of ", "Words of "

// script writes a life down.
type script struct {
	couples, days int
	acts          map[string]int // of each person so far
	scenes        []scene
}

// life is days in the lives of couples: first steps, pairing, check-ins at the clock and on command, sharing, keeping, skipping,
// reading at once, later or not, silence and coming back. It names labels, never sentences; an act for which there is
// no button is passed over, so that a change of a text changes the life and does not end it.
func life(couples, days int) []scene {
	s := &script{couples: couples, days: days, acts: map[string]int{}}
	s.meet()
	for d := range days {
		s.day(d)
	}
	late := time.Duration(days)*24*time.Hour + 12*time.Hour // the next morning: what is late comes, or does not
	return append(s.scenes, scene{until: late})
}

// scene adds a scene in which every couple does what of gives for it.
func (s *script) scene(until time.Duration, of func(i int, a, b string) [][]act) {
	sc := scene{until: until}
	for i := range s.couples {
		sc.lanes = append(sc.lanes, of(i, fmt.Sprintf("%02da", i), fmt.Sprintf("%02db", i))...)
	}
	s.scenes = append(s.scenes, sc)
}

// by makes acts of what a person puts in: words, "[Label]", or "*" for an answer to whatever is asked.
func (s *script) by(who string, inputs ...string) []act {
	var out []act
	for _, in := range inputs {
		s.acts[who]++
		a := act{id: fmt.Sprintf("%s/%d", who, s.acts[who]), who: who, say: in}
		if in == "*" {
			a.say, a.answer = "", true
		} else if label, ok := strings.CutPrefix(in, "["); ok {
			a.say, a.press = "", strings.TrimSuffix(label, "]")
		}
		out = append(out, a)
	}
	return out
}

func one(acts ...[]act) [][]act { return [][]act{slices.Concat(acts...)} }

// meet takes people through the first steps, each for themselves, and then makes couples of them.
func (s *script) meet() {
	s.scene(0, func(i int, a, b string) [][]act {
		first := func(who, name, at, role string) []act {
			acts := s.by(who, "/start", "[Go on]", "[I agree]", "[I am 18 or over]", "[Continue]", name, "Berlin", "[Yes]", at)
			return append(acts, s.by(who, "[That suits me]", role)...)
		}
		times := []string{"20:00", "20:30", "19:00", "19:45"}
		roles := []string{"[I was hurt]", "[Both of these]", "[Rather not say]"}
		return [][]act{
			first(a, fmt.Sprintf("Ana %d", i), times[i%4], roles[i%3]),
			slices.Concat(s.by(b, "hello"), first(b, fmt.Sprintf("Ben %d", i), times[(i+i/4)%4], "[I broke trust]")),
		}
	})
	s.scene(time.Minute, func(i int, a, b string) [][]act {
		yes := "[Go on together]"
		switch i % 4 {
		case 0:
			return one(s.by(a, "[Make a code]"), s.by(b, "[I have a code]", "{code}", yes), s.by(a, yes))
		case 1: // a wrong code first, and a yes from the other end
			return one(s.by(a, "[Make a code]"), s.by(b, "[I have a code]", "AAAAAAAAAA", "{code}"), s.by(a, yes), s.by(b, yes))
		case 2: // a code that comes with /start, and the page of help between two yes
			return one(s.by(a, "[Make a code]"), s.by(b, "/start {code}", "[I have a code]"), s.by(a, "/help", yes), s.by(b, yes))
		}
		return one(s.by(a, "[On my own]", "/partner", "[Make a code]"), s.by(b, "[On my own]", "/partner", "[I have a code]", "{code}", yes), s.by(a, yes))
	})
}

// day is an evening: what the clock brings, then three rounds a few minutes apart.
func (s *script) day(d int) {
	at := 3*time.Hour + time.Duration(d)*24*time.Hour // nine in the evening in Berlin
	s.scene(at, func(i int, a, b string) [][]act {
		switch (i + d) % 5 {
		case 0:
			return one(s.checkin(a, "[Open]", "[Share]", "[Share]"), s.by(b, "[Open]", "[Read now]"))
		case 1:
			return one(s.by(a, "[Open]", "*", "/skip", fmt.Sprintf("%s%s on day %d", lineOf, a, d), "[Share]", "[Keep]"), s.by(b, "/cards", "[Later]"))
		case 2: // in the middle of an answer
			return one(s.by(b, "[Open]", "*"), s.checkin(a, "/checkin", "[Keep]", "[Share]"), s.by(b, "*", "/back", "*", "*", "/leave"))
		case 3:
			return one(s.by(a, "[Open]", "*", "/leave", "/help", "what now"), s.checkin(b, "[Open]", "[Share]", "[Keep]"))
		}
		return one(s.by(a, "/privacy", "[Open]", "/skip", "/skip", "/skip", "/skip"), s.by(b, "/stop", "hello", "/checkin"))
	})
	s.scene(at+5*time.Minute, func(i int, a, b string) [][]act { // each for themselves
		return [][]act{s.checkin(a, "/checkin", "[Keep]", "[Keep]"), s.checkin(b, "[Open]", "[Keep]", "[Keep]")}
	})
	s.scene(at+10*time.Minute, func(i int, a, b string) [][]act {
		if (i+d)%5 == 0 {
			return one(s.by(b, "/start", "[Open]", "[Read now]"), s.by(a, "[Open]", "[Not today]"))
		}
		return one(s.by(a, "[Open]", "[Read now]"), s.by(b, "[Open]", "[Read now]", "/nonsense"))
	})
}

// checkin goes through a check-in whatever it asks, and then does with its answers what verdicts say.
func (s *script) checkin(who, door string, verdicts ...string) []act {
	acts := s.by(who, door, "*", "*", "*", "*")
	return append(acts, s.by(who, verdicts...)...)
}
