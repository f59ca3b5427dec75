package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/bottest/faketelegram"
	"rewoo/flows"
)

// knock is what comes by the clock here: it has no place of its own among what a person sees.
const cardKnock = "Something is waiting when you have room."

// deedsOf are what one of a couple does after they are connected: n check-ins, each with a line that is shared, and small
// things between. want is the last that each thing is answered with.
func deedsOf(who string, n int) (out []struct{ input, want string }) {
	do := func(input, want string) { out = append(out, struct{ input, want string }{input, want}) }
	for i := range n {
		do("/checkin", "How is the ground")
		do("[Steady]", "?")
		do("/skip", "?")
		do(fmt.Sprintf("Line %d of %s", i, who), "Share this, or keep it")
		do("[Share]", "That is enough for today")
		do("/help", "I am a program")
		do("what now", "No question is open right now")
		do("/privacy", "What for:")
	}
	return out
}

// crowd is a few couples, one of each on Telegram and the other on Discord, on whatever platforms.
type crowd struct {
	testing.TB
	couples  int
	cycles   int
	zone     string
	handsets map[string]handset
	lib      *flows.Library
}

func (c *crowd) names(i int) (ana, ben string) { return fmt.Sprint("Ana", i), fmt.Sprint("Ben", i) }

// sees waits until who sees want behind the first few texts.
func (c *crowd) sees(who string, before int, input, want string) bool {
	for end := time.Now().Add(90 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		texts := c.seen(who)
		if before < len(texts) && slices.ContainsFunc(texts[before:], func(s string) bool { return strings.Contains(s, want) }) {
			return true
		}
	}
	texts := c.seen(who)
	c.Errorf("%s did %q and never saw %q; the last are %q", who, input, want, texts[max(0, len(texts)-3):])
	return false
}

// do does one thing and waits for its answer. A tap can be lost while Discord has nobody to give it to: the app says so, and
// its person taps again.
func (c *crowd) do(who, input, want string) bool {
	p := c.handsets[who]
	before := len(c.seen(who))
	label, press := strings.CutPrefix(input, "[")
	if !press {
		p.say(input)
		return c.sees(who, before, input, want)
	}
	label = strings.TrimSuffix(label, "]")
	if d, ok := p.(discordPhone); ok {
		return c.tap(d, who, before, label, want)
	}
	for range 400 { // its buttons may still be on their way
		if p.press(label) == nil {
			return c.sees(who, before, input, want)
		}
		time.Sleep(10 * time.Millisecond)
	}
	c.Errorf("%s has no button %q", who, label)
	return false
}

