package main

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
	"rewoo/storage"
)

const monthFile = "testdata/month.golden"

// An evening is what each of the two does with it: share or keep what is offered, answer only the first question (pulse),
// pass over every question (skip), be brief with the first and then stop writing (trail), come an hour late (late), only
// read what came (read), do nothing (-), /stop, /start. down is the bot's machine being off from noon to the next noon.
var evenings = []struct{ ana, ben string }{
	{"share", "share"}, {"share", "keep"}, {"pulse", "share"}, {"keep", "skip"}, {"late", "share"}, {"share", "-"}, // 1 to 6
	{"-", "share"}, {"share", "read"}, {"skip", "late"}, {"-", "-"}, {"share", "share"}, {"keep", "trail"}, // 7 to 12
	{"share", "stop"}, {"share", "-"}, {"keep", "-"}, {"share", "start"}, {"pulse", "pulse"}, {"trail", "share"}, // 13 to 18
	{"share", "keep"}, {"down", "-"}, {"share", "share"}, {"read", "late"}, {"share", "skip"}, {"stop", "share"}, // 19 to 24
	{"-", "keep"}, {"start", "share"}, {"share", "share"}, {"late", "keep"}, {"keep", "pulse"}, {"share", "share"}, // 25 to 30
}

// A month of two people in the time that the bot itself lives by: its own timer loop, its sweeps and pauses, the real
// engine with the shipped library, a real file. Summer time begins on the 26th, for both; the machine is off for a day.
func TestMonth(t *testing.T) {
	want, err := os.ReadFile(monthFile)
	if err != nil && !*update {
		t.Fatalf("%v; -update makes it", err)
	}
	path := filepath.Join(t.TempDir(), "rewoo.db")
	var got string
	began := time.Now()
	synctest.Test(t, func(t *testing.T) { got = month(t, path) })
	t.Logf("a month took %v", time.Since(began))
	if *update {
		if err := os.WriteFile(monthFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if f, same := differs(monthFile, string(want), got); !same {
		t.Fatalf("%s:%d: %s; if what came is right, run go test ./cmd/rewoo -run TestMonth -update", f.File, f.Line, f.Text)
	}
}

// month plays the evenings and gives what came of them.
func month(t *testing.T, path string) string {
	lib, err := flows.LoadShipped()
	if err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(path, storage.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	w := &monthWorld{t: t, diary: newDiary(), opt: bot.Options{
		Store: db, Machine: lib, Seed: func(id string) flows.Seed { return flows.Seed(sha256.Sum256([]byte("month " + id))) },
	}}
	w.opt.Adapters = []bot.Adapter{w.diary}
	w.sleepUntil(0, "16:00")
	w.start()
	w.onboard()
	for day, e := range evenings {
		w.evening(day+1, e.ana, e.ben)
	}
	w.sleepUntil(len(evenings)+1, "12:00")
	w.stop()
	return w.diary.String()
}

// monthWorld is two people and a bot that can be switched off. One goroutine is both people, so that nothing depends on
// who is faster.
type monthWorld struct {
	t     *testing.T
	diary *diary
	opt   bot.Options
	life  *bottest.Life
}

func (w *monthWorld) start() { w.life = bottest.Start(w.t, w.opt) }

func (w *monthWorld) stop() {
	if err := w.life.Stop(); err != nil {
		w.t.Fatal(err)
	}
}

// sleepUntil lets time pass until a UTC time on a day of March.
func (w *monthWorld) sleepUntil(day int, clock string) {
	w.t.Helper()
	at, err := time.Parse(time.TimeOnly, clock+":00")
	if err != nil {
		w.t.Fatal(err)
	}
	d := time.Until(time.Date(2000, time.March, day, at.Hour(), at.Minute(), 0, 0, time.UTC))
	if d < 0 {
		w.t.Fatalf("it is later than %s on day %d", clock, day)
	}
	time.Sleep(d)
	synctest.Wait()
}

// think is what passes before a person does something: more than the bot takes to send all it has.
func (w *monthWorld) think() {
	time.Sleep(20 * time.Second)
	synctest.Wait()
}

func (w *monthWorld) say(who, text string) {
	w.think()
	w.diary.note(who, "> "+text)
	w.diary.Say(who, text)
	synctest.Wait()
}

func (w *monthWorld) press(who string, g bottest.Got, label string) {
	w.t.Helper()
	w.think()
	for _, c := range g.Choices {
		if c.Label == label {
			w.diary.note(who, "> ["+label+"]")
			w.diary.Put(who, flows.Event{Kind: flows.Pressed, Action: c.Action})
			synctest.Wait()
			return
		}
	}
	w.t.Fatalf("%s has no button %q, only %v", who, label, g.Choices)
}

// open is the newest message of a person that has buttons which still count, but for Undo, which neither of them regrets
// enough to press; false if there is none.
func (w *monthWorld) open(who string) (bottest.Got, bool) {
	got := w.diary.Got(who)
	for i := len(got) - 1; i >= 0; i-- {
		if g := got[i]; len(g.Choices) > 0 && g.Choices[0].ID != "undo" && !g.Closed && !g.Deleted {
			return g, true
		}
	}
	return bottest.Got{}, false
}

// do writes a command, a line, or presses a [Button] of the newest message.
func (w *monthWorld) do(who string, inputs ...string) {
	w.t.Helper()
	for _, in := range inputs {
		g, ok := w.open(who)
		switch {
		case !strings.HasPrefix(in, "["):
			w.say(who, in)
		case ok:
			w.press(who, g, in[1:len(in)-1])
		default:
			w.t.Fatalf("%s has nothing to press %s on", who, in)
		}
	}
}

func (w *monthWorld) onboard() {
	w.t.Helper()
	first := []string{"/start", "[Go on]", "[I agree]", "[I am 18 or over]", "[Continue]"}
	w.do("Ana", first...)
	w.do("Ana", "Ana", "Berlin", "[Yes]", "20:00", "[That suits me]", "[I was hurt]", "[Make a code]")
	code := codeForm.FindString(strings.Join(w.diary.Texts("Ana"), "\n"))
	w.do("Ben", first...)
	w.do("Ben", "Ben", "Helsinki", "[Yes]", "20:30", "[That suits me]", "[I broke trust]", "[I have a code]", code, "[Go on together]")
	g, ok := w.open("Ana")
	if !ok {
		w.t.Fatal("Ana is not asked about Ben")
	}
	w.press("Ana", g, "Go on together")
}

// evening is one day. Ben's check-in is ready at 18:30 UTC and Ana's at 19:00, an hour earlier in summer.
func (w *monthWorld) evening(day int, ana, ben string) {
	w.t.Helper()
	if ana == "down" {
		w.sleepUntil(day, "12:00")
		w.stop()
		w.sleepUntil(day+1, "12:00")
		w.start()
		return
	}
	w.sleepUntil(day, "18:40")
	w.visit("Ben", day, ben)
	w.sleepUntil(day, "19:10")
	w.visit("Ana", day, ana)
	w.sleepUntil(day, "19:40")
	for who, how := range map[string]string{"Ana": ana, "Ben": ben} {
		if how == "late" { // never both: who came first would be a matter of luck
			w.visit(who, day, "share")
		}
	}
}
