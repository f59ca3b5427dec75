package flows

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Where no words are let through, nothing that somebody writes of their own comes to be in a state, a journal or a message,
// whatever they do. A canary is in all that is typed and filled in, and it is no code, no time and no place.
func TestNoWordsStayWhereNoneAreLetThrough(t *testing.T) {
	couple := newSim(t)
	couple.pair()
	bases := []*sim{couple, offerAndClaim(t), aloneAndClaim(t), newSim(t)}
	rapid.Check(t, func(rt *rapid.T) {
		w := rapid.SampledFrom(bases).Draw(rt, "begin").fork()
		w.quick = true
		w.at(Platform{NoText: true, Forms: rapid.Bool().Draw(rt, "forms")})
		shown := len(w.sent)
		for i := range rapid.IntRange(5, 40).Draw(rt, "acts") {
			who := rapid.SampledFrom([]string{"a", "b", "a", ""}).Draw(rt, "who")
			canary := fmt.Sprintf("Xyzzy%d, a line of my own", i)
			switch k := rapid.IntRange(0, 9).Draw(rt, "what"); {
			case who == "":
				w.gap(time.Duration(rapid.IntRange(1, 20*60).Draw(rt, "minutes"))*time.Minute, "a", "b")
			case k < 3:
				w.say(who, canary+strings.Repeat(" and on", k*k*20))
			case k < 5:
				w.fill(who, canary)
			case k == 5:
				w.say(who, []string{"/start ", "/", "/checkin ", ""}[i%4]+canary)
			default:
				options := []string{"/start", "/checkin", "/together", "/idea", "/landed", "/hour"}
				if _, p := w.person(who); p != nil {
					options = append(acts(w, who), options...)
				}
				act(w, who, options[rapid.IntRange(0, len(options)-1).Draw(rt, "act")])
			}
		}
		var kept strings.Builder
		for _, s := range w.units {
			kept.Write(encode(Output{States: []State{s}}))
		}
		for _, e := range w.kept {
			fmt.Fprintf(&kept, "%+v", e)
		}
		for _, s := range w.sent[shown:] {
			fmt.Fprintf(&kept, "%+v", s.Msg)
		}
		for _, own := range []string{"xyzzy", "a line of my own", "say one", "much longer line of words"} {
			if strings.Contains(strings.ToLower(kept.String()), own) {
				rt.Fatalf("%q stayed: %s", own, around(kept.String(), own))
			}
		}
	})
}

func around(text, what string) string {
	i := strings.Index(strings.ToLower(text), what)
	return text[max(0, i-200):min(len(text), i+200)]
}