func (c *crowd) tap(d discordPhone, who string, before int, label, want string) bool {
	for range 100 {
		i, err := d.Press(label)
		for end := time.Now().Add(1500 * time.Millisecond); err == nil && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
			if i.Answer() != 0 {
				return c.sees(who, before, label, want)
			}
		}
		texts := c.seen(who) // taken, but the process died before it could say so
		if before < len(texts) && slices.ContainsFunc(texts[before:], func(s string) bool { return strings.Contains(s, want) }) {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	c.Errorf("%s could not tap %q", who, label)
	return false
}

// seen is what somebody sees without what has no place of its own, and without what chance decides.
func (c *crowd) seen(who string) (out []string) {
	for _, s := range c.handsets[who].texts() {
		if s != cardKnock {
			out = append(out, s)
		}
	}
	return out
}

// greet says the first words, which on Discord nobody keeps for a bot that is away.
func (c *crowd) greet() bool {
	ok := true
	for who := range c.handsets {
		ok = ok && c.do(who, "/start", "Would you like to go on?")
	}
	return ok
}

// live plays all that comes then, and gives whether every answer came.
func (c *crowd) live() bool {
	var wg sync.WaitGroup
	var failed atomic.Bool
	for i := range c.couples {
		ana, ben := c.names(i)
		wg.Go(func() {
			if !c.connect(ana, ben) {
				failed.Store(true)
				return
			}
			for _, who := range []string{ana, ben} {
				wg.Go(func() {
					for _, d := range deedsOf(who, c.cycles) {
						if failed.Load() || !c.do(who, d.input, d.want) {
							failed.Store(true)
							return
						}
					}
				})
			}
		})
	}
	wg.Wait()
	return !failed.Load()
}

func (c *crowd) connect(ana, ben string) bool {
	first := []struct{ input, want string }{
		{"[Go on]", "Do you agree"}, {"[I agree]", "How old"}, {"[I am 18 or over]", "If someone else reads"},
		{"[Continue]", "What name"}, {"name", "What time is it"}, {c.zone, "Right?"}, {"[Yes]", "When would a short"},
		{"[I will come by myself]", "From 21:30"}, {"[That suits me]", "Are you the partner"}, {"[Rather not say]", "on your own, or with"},
	}
	for _, who := range []string{ana, ben} {
		for _, d := range first {
			if d.input == "name" {
				d.input = who
			}
			if !c.do(who, d.input, d.want) {
				return false
			}
		}
	}
	if !c.do(ana, "[Make a code]", "Your code:") {
		return false
	}
	texts := c.seen(ana)
	code := codeForm.FindString(texts[len(texts)-1])
	return c.do(ben, "[I have a code]", "Please write the code") && c.do(ben, code, "At the other end of this code") &&
		c.do(ana, "[Go on together]", "once you have each said yes") && c.do(ben, "[Go on together]", "That is all I need") &&
		c.sees(ana, len(texts), "", "That is all I need")
}

// read opens what came from the other.
func (c *crowd) read() bool {
	ok := true
	for i := range c.couples {
		ana, ben := c.names(i)
		for _, who := range []string{ana, ben} {
			ok = ok && c.do(who, "/cards", "Read now, later, or not today?") && c.do(who, "[Read now]", "That is all of it")
		}
	}
	return ok
}

// plain is a text without what chance decides, codes and what is drawn from lists, and without the marks of quotes.
func (c *crowd) plain(s string) string {
	s = strings.ReplaceAll(codeForm.ReplaceAllString(s, "{code}"), "\n> ", "\n") // Telegram marks a quote otherwise
	for _, l := range c.lib.Lists {
		for _, it := range l.Items {
			if it.Text != "" {
				s = strings.ReplaceAll(s, it.Text, "{drawn}")
			}
		}
	}
	return s
}

type memoryPhone struct {
	*bottest.Memory
	user string
}

func (p memoryPhone) say(text string)           { p.Say(p.user, text) }
func (p memoryPhone) press(label string) error  { return p.Press(p.user, label) }
func (p memoryPhone) fill(_, text string) error { p.Say(p.user, text); return nil }
func (p memoryPhone) texts() []string           { return p.Texts(p.user) }
func (p memoryPhone) buttons() []string         { return nil }

// undisturbed is what everybody sees when nothing goes wrong.
func undisturbed(t *testing.T, c *crowd, setup flows.Setup) map[string][]string {
	mem := map[string]*bottest.Memory{"telegram": bottest.NewMemory("telegram"), "discord": bottest.NewMemory("discord")}
	calm := &crowd{TB: t, couples: c.couples, cycles: c.cycles, zone: c.zone, lib: c.lib, handsets: map[string]handset{}}
	for i := range c.couples {
		ana, ben := c.names(i)
		calm.handsets[ana], calm.handsets[ben] = memoryPhone{mem["telegram"], ana}, memoryPhone{mem["discord"], ben}
	}
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	life := bottest.Start(t, bot.Options{Store: bottest.NewMemStore(), Machine: c.lib.With(setup), Now: now, Manual: true,
		Adapters: []bot.Adapter{mem["telegram"], mem["discord"]}})
	if !calm.greet() || !calm.live() {
		t.Fatal("even undisturbed an answer did not come")
	}
	ahead.Store(int64(2 * time.Minute))
	if _, err := life.Fire(t.Context(), now()); err != nil {
		t.Fatal(err)
	}
	if err := life.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !calm.read() {
		t.Fatal("even undisturbed a card did not come")
	}
	out := map[string][]string{}
	for who := range calm.handsets {
		for _, s := range calm.seen(who) {
			out[who] = append(out[who], c.plain(s))
		}
	}
	if err := life.Stop(); err != nil {
		t.Fatal(err)
	}
	return out
}

// dayZone is a place where it is day now: cards do not knock at night.
func dayZone() string {
	for _, place := range []string{"Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "America/Los_Angeles"} {
		loc, err := time.LoadLocation(place)
		if err != nil {
			continue
		}
		if h := time.Now().In(loc).Hour(); h >= 9 && h <= 19 {
			return strings.ReplaceAll(place[strings.Index(place, "/")+1:], "_", " ")
		}
	}
	return "Berlin"
}

// `rewoo serve` on both platforms, killed again and again, at any moment: nothing that was said is lost, nothing that the bot
// says is lost, and nothing comes twice but, on Telegram, the one message to a chat that was under way when the process died.
func TestServeKillNine(t *testing.T) {
	t.Parallel()
	kills, cycles := 12, 1
	if os.Getenv("REWOO_SOAK") != "" {
		kills, cycles = 100, 8
	}
	lib, err := flows.LoadShipped()
	if err != nil {
		t.Fatal(err)
	}
	w := newWire(t, faketelegram.Options{}, fakediscord.Options{}, "people: { open_to: anyone }")
	c := &crowd{TB: t, couples: 2, cycles: cycles, zone: dayZone(), lib: lib, handsets: map[string]handset{}}
	for i := range c.couples {
		ana, ben := c.names(i)
		c.handsets[ana], c.handsets[ben] = telegramPhone{w.tg.User(int64(1000 + i))}, discordPhone{w.dc.User(fmt.Sprint(200000000000000000 + i))}
	}
	want := undisturbed(t, c, flows.Setup{InviteLink: "https://t.me/rewoo_test_bot?start=", Platforms: map[string]flows.Platform{"discord": {Forms: true}}})

	r := &reaper{t: t, w: w}
	r.start()
	w.until("both platforms are connected", r.connected)
	if !c.greet() {
		t.Fatalf("nobody is greeted\n%s", tail(r.stderr.String(), 3000))
	}
	// Answers that take their time: so the process often dies between a message and the note that it was sent.
	w.tg.Fail(faketelegram.Fault{Times: -1, Late: 60 * time.Millisecond})
	w.dc.Fail(func(r fakediscord.Request) *fakediscord.Failure {
		if r.Method == "POST" && strings.HasSuffix(r.Path, "/messages") {
			return &fakediscord.Failure{Late: 40 * time.Millisecond}
		}
		return nil
	})
	lived := make(chan bool)
	go func() { lived <- c.live() }()
	ok, over := true, false
	for !over {
		select {
		case ok = <-lived:
			over = true
		case <-time.After(50*time.Millisecond + rand.N(1200*time.Millisecond)):
			if len(r.deaths) < kills {
				r.kill()
				r.start()
			}
		}
	}
	for ; len(r.deaths) < kills; r.start() { // what is left of them comes while the cards are on their way
		time.Sleep(50*time.Millisecond + rand.N(600*time.Millisecond))
		r.kill()
	}
	if !ok {
		r.kill()
		t.Fatalf("an answer was lost\n%s", tail(r.stderr.String(), 3000))
	}
	w.tg.Mend()
	w.dc.Fail(nil)
	for end := time.Now().Add(3 * time.Minute); !r.rests(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("something still waits to be sent\n%s", tail(r.stderr.String(), 3000))
		}
	}
	if !c.read() {
		t.Fatal("a card was lost")
	}
	r.kill()
	repeats := 0
	for who, p := range c.handsets {
		repeats += r.compare(who, p, c, want[who])
	}
	t.Logf("%d kills, %d messages repeated on Telegram, each in the life after the one in which it came first", len(r.deaths)-1, repeats)
}

