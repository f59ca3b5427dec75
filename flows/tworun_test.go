package flows

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Two lives that differ in nothing but what a keeps secret give b the same: every message, id, byte, button, token, lane
// and time, in the same order, and the same answers to whatever b does later.
//
// A pair of lives begins at one moment, with a somewhere in a flow that ships. From there a's silent acts are drawn anew
// for each of the two; the clock, all acts of b and a's open acts are alike. An open act, which passes something on or takes
// it back, is one tap that both lives have on the screen at that moment, over the same preview.

// move is one thing that happens in both lives.
type move struct {
	what moveKind
	n    [2]uint64 // chance: a's silent acts take a number of their own in each life
	by   time.Duration
}

type moveKind int

const (
	atFirst   moveKind = iota // a does, in one life, what the pair is there for
	silently                  // a does what nobody is to notice, and something else in each life
	openly                    // a taps what both lives have on the screen
	towards                   // a gets to such a tap, by other private answers in each life, and may take it
	byPartner                 // b does anything
	byClock
	byGap // the platform of both is out of reach for a while
)

// drawMoves are at least 40 moves. The clock's are short enough for the minute of Undo, and long enough for days.
func drawMoves(r *rand.Rand) []move {
	moves := make([]move, 40+r.IntN(31))
	for i := range moves {
		m := &moves[i]
		m.n = [2]uint64{r.Uint64(), r.Uint64()}
		switch k := r.IntN(20); {
		case k < 8:
			m.what = silently
		case k < 11:
			m.what = towards
		case k < 12:
			m.what = openly
		case k < 16:
			m.what = byPartner
		case k < 17:
			m.what = byGap
		default:
			m.what = byClock
		}
		switch k := r.IntN(10); {
		case k < 1:
			m.by = time.Duration(1+r.IntN(70)) * time.Second
		case k < 5:
			m.by = time.Duration(1+r.IntN(90)) * time.Minute
		case k < 9:
			m.by = time.Duration(1+r.IntN(14*60)) * time.Minute
		default:
			m.by = time.Duration(1+r.IntN(4*24)) * time.Hour
		}
	}
	return moves
}

// twoLives is a pair of lives under way.
type twoLives struct {
	w      [2]*sim
	mark   [2]int     // of sent: what was compared
	differ bool       // a has done something else in one of them
	screen []onScreen // of b, the same in both
	acts   []string   // what happened, for whoever has to find out
	cover  *coverage
	steps  int
}

// playTwo plays a pair of lives, and says how b could tell them apart, or "".
func playTwo(t testing.TB, b beginning, moves []move, c *coverage) (l *twoLives, how string) {
	w := b.world(t)
	l = &twoLives{w: [2]*sim{w, w.fork()}, cover: c}
	l.look(w.sent)
	l.mark = [2]int{len(w.sent), len(w.sent)}
	for i, m := range moves {
		l.move(i, m)
		if how := l.compare(); how != "" {
			return l, how
		}
	}
	return l, ""
}

func (l *twoLives) move(i int, m move) {
	l.steps++
	r := rand.New(rand.NewPCG(m.n[0], m.n[1]))
	switch m.what {
	case atFirst:
		s, p := l.w[0].person("a")
		what := everywhereActs[m.n[0]%uint64(len(everywhereActs))]
		l.apart([2]deed{l.w[0].everywhere(what, r, s, p), l.w[1].silent(rand.New(rand.NewPCG(m.n[1], 1)))})
	case silently:
		var did [2]deed
		for k, w := range l.w {
			did[k] = w.silent(rand.New(rand.NewPCG(m.n[k], 1)))
		}
		l.apart(did)
	case openly:
		l.openTap(i, 0, true, r)
	case towards:
		l.towards(i, m, r)
	case byPartner:
		d := l.w[0].partner(r, l.screen)
		l.note("b: " + d.String())
		for _, w := range l.w {
			w.do("b", d)
		}
	case byClock:
		l.note("+ " + m.by.String())
		for _, w := range l.w {
			w.pass(m.by)
		}
	case byGap:
		l.note("a gap of " + m.by.String())
		for _, w := range l.w {
			w.gap(m.by, "a", "b")
		}
	}
}

func (l *twoLives) note(what string) {
	l.acts = append(l.acts, fmt.Sprintf("%s  %s", l.w[0].now.Format("Mon 2 Jan 15:04:05"), what))
}

// apart lets a do one thing in one life and another in the other.
func (l *twoLives) apart(did [2]deed) {
	l.differ = l.differ || did[0].String() != did[1].String()
	l.note("a: " + did[0].String() + "  |  " + did[1].String())
	for k, w := range l.w {
		l.cover.silent(l, w, did[k])
		w.do("a", did[k])
	}
}

// compare looks at what b got in the two lives since it last did.
func (l *twoLives) compare() string {
	var got [2][]sent
	for k, w := range l.w {
		for _, s := range w.sent[l.mark[k]:] {
			if s.To == "b" {
				got[k] = append(got[k], s)
			}
		}
		l.mark[k] = len(w.sent)
	}
	l.look(got[0])
	for i := range max(len(got[0]), len(got[1])) {
		first, second := "nothing", "nothing"
		if i < len(got[0]) {
			first = got[0][i].view()
		}
		if i < len(got[1]) {
			second = got[1][i].view()
		}
		if first != second {
			return fmt.Sprintf("b got in one life\n  %s\nand in the other\n  %s", first, second)
		}
	}
	return ""
}

// view is all that b's phone, and whoever watches its line, can see of a message.
func (s sent) view() string {
	m := s.Msg
	return fmt.Sprintf("%s %s %s%s %#v %v form %+v private %t lane %d until %d", s.At.Format(time.RFC3339Nano), m.ID, m.Op, m.On, m.Body, m.Choices, formOf(m), m.Private, m.Lane, m.Until.UnixNano())
}

func formOf(m Message) (f Form) {
	if m.Form != nil {
		f = *m.Form
	}
	return f
}

func TestTwoRuns(t *testing.T) {
	soak := os.Getenv("REWOO_SOAK") != ""
	pairs, seed, start := 150, seedOf(t, soak), time.Now()
	if soak {
		pairs = 2000
	}
	const workers = 4
	var mu sync.Mutex
	all, steps := newCoverage(), 0
	t.Run("pairs", func(t *testing.T) {
		for k := range workers {
			t.Run(strconv.Itoa(k), func(t *testing.T) {
				t.Parallel()
				c, n := newCoverage(), 0
				for i := k; i < pairs; i += workers {
					b, moves := drawPair(seed, i)
					l, how := playTwo(t, b, moves, c)
					if how == "" {
						how = l.stores()
					}
					if how != "" {
						t.Fatal(explain(t, i, b, moves, how))
					}
					c.pair()
					n += l.steps
				}
				mu.Lock()
				defer mu.Unlock()
				all.add(c)
				steps += n
			})
		}
	})
	t.Logf("%d pairs of lives, %d moves in each of the two, %d messages to b, %v", pairs, steps, all.messages, time.Since(start).Round(time.Millisecond))
	t.Log("\n" + all.table())
	all.check(t, soak)
}
