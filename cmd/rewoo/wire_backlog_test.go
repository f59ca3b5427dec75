package main

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest/faketelegram"
	"rewoo/flows"
	"rewoo/storage"
)

// Somebody says something while 20,000 others each have something scheduled waiting, at the pace of the platform, which refuses
// what is too fast: at most 200 ms until the answer is there. On Discord with chats that are known, and with those that must be
// opened first, which is a request more for each.
func BenchmarkReplyBehindBacklog(b *testing.B) {
	const crowd, couples = 20_000, 25
	b.Run("telegram", func(b *testing.B) {
		t := newTelegram(faketelegram.Options{Lean: true, Rate: &faketelegram.Rate{}}, false)
		w := newWorld(b, t, couples, storage.Options{})
		w.backlog(2*couples, crowd, func(n int) flows.Address { t.person(n).say("hello"); return t.address(n) })
		if _, err := http.Post(t.front.URL+"/bot"+t.Token()+"/deleteWebhook?drop_pending_updates=true", "", nil); err != nil {
			b.Fatal(err)
		}
		w.beside(2 * couples)
		if n := t.TooFast(); n > 0 {
			b.Errorf("refused %d times", n)
		}
	})
	for _, known := range []bool{true, false} {
		b.Run(map[bool]string{true: "discord", false: "discord-unopened"}[known], func(b *testing.B) {
			d := newDiscord(b, true)
			w := newWorld(b, d, couples, storage.Options{})
			w.backlog(2*couples, crowd, func(n int) flows.Address {
				a := d.address(n)
				if !known {
					a.Chat = ""
				}
				return a
			})
			w.beside(2 * couples)
			if c := d.Counts(); len(c.Refused) > 0 {
				b.Errorf("refused %v", c.Refused)
			}
		})
	}
}

// crowded is a machine that brings people in who each have something scheduled waiting.
type crowded struct {
	from, to int
	at       func(n int) flows.Address
}

func (crowded) Needs(flows.State, flows.PersonID, flows.Event) string { return "" }

func (c crowded) Step(flows.Input, flows.Event) (out flows.Output) {
	for n := c.from; n < c.to; n++ {
		id := flows.PersonID(fmt.Sprintf("c%031x", n))
		out.States = append(out.States, flows.State{Unit: flows.UnitID(id), People: []flows.Person{{ID: id, Addr: c.at(n)}}})
		out.Messages = append(out.Messages, flows.Message{
			ID: fmt.Sprint("s", n), To: id, Lane: flows.LaneScheduled, Body: []flows.Block{{Text: "Your check-in is ready."}},
		})
	}
	return out
}

// backlog lets so many people wait for something, with numbers behind those who were there.
func (w *world) backlog(people, crowd int, at func(n int) flows.Address) {
	w.Helper()
	const stroke = 500
	for n := 0; n < crowd; n += stroke {
		ev := flows.Event{ID: fmt.Sprint("crowd", n), Kind: flows.Other, At: firstEvening}
		if _, err := w.db.Step(w.Context(), ev, crowded{people + n, people + min(n+stroke, crowd), at}); err != nil {
			w.Fatal(err)
		}
	}
}

// beside measures answers, one at a time, each to somebody else.
func (w *world) beside(people int) {
	w.Helper()
	w.start(w.adapter(w.B, bot.LinesOf(lived.lib)))
	for w.shows().n.Load() < 20 {
		time.Sleep(time.Millisecond)
	}
	var took []time.Duration
	sent := w.shows().n.Load()
	for i := 0; w.Loop(); i++ {
		p := w.person(i % people)
		n := len(p.texts())
		began := time.Now()
		p.say("/help")
		for len(p.texts()) == n {
			if time.Sleep(200 * time.Microsecond); time.Since(began) > time.Minute {
				w.Fatal("no answer")
			}
		}
		took = append(took, time.Since(began))
		time.Sleep(time.Duration(i*7%50) * time.Millisecond) // at any moment of the pace
	}
	w.ReportMetric(float64(w.shows().n.Load()-sent)/w.Elapsed().Seconds(), "sends/s")
	percentiles(w.B, took)
}
