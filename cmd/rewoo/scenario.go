package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"rewoo/bot/play"
	"rewoo/bot/web"
	"rewoo/config"
)

// beginning is where rewoo try begins: at a scenario, or with nothing (nil).
type beginning struct {
	play.Scenario
	at    time.Time
	acts  []play.Act
	names map[string]string // by phone: what the scenario calls its person
	done  int               // things said and pressed
	end   time.Time         // what the clock shows when it was played
}

// scenarioOf reads the scenario that was asked for; nil when none was.
func scenarioOf(o tryOptions, fsys fs.FS) (*beginning, error) {
	if o.scenario == "" {
		return nil, nil
	}
	switch {
	case o.at != "":
		return nil, usagef("--scenario sets the clock itself; leave --at out")
	case o.fixed:
		return nil, usagef("--scenario fixes chance itself; leave --seed out")
	}
	all, err := play.ListScenarios(fsys)
	if err != nil {
		return nil, err
	}
	b := &beginning{names: map[string]string{}}
	var known []string
	for _, s := range all {
		known = append(known, s.Name)
		if s.Name == o.scenario {
			b.Scenario = s
		}
	}
	if b.File == "" {
		return nil, usagef("there is no scenario %q; %s, and rewoo try --scenario list says what each is", o.scenario, config.DidYouMean(o.scenario, known))
	}
	if b.at, b.acts, err = play.Steps(fsys, b.File); err != nil {
		return nil, err
	}
	return b, b.givePhones()
}

// givePhones gives phone A to whoever comes first, and B to the other.
func (b *beginning) givePhones() error {
	for _, act := range b.acts {
		if act.Who == "" || b.phone(act.Who) != "" {
			continue
		}
		free := string(rune('a' + len(b.names)))
		if free > "b" {
			return fmt.Errorf("scenario %s: the page has two phones, and here are %s, %s and %s; leave one of them out", b.Name, b.names["a"], b.names["b"], act.Who)
		}
		b.names[free] = act.Who
	}
	return nil
}

func (b *beginning) phone(who string) string {
	for phone, name := range b.names {
		if name == who {
			return phone
		}
	}
	return ""
}

func listScenarios(w io.Writer, fsys fs.FS) error {
	all, err := play.ListScenarios(fsys)
	if err != nil {
		return err
	}
	for _, s := range all {
		if _, err := fmt.Fprintf(w, "%-10s %s\n", s.Name, s.About); err != nil {
			return err
		}
	}
	return nil
}

// clock is what the page's clock shows at first. Transcripts count in minutes.
func (b *beginning) clock(at time.Time) time.Time {
	switch {
	case b != nil:
		return b.at
	case at.IsZero():
		return time.Now().Truncate(time.Minute)
	}
	return at
}

// newDay refuses a folder that holds a day already: a scenario begins with nothing.
func (b *beginning) newDay(dir string) error {
	if b == nil {
		return nil
	}
	for _, name := range []string{web.LogName, dbName} {
		if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s holds a day already, and --scenario %s begins a new one; give another --data, or leave --scenario out to go on there", dir, b.Name)
		}
	}
	return nil
}

// begin plays the scenario on the phones of the page.
func (b *beginning) begin(ctx context.Context, hands *web.Hands) error {
	if b == nil {
		return nil
	}
	code := ""
	for _, act := range b.acts {
		var came []string
		var err error
		switch phone := b.phone(act.Who); {
		case act.Who == "":
			err = hands.Move(ctx, act.Forward, act.Next)
		case act.Press:
			came, err = hands.Press(ctx, phone, act.Text)
		default:
			came, err = hands.Say(ctx, phone, strings.ReplaceAll(act.Text, "{code}", code))
		}
		if err != nil {
			return fmt.Errorf("scenario %s: %w; rewoo test says more of %s", b.Name, err, b.File)
		}
		for _, text := range came {
			if c := play.Code(text); c != "" {
				code = c
			}
		}
		if act.Who != "" {
			b.done++
		}
	}
	b.end = hands.Now()
	return nil
}
