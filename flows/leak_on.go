//go:build leaks

package flows

import (
	"slices"
	"strings"
	"time"
)

// planted is the leak that is on: "" for none, or one of leakNames. Only TestPlantedLeaks sets it.
var planted = ""

var leakNames = []string{"quote", "status", "pause", "timing", "length", "count", "order", "account", "unasked"}

// leakQuote puts what was answered in private, in the same flow, under what is shared.
func leakQuote(t *Track, body []Block) []Block {
	if planted != "quote" {
		return body
	}
	body = slices.Clone(body)
	for _, name := range keysOf(t.top().Answers) {
		body = append(body, Block{Text: t.top().Answers[name].show(nil), Quote: true})
	}
	return body
}

// leakStatus tells one whether the other has answered something.
func leakStatus(r *run, p *Person, text string) string {
	if q, ok := r.partner(p); planted == "status" && ok && answering(q) {
		text += " Your partner is here too."
	}
	if q, ok := r.partner(p); planted == "account" && ok && len(q.Also) > 0 {
		text += " Your partner writes from another app too."
	}
	return text
}

func answering(p *Person) bool {
	return slices.ContainsFunc(p.Tracks, func(t Track) bool { return len(t.top().Answers) > 0 })
}

// leakPause keeps from knocking while the other is silent or out of reach, or on a day on which they got something unasked: a
// question once more after a gap, say.
func leakPause(r *run, p *Person) bool {
	q, ok := r.partner(p)
	if planted == "unasked" && ok && q.Budget.Unasked > 0 {
		return true
	}
	return planted == "pause" && ok && (q.Stopped || q.Gone)
}

// leakTiming lets a card wait for its author to come back, in steps of half an hour.
func leakTiming(r *run, p *Person, due time.Time) time.Time {
	if q, ok := r.partner(p); planted == "timing" && ok && q.Stopped && !due.After(r.ev.At) {
		return r.ev.At.Add(30 * time.Minute)
	}
	return due
}

// leakLength fills a card up with as many blanks as its author's words in private have letters.
func leakLength(r *run, p *Person, body []Block) []Block {
	q, ok := r.partner(p)
	if planted != "length" || !ok {
		return body
	}
	n := 0
	for _, t := range q.Tracks {
		for _, v := range t.top().Answers {
			n += len(v.S)
		}
	}
	return append(slices.Clone(body), Block{Text: strings.Repeat(" ", n)})
}

// leakCount counts messages of both in one row.
func leakCount(r *run, p *Person, last int) int {
	if q, ok := r.partner(p); planted == "count" && ok {
		return last + q.LastMsg
	}
	return last
}

// leakOrder shows the newest card first while its author is in a conversation.
func leakOrder(r *run, p *Person, inbox []Card) []Card {
	if q, ok := r.partner(p); planted == "order" && ok && len(q.Tracks) > 0 {
		inbox = slices.Clone(inbox)
		slices.Reverse(inbox)
	}
	return inbox
}
