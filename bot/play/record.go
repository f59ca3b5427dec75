package play

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// Done is something that somebody did on two phones.
type Done struct {
	Who   string // as the transcript calls them
	At    time.Time
	Press bool
	Text  string // what was said, or the button's label
}

// Recording is what was done, to be written down as a transcript.
type Recording struct {
	About   string // the first comment
	From    string // the scenario that it began at, as it is included; ""
	Start   time.Time
	Done    []Done
	Skip    int       // so many of Done lie before From ends
	Mark    int       // the transcript begins behind so many of Done, at least Skip
	Marked  time.Time // what the clock showed there; zero: the transcript begins where From does, or at the start
	End     time.Time // what the clock shows now
	Prelude string    // the file, as it is included, that holds what lies between From and the mark; "": nothing does
}

// Recorded is what a player made of it.
type Recorded struct {
	Text    string              // the transcript: it holds as it stands
	Prelude string              // what lies before the mark, a transcript too; ""
	Shown   map[string][]string // all that came to each of the people, from the start, as transcripts write it
}

// Record plays what was done once more, over a fresh, empty store, and writes down what came of it.
func Record(ctx context.Context, fsys fs.FS, lib *flows.Library, store bot.Store, r Recording) (Recorded, error) {
	var out Recorded
	text, err := run(ctx, fsys, lib, store, func(ctx context.Context, p *player) error {
		var err error
		out.Prelude, err = p.record(ctx, r)
		out.Shown = p.ph.everything()
		return err
	})
	out.Text = text
	return out, err
}

func (p *player) record(ctx context.Context, r Recording) (prelude string, err error) {
	about := "# " + strings.Join(strings.Fields(r.About), " ")
	head := []string{about}
	if r.Prelude != "" {
		head[0] = about + ": what came before"
	}
	if r.From != "" {
		head = append(head, "include "+r.From)
	} else {
		head = append(head, "at "+r.Start.UTC().Format("2006-01-02 15:04"))
	}
	if err := p.write(ctx, head...); err != nil {
		return "", err
	}
	for i, d := range r.Done {
		if i == r.Mark && r.Prelude != "" {
			if prelude, err = p.cut(ctx, r, about); err != nil {
				return "", err
			}
		}
		if i < r.Skip {
			continue
		}
		l, err := inputLine(d, p.ph.lastCode())
		if err == nil {
			err = p.moveTo(ctx, d.At)
		}
		if err == nil {
			err = p.write(ctx, l)
		}
		if err != nil {
			return "", err
		}
	}
	if len(r.Done) == r.Mark && r.Prelude != "" {
		if prelude, err = p.cut(ctx, r, about); err != nil {
			return "", err
		}
	}
	return prelude, p.moveTo(ctx, r.End)
}

// cut ends what comes before the mark, and begins the transcript itself.
func (p *player) cut(ctx context.Context, r Recording, about string) (prelude string, err error) {
	if err := p.moveTo(ctx, r.Marked); err != nil {
		return "", err
	}
	prelude = p.out.String()
	p.out.Reset()
	p.mark = p.clock.now()
	p.out.WriteString(about + "\ninclude " + r.Prelude + "\n")
	return prelude, nil
}

// write plays lines and writes them down with what comes.
func (p *player) write(ctx context.Context, text ...string) error {
	lines, err := parse("what was played", strings.Join(text, "\n"))
	if err != nil {
		return err
	}
	return p.lines(ctx, "what was played", lines)
}

// inputLine is how a transcript writes something done. A code that was just shown is any code.
func inputLine(d Done, code string) (string, error) {
	text := strings.Join(strings.Fields(d.Text), " ")
	switch {
	case !fitsName(d.Who):
		return "", fmt.Errorf("a transcript cannot call anybody %q: a name is one word with a capital", d.Who)
	case d.Press:
		return fmt.Sprintf("%s > [%s]", d.Who, d.Text), nil
	case strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]"):
		return "", fmt.Errorf("%s wrote words in square brackets, which a transcript takes for a button; write them otherwise", d.Who)
	}
	return d.Who + " > " + WithCode(text, code), nil
}

// WithCode writes {code} for a code in what somebody said.
func WithCode(text, code string) string {
	upper := strings.ToUpper(text)
	i := strings.Index(upper, code)
	if code == "" || i < 0 || len(upper) != len(text) {
		return text
	}
	return text[:i] + "{code}" + text[i+len(code):]
}

// moveTo moves the clock, written the way that reads best: in whole hours or days, on to what is next, or piece by piece.
func (p *player) moveTo(ctx context.Context, t time.Time) error {
	for t.After(p.clock.now()) {
		line, err := p.moveTowards(ctx, t)
		if err == nil {
			err = p.write(ctx, line)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *player) moveTowards(ctx context.Context, t time.Time) (string, error) {
	d := t.Sub(p.clock.now())
	if whole := d % time.Hour; whole != 0 {
		next, due, err := p.bot.NextDue(ctx)
		switch {
		case err != nil:
			return "", err
		case due && next.Equal(t):
			return "+ next", nil
		case d < time.Second && due && next.After(p.clock.now()) && next.Before(t):
			return "+ next", nil
		case d < time.Second:
			return "", fmt.Errorf("the clock stood at %s, and a transcript counts whole seconds", t.Format(time.RFC3339Nano))
		}
	}
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}} {
		if n := min(d/unit.of, maxMove/unit.of); n > 0 {
			return fmt.Sprintf("+ %d%s", n, unit.name), nil
		}
	}
	return fmt.Sprintf("+ %ds", d/time.Second), nil
}
