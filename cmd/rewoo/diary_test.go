package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"rewoo/bot/bottest"
	"rewoo/flows"
)

// diary is a platform in memory that writes down what was said on it, and when.
type diary struct {
	*bottest.Memory

	mu    sync.Mutex
	lines []diaryLine
}

type diaryLine struct {
	at   time.Time
	who  string // "" before anybody got anything: what a person did
	text string
}

func newDiary() *diary { return &diary{Memory: bottest.NewMemory("month")} }

// note writes down what a person does. Nobody's transcript hinges on how codes are drawn.
func (d *diary) note(who, what string) {
	d.write(diaryLine{time.Now(), "", who + " " + codeForm.ReplaceAllString(what, "{code}")})
}

func (d *diary) write(l diaryLine) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, l)
}

// Send shows a message. One that closes or deletes another is not written down.
func (d *diary) Send(ctx context.Context, q flows.Queued) (string, error) {
	if q.Message.Op == flows.Show {
		d.write(diaryLine{time.Now(), q.To.User, q.To.User + " < " + shownText(q.Message)})
	}
	return d.Memory.Send(ctx, q)
}

func shownText(m flows.Message) string {
	text := codeForm.ReplaceAllString(m.Text(), "{code}")
	text = strings.ReplaceAll(text, "\n\n", "\n.\n")
	for i, c := range m.Choices {
		text += []string{"  ", " "}[min(i, 1)] + "[" + c.Label + "]"
	}
	return strings.ReplaceAll(text, "\n", "\n    ")
}

// String is the diary. Of two people who got something at the same moment the names decide, because two sends that are
// under way together arrive in no order; what one person got stays in its order.
func (d *diary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	lines := slices.Clone(d.lines)
	slices.SortStableFunc(lines, func(a, b diaryLine) int {
		return cmp.Or(a.at.Compare(b.at), strings.Compare(a.who, b.who))
	})
	var out strings.Builder
	var last time.Time
	out.WriteString("# A month of Ana in Berlin and Ben in Helsinki; times are UTC. Summer time begins on 26 March.\n")
	for _, l := range lines {
		if l.at.YearDay() != last.YearDay() {
			out.WriteString("\n")
		}
		if !l.at.Equal(last) {
			out.WriteString("== " + l.at.UTC().Format("Mon 2 Jan 15:04:05.999") + "\n")
		}
		last = l.at
		out.WriteString(l.text + "\n")
	}
	return out.String()
}

// visit is a person who looks at the chat in the evening and does what they do that day; see evenings.
func (w *monthWorld) visit(who string, day int, how string) {
	w.t.Helper()
	switch how {
	case "-", "late":
		return
	case "stop", "start":
		w.say(who, "/"+how)
		return
	case "read":
		w.say(who, "/cards")
	}
	tried := map[string]int{}
	for answers := 0; answers < 20; {
		g, ok := w.open(who)
		if tried[g.ID]++; !ok || tried[g.ID] > 2 { // what is pressed twice and still there leads nowhere
			return
		}
		labels := labelsOf(g)
		has := func(label string) bool { return slices.Contains(labels, label) }
		switch {
		case has("Read now"):
			w.press(who, g, []string{"Read now", "Read now", "Later", "Read now", "Not today"}[day%5])
		case how == "read" || how == "trail" && answers > 0:
			return
		case has("Open"):
			w.press(who, g, "Open")
		case has("Share"):
			w.press(who, g, map[bool]string{true: "Share", false: "Keep"}[how == "share"])
		case how == "skip":
			w.say(who, "/skip")
		default:
			answers++
			w.answer(who, day, how, g)
		}
	}
}

func labelsOf(g bottest.Got) (labels []string) {
	for _, c := range g.Choices {
		labels = append(labels, c.Label)
	}
	return labels
}

// answer answers a question: with a button that changes from day to day, or with words where there is none but Skip.
func (w *monthWorld) answer(who string, day int, how string, g bottest.Got) {
	w.t.Helper()
	const pulse = "Not today"
	var choices []string
	for _, label := range labelsOf(g) {
		switch label {
		case "Skip", "Done", "Enough for today":
		case pulse:
			if how == "pulse" {
				w.press(who, g, pulse)
				return
			}
		default:
			choices = append(choices, label)
		}
	}
	switch {
	case len(choices) == 0:
		w.say(who, []string{"A walk, and tea with Mo", "Quiet.", "The letter can wait", "soup"}[day%4])
	case slices.Contains(labelsOf(g), "Done") && day%2 == 0: // several may be chosen, and one was
		w.press(who, g, "Done")
	default:
		w.press(who, g, choices[day%len(choices)])
	}
}
