package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest/faketelegram"
	"rewoo/storage"
)

// unlimited are the platforms as fast as they go, by the way that leads to the bot.
var unlimited = []struct {
	name string
	make func(*testing.B) loopback
}{
	{"telegram", func(*testing.B) loopback { return newTelegram(faketelegram.Options{Lean: true}, false) }},
	{"webhook", func(*testing.B) loopback { return newTelegram(faketelegram.Options{Lean: true}, true) }},
	{"discord", func(b *testing.B) loopback { return newDiscord(b, false) }},
}

// percentiles gives percentiles in milliseconds.
func percentiles(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	for name, at := range map[string]int{"ms-p50": len(took) / 2, "ms-p99": len(took) * 99 / 100, "ms-max": len(took) - 1} {
		b.ReportMetric(float64(took[at].Microseconds())/1000, name)
	}
}

// One update at a time, from the moment at which somebody does something until the platform has the answer, with a disk that is
// waited for and without: words that are answered by one message, and a tap, after which the buttons go and the next question comes.
// At most 3 ms in the middle, 15 ms for 99 of 100.
func BenchmarkUpdateToReply(b *testing.B) {
	const couples = 100
	for _, on := range unlimited {
		for _, disk := range []string{"disk", "nosync"} {
			b.Run(on.name+"/"+disk+"/words", func(b *testing.B) {
				w := newWorld(b, on.make(b), couples, storage.Options{NoSync: disk == "nosync"})
				w.start(unpaced{w.adapter(b, bot.LinesOf(lived.lib))})
				w.measure(2*couples, nil, func(p handset) { p.say("/help") })
			})
			b.Run(on.name+"/"+disk+"/tap", func(b *testing.B) {
				w := newWorld(b, on.make(b), couples, storage.Options{NoSync: disk == "nosync"})
				w.start(unpaced{w.adapter(b, bot.LinesOf(lived.lib))})
				w.measure(2*couples, func(p handset) { p.say("/leave"); p.say("/checkin") }, func(p handset) {
					if err := p.press("Steady"); err != nil {
						b.Fatal(err, p.texts(), p.buttons())
					}
				})
			})
		}
	}
}

// measure lets one after the other do something, and reports how long it takes until a message comes. What is before does not
// count.
func (w *world) measure(people int, before, what func(handset)) {
	var took []time.Duration
	for i := 0; w.Loop(); i++ {
		w.StopTimer()
		p := w.person(i % people)
		if before != nil {
			n := len(p.texts())
			before(p)
			for len(p.texts()) < n+2 {
				time.Sleep(time.Millisecond)
			}
		}
		w.settle()
		n := w.shows().n.Load()
		w.StartTimer()
		began := time.Now()
		what(p)
		w.shows().reach(w.B, n+1)
		took = append(took, time.Since(began))
	}
	percentiles(w.B, took)
}

// Two thousand people who all do something at once, three things each, in their order. Every answer comes once, and in order.
func BenchmarkTwoThousand(b *testing.B) {
	const people = 2000
	for _, on := range unlimited {
		for _, disk := range []string{"disk", "nosync"} {
			b.Run(on.name+"/"+disk, func(b *testing.B) {
				w := newWorld(b, on.make(b), people/2, storage.Options{NoSync: disk == "nosync"})
				w.start(unpaced{w.adapter(b, bot.LinesOf(lived.lib))})
				w.rush(people)
			})
		}
	}
}

var rushed = []struct{ says, gets string }{
	{"/checkin", "How is the ground"}, {"/help", "findahelpline.com"}, {"/leave", "we leave it there"},
}

func (w *world) rush(people int) {
	updates := 0
	before := cpuSeconds()
	for w.Loop() {
		n := w.shows().n.Load()
		for _, do := range rushed {
			for i := range people {
				w.person(i).say(do.says)
			}
		}
		w.shows().reach(w.B, n+int64(people*len(rushed)))
		updates += people * len(rushed)
		w.StopTimer()
		w.settle()
		if got := w.shows().n.Load() - n; got != int64(people*len(rushed)) {
			w.Fatalf("%d answers to %d updates", got, people*len(rushed))
		}
		for i := range people {
			w.inOrder(i)
		}
		w.StartTimer()
	}
	w.ReportMetric(float64(updates)/w.Elapsed().Seconds(), "updates/s")
	w.ReportMetric((cpuSeconds()-before)/float64(updates)*1e6, "cpu-us/update")
}

// inOrder sees to it that somebody's last answers are those to what they did.
func (w *world) inOrder(n int) {
	w.Helper()
	texts := w.person(n).texts()
	if len(texts) < len(rushed) {
		w.Fatalf("person %d got %q", n, texts)
	}
	for i, text := range texts[len(texts)-len(rushed):] {
		if !strings.Contains(text, rushed[i].gets) {
			w.Fatalf("person %d got %q", n, texts)
		}
	}
}
