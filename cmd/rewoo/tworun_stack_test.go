package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rewoo/flows"
)

// The two-run property once more, over everything but a platform: the engine, a file, the deliverer. Two lives differ in
// what a keeps quiet. b's phone gets the same in both: times, ids, bytes, buttons, calls and their order; and so does the
// log where it is about b. flows tries many more lives (TestTwoRuns); here the lives meet storage, holds and restarts.

// openLabels are the taps that let something of their person reach the other.
var openLabels = map[string]bool{"Share": true, "Share it anyway": true, "Undo": true, "Let ideas use this": true, "Close it again": true, "Take it back": true,
	"Leave and say so": true, "Yes, an hour": true, "Go on together": true}

var quietWords = []string{"/skip", "/back", "/leave", "/leave", "/stop", "/start", "/start", "/help", "/privacy", "/cards", "/cards", "/checkin", "/checkin", "/idea", "/landed",
	"/ideas_use", "/together", "/hour", "/takeback", "/tender", "/arrivals", "/partner", "so", "a line", strings.Repeat("a long line ", 15), "3", "block", "gap", "fill a line of its own", "fill something else", ""}

// goalWords lead to something that can be passed on. A bar parts what a chooses from, in each life anew.
var goalWords = [][]string{
	{"/together", "WORDS", "[Share]"},
	{"/landed", "[Warm]|[Nice]|[Neutral]", "[Skip]|why not|a much longer reason than the other", "[Keep]", "[That one reached me]", "[Share]"},
	{"/landed", "[Nice]", "[Skip]", "[Let ideas use this]", "[Not my thing, thank you]", "[Share]"},
	{"/hour", "[Yes, an hour]"},
	{"/takeback", "[Take it back]"},
	{"/checkin", "[Shaky]|[Steady]|[In between]", "/skip", "WORDS", "[Share]"},
}

// pairOfLives is two whole stacks side by side.
type pairOfLives struct {
	t     *testing.T
	lives [2]*stack
	acts  []string
	n     int
	two   bool // a has a second account, on a platform of another kind
	flood bool // and writes far too much there, now and then
	cover cover
}

// cover counts what the lives had in them.
type cover struct{ pairs, got, opened, apart, floods int }

func (c *cover) add(d cover) {
	c.pairs, c.got, c.opened, c.apart, c.floods = c.pairs+d.pairs, c.got+d.got, c.opened+d.opened, c.apart+d.apart, c.floods+d.floods
}

func TestTwoRunsOverTheWholeStack(t *testing.T) {
	pairs, workers, seed := 6, 3, uint64(1)
	if os.Getenv("REWOO_SOAK") != "" {
		pairs, workers, seed = 100, 4, uint64(time.Now().UnixNano())
	}
	if n, err := strconv.ParseUint(os.Getenv("REWOO_SEED"), 10, 64); err == nil {
		seed = n
	}
	t.Logf("REWOO_SEED=%d repeats this", seed)
	for k := range workers {
		t.Run(strconv.Itoa(k), func(t *testing.T) {
			t.Parallel()
			var c cover
			for i := k; i < pairs; i += workers {
				c.add(livePair(t, rand.New(rand.NewPCG(seed, uint64(i)))))
			}
			if t.Logf("%+v", c); c.got < 30*c.pairs || c.opened < c.pairs {
				t.Error("the lives are too dull to show a leak")
			}
		})
	}
}

// livePair plays a pair of lives of 50 moves.
func livePair(t *testing.T, r *rand.Rand) cover {
	p := &pairOfLives{t: t}
	salt, start := fmt.Sprint(r.Uint64()), time.Date(2026, 3, 2+r.IntN(300), r.IntN(24), r.IntN(60), 0, 0, time.UTC)
	roles := []string{"I was hurt", "I broke trust"}
	if r.IntN(2) == 0 {
		slices.Reverse(roles)
	}
	forms := r.IntN(2) == 0
	p.two, p.flood = r.IntN(4) > 0, r.IntN(3) == 0
	far := flows.Platform{Forms: r.IntN(2) == 0, NoText: r.IntN(2) == 0}
	for k := range p.lives {
		p.lives[k] = openStack(t, salt, start)
		if forms { // from the next start on
			p.lives[k].crash(func() { p.lives[k].forms = true })
		}
		p.lives[k].at = far
		p.lives[k].couple(roles)
		if p.two {
			if p.lives[k].further(); !p.lives[k].far.got("a2", "This account is connected now") {
				t.Fatal("no second account came of it")
			}
		}
	}
	for range 50 {
		p.move(r)
		p.compare()
	}
	p.cover.pairs, p.cover.got = 1, len(p.lives[0].phone.calls("b"))
	var logs [2]string
	for k, l := range p.lives {
		l.end()
		logs[k] = l.logAbout("b")
	}
	if logs[0] != logs[1] || logs[0] == "" {
		t.Fatalf("the log about b tells the lives apart:\n%s\n---\n%s\n%s", logs[0], logs[1], strings.Join(p.acts, "\n"))
	}
	return p.cover
}

