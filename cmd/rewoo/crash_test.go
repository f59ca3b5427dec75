package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

// act is one thing somebody does in the scripted life, or the clock being moved to an instant.
type act struct {
	who, say, press string
	until           time.Duration // since the start
}

// life is a week of two people: onboarding, pairing, check-ins, sharing, reading, skipping, stopping and coming back.
func life() []act {
	var acts []act
	do := func(who string, inputs ...string) {
		for _, in := range inputs {
			a := act{who: who, say: in}
			if strings.HasPrefix(in, "[") {
				a = act{who: who, press: in[1 : len(in)-1]}
			}
			acts = append(acts, a)
		}
	}
	first := []string{"/start", "[Go on]", "[I agree]", "[I am 18 or over]", "[Continue]"}
	do("a", first...)
	do("a", "Ana", "Berlin", "[Yes]", "20:00", "[That suits me]", "[I was hurt]", "[Make a code]")
	do("b", first...)
	do("b", "Ben", "Berlin", "[Yes]", "20:30", "[That suits me]", "[I broke trust]", "[I have a code]", "{code}", "[Go on together]")
	do("a", "[Go on together]")
	day := 24 * time.Hour
	at := 3 * time.Hour // from 18:00 to 21:00 in Berlin
	for i := range 4 {
		acts = append(acts, act{until: at + time.Duration(i)*day})
		do("a", "[Open]", "[Steady]", "/skip", fmt.Sprintf("Line %d of Ana", i), "[Share]")
		acts = append(acts, act{until: at + time.Duration(i)*day + time.Minute}) // the undo minute
		do("b", "[Open]", "[Read now]")
		do("b", "/checkin", "[Shaky]", "/skip", fmt.Sprintf("Line %d of Ben", i), "[Keep]")
		do("b", "/help", "what now")
	}
	do("b", "/stop")
	acts = append(acts, act{until: at + 5*day})
	do("b", "/start")
	acts = append(acts, act{until: at + 6*day})
	do("b", "[Open]", "[Steady]")
	return acts
}

// player plays a life against a page that may die at any moment.
type player struct {
	t     *testing.T
	args  []string
	p     *process
	start time.Time
	rev   map[string]int
	kills int
	// doom, if not nil, kills the process this long after the next request was sent.
	doom func() (time.Duration, bool)
}

var codeForm = regexp.MustCompile(`\b[A-HJ-NP-Z2-9]{10}\b`)

func (pl *player) play(acts []act) map[string][]apiMessage {
	pl.t.Helper()
	pl.p = startTry(pl.t, pl.args...)
	defer func() { pl.p.kill() }()
	pl.rev = map[string]int{}
	for i, a := range acts {
		if err := pl.do(a); err != nil {
			pl.t.Fatalf("act %d %+v: %v\n%s", i, a, err, pl.p.stderr)
		}
	}
	out := map[string][]apiMessage{}
	for _, who := range []string{"a", "b"} {
		got, err := messages(pl.p.url, who, 0)
		if err != nil {
			pl.t.Fatal(err)
		}
		for i := range got {
			got[i].Rev = 0
		}
		out[who] = got
	}
	return out
}

// do does one act, however often the program is killed meanwhile. Whether an act that got no answer was taken is read off the chat, as
// a person would.
func (pl *player) do(a act) error {
	for range 20 {
		taken, err := pl.taken(a)
		if err != nil {
			return err
		}
		if taken {
			break
		}
		url, body, err := pl.request(a)
		if err != nil {
			return err
		}
		if pl.send(url, body) == nil {
			break
		}
		pl.p.cmd.Wait()
		pl.p = startTry(pl.t, pl.args...)
	}
	if a.who == "" {
		return nil
	}
	got, err := messages(pl.p.url, a.who, 0)
	if err == nil && len(got) > 0 {
		pl.rev[a.who] = len(got)
	}
	return err
}

// send posts a request, and kills the program in the middle of it when its time has come.
func (pl *player) send(url string, body any) error {
	after, dies := time.Duration(0), false
	if pl.doom != nil {
		after, dies = pl.doom()
	}
	if !dies {
		var into any
		return call(context.Background(), url, body, &into)
	}
	pl.kills++
	done := make(chan struct{})
	victim := pl.p.cmd.Process
	go func() {
		time.Sleep(after)
		victim.Kill()
		close(done)
	}()
	var into any
	call(context.Background(), url, body, &into)
	<-done
	return fmt.Errorf("killed")
}

// taken says whether the chat already shows an act.
func (pl *player) taken(a act) (bool, error) {
	if a.who == "" {
		at, err := now(pl.p.url)
		return err == nil && pl.start.Add(a.until).Compare(at) <= 0 && pl.idle(), err
	}
	got, err := messages(pl.p.url, a.who, 0)
	if err != nil {
		return false, err
	}
	for _, m := range got[min(pl.rev[a.who], len(got)):] {
		if m.From == "me" {
			return true, nil
		}
	}
	return false, nil
}