// reaper starts rewoo, and kills it.
type reaper struct {
	t      *testing.T
	w      *wire
	cmd    *exec.Cmd
	stderr bottest.Log
	deaths []time.Time
}

func (r *reaper) start() {
	bin, err := built()
	if err != nil {
		r.t.Fatal(err)
	}
	r.cmd = exec.Command(bin, "serve", "--config", r.w.file)
	r.cmd.Stdout, r.cmd.Stderr = &r.w.log, &r.stderr
	if err := r.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
}

func (r *reaper) kill() {
	r.cmd.Process.Kill()
	r.cmd.Wait()
	r.deaths = append(r.deaths, time.Now())
	if strings.Contains(r.stderr.String(), "panic") {
		r.t.Fatalf("%s", tail(r.stderr.String(), 3000))
	}
}

func (r *reaper) connected() bool {
	var got statusReport
	if askAdmin(r.t.Context(), r.w.data, "/status", &got) != nil || len(got.Bot.Platforms) < 2 {
		return false
	}
	return !slices.ContainsFunc(got.Bot.Platforms, func(p bot.PlatformStatus) bool { return p.Health == nil || !p.Health.Connected })
}

// rests says that nothing is to be sent and no card is on its way.
func (r *reaper) rests() bool {
	var got statusReport
	if askAdmin(r.t.Context(), r.w.data, "/status", &got) != nil || len(got.Bot.Platforms) < 2 {
		return false
	}
	for _, p := range got.Bot.Platforms {
		if p.Replies+p.Cards+p.Scheduled > 0 || p.Health == nil || !p.Health.Connected {
			return false
		}
	}
	return got.Bot.Overdue == 0 && (got.Bot.NextDue.IsZero() || time.Until(got.Bot.NextDue) > 2*time.Minute)
}

// lifeOf is in which life of the process something came.
func (r *reaper) lifeOf(at time.Time) int {
	n, _ := slices.BinarySearchFunc(r.deaths, at, time.Time.Compare)
	return n
}

// compare holds what somebody saw against what they would have seen undisturbed, and gives how much came twice.
func (r *reaper) compare(who string, p handset, c *crowd, want []string) (repeats int) {
	var got []string
	before := ""
	knocks := 0
	last := -1 // the life in which the message before came
	tg, telegram := p.(telegramPhone)
	var at []time.Time
	if telegram {
		for _, m := range tg.Messages() {
			at = append(at, m.At)
		}
	}
	for i, s := range p.texts() {
		life := -1
		if telegram {
			life = r.lifeOf(at[i])
		}
		if s == cardKnock {
			if knocks++; knocks > 2 {
				r.t.Errorf("%s is told %d times that something waits", who, knocks)
			}
			continue
		}
		if s == before && telegram && life > last {
			repeats++
			last = life
			continue
		}
		before = s
		got, last = append(got, c.plain(s)), life
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			r.t.Errorf("%s, message %d: got %q\nwant %q", who, i, got[min(i, len(got)):min(i+3, len(got))], want[min(i, len(want)):min(i+3, len(want))])
			break
		}
	}
	return repeats
}