func (p *pairOfLives) move(r *rand.Rand) {
	p.n++
	switch k := r.IntN(20); {
	case k < 7:
		for i, l := range p.lives {
			p.quiet(i, l, r)
		}
	case k < 11:
		p.towards(r)
	case k < 15:
		what := p.lives[0].choice(r, "b", true)
		p.note("b: " + what)
		for _, l := range p.lives {
			l.act("b", what, "")
		}
	case k < 16:
		p.note("a crash, with something under way")
		what := p.lives[0].choice(r, "b", true)
		for _, l := range p.lives {
			l.crash(func() { l.act("b", what, "") })
		}
	default:
		by := time.Duration(1+r.IntN(90)) * time.Minute
		if r.IntN(2) == 0 {
			by *= time.Duration(1 + r.IntN(16))
		}
		if k == 16 {
			p.note("a gap of " + by.String())
			for _, l := range p.lives {
				l.gap(by)
			}
			return
		}
		p.note("+ " + by.String())
		for _, l := range p.lives {
			l.forward(by)
		}
	}
}

// quiet lets a do something that nobody is to notice, in one life.
func (p *pairOfLives) quiet(i int, l *stack, r *rand.Rand) {
	who := p.account(r)
	steps := []string{l.choice(r, who, false)}
	switch k := r.IntN(40); {
	case k < 2:
		steps = []string{"/partner", "[Leave quietly]", "[Leave quietly]"}
	case k == 2 && p.two && p.flood:
		who, steps = "a2", []string{"flood"}
		p.cover.floods++
	case k == 3:
		steps = []string{"/account", "[Remove an account]"} // which one is left to chance
	case k == 4 && p.two:
		l.further()
		return
	}
	for _, what := range steps {
		p.note(fmt.Sprintf("%s, life %d: %s", who, i, what))
		l.act(who, what, "")
	}
}

// towards takes a to a preview in both lives, by private answers of each life's own, and lets a tap where both lives have it.
func (p *pairOfLives) towards(r *rand.Rand) {
	goal := goalWords[r.IntN(len(goalWords))]
	var who [2]string
	for i, l := range p.lives {
		if who[i] = p.account(r); p.flood { // where nothing is read for a while
			who[i] = "a"
		}
		for _, what := range []string{"/start", "/leave", "/leave", "/leave"} {
			l.act(who[i], what, "")
		}
	}
	for n, what := range goal {
		if openLabels[strings.Trim(what, "[]")] {
			p.open(what, n, who)
			continue
		}
		for i, l := range p.lives {
			ways := strings.Split(strings.ReplaceAll(what, "WORDS", fmt.Sprintf("Line %d", p.n)), "|")
			way := ways[r.IntN(len(ways))]
			p.note(fmt.Sprintf("%s, life %d: %s", who[i], i, way))
			l.act(who[i], way, "")
		}
	}
	for i, l := range p.lives {
		p.quiet(i, l, r)
	}
}

// open taps in both lives, if a stands before the same words in both and has left in neither. What is tapped has the same
// chance in both, as only one of them is real.
func (p *pairOfLives) open(what string, n int, who [2]string) {
	var before [2]string
	for k, l := range p.lives {
		s := l.of(who[k]).button(who[k], strings.Trim(what, "[]"))
		if s == nil || s.closed || l.phone.got("a", "You are on your own here now") || l.far.got("a2", "You are on your own here now") ||
			!slices.ContainsFunc(s.m.Choices, func(c flows.Choice) bool { return l.live(c.Action) }) {
			return
		}
		before[k] = s.m.Text()
	}
	if before[0] != before[1] {
		return
	}
	p.note(fmt.Sprintf("%s: %s in both", who, what))
	if p.cover.opened++; who[0] != who[1] {
		p.cover.apart++
	}
	for k, l := range p.lives {
		l.act(who[k], what, fmt.Sprintf("open/%d/%d", p.n, n))
	}
}

// account is one that a may write from.
func (p *pairOfLives) account(r *rand.Rand) string {
	if p.two && r.IntN(2) == 0 {
		return "a2"
	}
	return "a"
}

func (p *pairOfLives) note(what string) {
	p.acts = append(p.acts, p.lives[0].clock.Now().Format("2 Jan 15:04 ")+what)
}

// compare looks at all that was ever sent to b.
func (p *pairOfLives) compare() {
	p.t.Helper()
	first, second := p.lives[0].phone.calls("b"), p.lives[1].phone.calls("b")
	for i := range max(len(first), len(second)) {
		if i >= len(first) || i >= len(second) || first[i] != second[i] {
			p.t.Fatalf("b can tell the lives apart:\n%s\nin one life from there\n%s\nin the other\n%s", strings.Join(p.acts, "\n"),
				strings.Join(first[min(i, len(first)):], "\n"), strings.Join(second[min(i, len(second)):], "\n"))
		}
	}
}