// idle sees to it that what is due at the present moment has been delivered.
func (pl *player) idle() bool {
	var into any
	return call(context.Background(), pl.p.url+"api/clock", map[string]any{"until": "idle"}, &into) == nil
}

func (pl *player) request(a act) (string, any, error) {
	if a.who == "" {
		at, err := now(pl.p.url)
		d := pl.start.Add(a.until).Sub(at)
		return pl.p.url + "api/clock", map[string]any{"forward": d.String()}, err
	}
	base := pl.p.url + "api/people/" + a.who
	if a.say != "" {
		text := a.say
		if text == "{code}" {
			got, err := messages(pl.p.url, "a", 0)
			if err != nil {
				return "", nil, err
			}
			for _, m := range got {
				if c := codeForm.FindString(m.Text); c != "" {
					text = c
				}
			}
		}
		return base + "/say", map[string]any{"text": text}, nil
	}
	got, err := messages(pl.p.url, a.who, 0)
	if err != nil {
		return "", nil, err
	}
	for i := len(got) - 1; i >= 0; i-- {
		for _, c := range got[i].Choices {
			if c.Label == a.press && !got[i].Closed {
				return base + "/press", map[string]any{"message": got[i].ID, "choice": c.ID}, nil
			}
		}
	}
	return "", nil, fmt.Errorf("no open button %q; last: %+v", a.press, got[len(got)-1])
}

// A life in which the program is killed at 20 random moments ends exactly as the same life without: every message, id, time and button.
func TestKillNine(t *testing.T) {
	start := time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)
	flags := func(dir string) []string {
		return []string{"--data", dir, "--seed", "7", "--at", start.Format(time.RFC3339)}
	}
	calm := &player{t: t, args: flags(t.TempDir()), start: start}
	want := calm.play(life())

	kills := 20
	if os.Getenv("REWOO_SOAK") != "" {
		kills = 60
	}
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(seed, 1))
	t.Logf("kill seed %d", seed)
	wild := &player{t: t, args: flags(t.TempDir()), start: start}
	left, acts := kills, len(life())
	wild.doom = func() (time.Duration, bool) {
		if left == 0 || rng.IntN(acts) >= kills*2 {
			return 0, false
		}
		left--
		return time.Duration(rng.IntN(12_000)) * time.Microsecond, true
	}
	got := wild.play(life())
	if wild.kills < 20 {
		t.Fatalf("only %d kills", wild.kills)
	}
	for _, who := range []string{"a", "b"} {
		compare(t, who, want[who], got[who])
	}
	if answers := len(want["a"]); answers < 40 {
		t.Fatalf("the life has only %d messages", answers)
	}
}

func compare(t *testing.T, who string, want, got []apiMessage) {
	t.Helper()
	for i := range max(len(want), len(got)) {
		w, g := "nothing", "nothing"
		if i < len(want) {
			w = fmt.Sprintf("%+v", want[i])
		}
		if i < len(got) {
			g = fmt.Sprintf("%+v", got[i])
		}
		if w != g {
			t.Fatalf("%s, message %d:\nwithout kills %s\nwith kills    %s", who, i, w, g)
		}
	}
}

// What people write is in no log line, also not when the program is stopped in the middle and comes back.
func TestLogHoldsNoWord(t *testing.T) {
	canary := "xyzzy-canary"
	pl := &player{t: t, args: []string{"--data", t.TempDir(), "--seed", "1", "--at", "2026-03-02T17:00:00Z"}, start: time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)}
	pl.p = startTry(t, pl.args...)
	pl.rev = map[string]int{}
	for _, a := range []act{{who: "a", say: "/start"}, {who: "a", press: "Go on"}, {who: "a", press: "I agree"}, {who: "a", press: "I am 18 or over"},
		{who: "a", press: "Continue"}, {who: "a", say: canary}, {who: "a", say: canary}, {who: "a", say: strings.Repeat(canary, 1000)}} {
		if err := pl.do(a); err != nil {
			t.Fatal(err)
		}
	}
	base := pl.p.url
	for _, bad := range []string{"api/people/" + canary + "/say", "api/" + canary} {
		var into any
		if err := call(context.Background(), base+bad, map[string]string{"text": canary}, &into); err == nil {
			t.Fatal("a nonsense path was served")
		}
	}
	if err := pl.p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := pl.p.cmd.Wait(); err != nil {
		t.Fatalf("a stop by signal: %v", err)
	}
	if out := pl.p.stderr.String(); strings.Contains(out, canary) {
		t.Fatalf("the log holds what was written: %s", out)
	}
}
