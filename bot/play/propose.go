package play

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"rewoo/flows"
)

// Proposal is a transcript, inputs only, that passes what no transcript passed before.
type Proposal struct {
	Name   string // of the file
	Text   string
	Covers []flows.Covered
}

// Inputs are the lines that lead to what a proposal covers, on one line.
func (p Proposal) Inputs() string {
	var out []string
	for l := range strings.Lines(p.Text) {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			out = append(out, l)
		}
	}
	return strings.Join(out, "; ")
}

// Search bounds how long proposals are looked for.
type Search struct {
	Lives int // that are looked at for one proposal; 0: 1200
	Lines int // of inputs in one transcript, about; 0: 40. 1: one for each thing
}

// Propose looks for transcripts that pass what is missing of cover, flow by flow, and notes there what they pass. It begins
// with nothing, or where transcripts stop that others include, and takes the fewest inputs that it finds. What it does not
// find may still be there to be found. The same library and transcripts give the same proposals.
func Propose(ctx context.Context, fsys fs.FS, lib *flows.Library, cover *flows.Coverage, o Search) ([]Proposal, error) {
	if o.Lives == 0 {
		o.Lives = 1200
	}
	if o.Lines == 0 {
		o.Lines = 40
	}
	p := &proposer{ctx: ctx, fsys: fsys, lib: lib, cover: cover, o: o}
	if err := p.beginnings(); err != nil {
		return nil, err
	}
	var targets []string
	for _, x := range cover.Missing() {
		if name := x.Flow + x.List; !slices.Contains(targets, name) {
			targets = append(targets, name)
		}
	}
	for _, target := range targets {
		if err := p.target(target); err != nil {
			return p.out, err
		}
	}
	return p.out, nil
}

type proposer struct {
	ctx    context.Context
	fsys   fs.FS
	lib    *flows.Library
	cover  *flows.Coverage
	o      Search
	begins map[string]*life
	out    []Proposal
}

// beginnings are nothing, and the transcripts that others include.
func (p *proposer) beginnings() error {
	names, err := Names(p.fsys)
	if err != nil {
		return err
	}
	files := map[string]bool{"": true}
	for _, name := range names {
		lines, _, err := load(p.fsys, name)
		if err != nil {
			return err
		}
		for _, l := range lines {
			if l.kind == include {
				files[l.input] = true
			}
		}
	}
	p.begins = map[string]*life{}
	for file := range files {
		if p.begins[file], err = begun(p.fsys, p.lib, file); err != nil {
			return err
		}
	}
	return nil
}

// target proposes transcripts for a flow until nothing more is found.
func (p *proposer) target(name string) error {
	for n := 1; ; n++ {
		begin, f, err := p.nearest(name)
		if err != nil || f == nil {
			return err
		}
		prop := Proposal{Name: name + "_ways.txt"}
		if n > 1 {
			prop.Name = fmt.Sprintf("%s_ways_%d.txt", name, n)
		}
		var b strings.Builder
		fmt.Fprintf(&b, "# %s: what no other transcript passes\n", name)
		if begin != "" {
			fmt.Fprintf(&b, "include %s\n", begin)
		}
		at, lines := p.begins[begin], 0
		for f != nil {
			fmt.Fprintf(&b, "# %s\n%s\n", inWords(f.news), strings.Join(f.path, "\n"))
			p.cover.Add(p.trace(at, f.path))
			prop.Covers = append(prop.Covers, f.news...)
			if lines += len(f.path); lines >= p.o.Lines {
				break
			}
			at = f.life
			if f, err = newSearch(p.lib, p.cover, name, p.o.Lives).from(p.ctx, at); err != nil {
				return err
			}
		}
		prop.Text = b.String()
		p.out = append(p.out, prop)
	}
}

// nearest is the beginning from which something missing is reached with the fewest inputs; equals by name.
func (p *proposer) nearest(name string) (begin string, best *found, err error) {
	s := newSearch(p.lib, p.cover, name, p.o.Lives)
	if !slices.ContainsFunc(p.cover.Missing(), func(x flows.Covered) bool { return x.Flow+x.List == name }) {
		return "", nil, nil
	}
	for _, file := range slices.Sorted(maps.Keys(p.begins)) {
		f, err := s.from(p.ctx, p.begins[file])
		if err != nil {
			return "", nil, err
		}
		if f != nil && (best == nil || len(f.path) < len(best.path)) {
			begin, best = file, f
		}
	}
	return begin, best, nil
}

// trace is all that inputs pass.
func (p *proposer) trace(l *life, path []string) []flows.Covered {
	l = l.fork()
	lines, err := parse("search", strings.Join(path, "\n"))
	if err == nil {
		err = l.play(lines)
	}
	if err != nil {
		return nil // unreachable: they were played before
	}
	return l.trace
}

// inWords says what is new, a step only where the way to it is not.
func inWords(news []flows.Covered) string {
	var out []string
	for _, x := range news {
		if x.Way == (flows.Way{}) && slices.ContainsFunc(news, func(y flows.Covered) bool { return y.Way.To == x.Step }) {
			continue
		}
		out = append(out, wayInWords(x))
	}
	return strings.Join(out, "; ")
}

func wayInWords(x flows.Covered) string {
	w := x.Way
	switch w.Kind {
	case "":
		return x.Step + " begins"
	case "skip":
		return fmt.Sprintf("%s is skipped: on to %s", x.Step, w.To)
	case "timeout":
		return fmt.Sprintf("%s stays open until its time is over: on to %s", x.Step, w.To)
	case "then":
		return fmt.Sprintf("%s answered with %s: %s follows", x.Step, w.Key, w.To)
	case "branch":
		return fmt.Sprintf("%s, line %s: on to %s", x.Step, w.Key, w.To)
	case "none_left":
		return fmt.Sprintf("%s finds nothing left: on to %s", x.Step, w.To)
	case "none":
		return fmt.Sprintf("%s has nothing to offer: on to %s", x.Step, w.To)
	case "go", "else":
		return fmt.Sprintf("%s goes on to %s", x.Step, w.To)
	}
	return fmt.Sprintf("%s, %s: on to %s", x.Step, w.Key, w.To)
}

func sorted[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
