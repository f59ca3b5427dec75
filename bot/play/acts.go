package play

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Act is one thing that is done: somebody says or presses something, or the clock moves.
type Act struct {
	Who     string        // "": the clock
	Press   bool          // Text is the label of a button
	Text    string        // may hold {code}, the last pairing code that anybody was shown
	Forward time.Duration // of the clock
	Next    bool          // the clock: on to what is due next
}

// Steps is a transcript as what has to be done, in order, with what it includes and repeats. It is for whoever does it elsewhere
// than in a player; a transcript that asks for more than that, such as a platform without words, is refused.
func Steps(fsys fs.FS, file string) (at time.Time, acts []Act, err error) {
	s := &steps{fsys: fsys, at: beginning}
	err = s.file(file, nil)
	return s.at, s.acts, err
}

type steps struct {
	fsys fs.FS
	at   time.Time
	acts []Act
}

// file reads a transcript that is included within others.
func (s *steps) file(file string, within []string) error {
	if slices.Contains(within, file) {
		return fmt.Errorf("%s: transcripts include each other in a circle", Path(file))
	}
	lines, _, err := load(s.fsys, file)
	if err != nil {
		return err
	}
	for i, l := range lines {
		times, todo := 1, []line{l}
		if l.kind == again {
			times, todo = l.times, since(lines, i)
		}
		for range times {
			for _, x := range todo {
				if err := s.line(file, x, within); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *steps) line(file string, l line, within []string) error {
	no := func(why string) error { return &LineError{Path(file), l.n, why} }
	switch l.kind {
	case setClock:
		at, err := time.Parse("2006-01-02 15:04", l.input)
		if err != nil || len(s.acts) > 0 {
			return no("the clock is set once, before anything is done")
		}
		s.at = at
	case include:
		return s.file(l.input, append(slices.Clip(within), file))
	case says, presses:
		s.acts = append(s.acts, Act{Who: l.who, Press: l.kind == presses, Text: l.input})
	case advances:
		if l.away || l.until == "idle" {
			return no("here the clock moves by a length of time, or to what is next")
		}
		s.acts = append(s.acts, Act{Forward: l.by, Next: l.until == "next"})
	case fills, place, operator, locale:
		return no("two plain phones cannot do that")
	}
	return nil
}

// Code finds the pairing code in a text; "" when there is none.
func Code(text string) string { return codeForm.FindString(text) }

// fitsName says that a transcript can call somebody so.
func fitsName(name string) bool {
	return name != "" && personLine.MatchString(name+" > ") && !strings.ContainsAny(name, " <>")
}
