package flows

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

const stampHead = `# Which shape each version of a flow has, and what it looked like. Written by rewoo check --stamp; not to be edited.
# A flow whose shape changes needs a higher version. Commit this file together with the flows.
stamps:
`

// Stamp is what versions.yaml has to say about the flows of fsys: the stamps that are there, and new ones for versions that
// have none yet. Of a folder laid over the library it is about the folder's own flows. There is none while there are findings.
func Stamp(fsys fs.FS) ([]byte, []Finding) {
	l, c := load(fsys, LoadOptions{})
	if l.log.errors() {
		return nil, sortFindings(l.log.all)
	}
	all := l.own
	for _, f := range l.flows {
		if l.isOwn(fsys, f) && all.find(f.Name, f.Version) == nil {
			all[f.Name] = append(all[f.Name], c.stampOf(f))
		}
	}
	var out strings.Builder
	out.WriteString(stampHead)
	for _, name := range keysOf(all) {
		fmt.Fprintf(&out, "  %s:\n", name)
		for _, s := range all[name][max(0, len(all[name])-maxStamps):] {
			s.write(&out)
		}
	}
	return []byte(out.String()), nil
}

// stampOf is the outline of a flow that was checked.
func (c *flowCheck) stampOf(f *Flow) *stamp {
	s := &stamp{Version: f.Version, Shape: f.Shape, Draws: map[string]string{}}
	for _, name := range keysOf(f.Answers) {
		s.Answers = append(s.Answers, f.Answers[name])
	}
	for i, step := range f.Steps {
		if step.Kind == KDraw {
			s.Draws[step.Draw] = step.From
		}
		s.Steps = append(s.Steps, stampedStep{ID: step.ID, Kind: step.Kind, Of: step.of(), Knows: append(c.known[f].knows(i), c.handWords(f, step)...)})
	}
	return s
}

// handWords are what an outline says of the record at hand, where that is sure.
func (c *flowCheck) handWords(f *Flow, s *Step) (out []string) {
	h, ok := c.handAt(f, s)
	if ok && h.agreed {
		out = append(out, "agreed")
	}
	if ok && !h.none && len(h.kinds) == 1 {
		out = append(out, "record "+h.kinds[0])
	}
	return out
}

func (s *stamp) write(out *strings.Builder) {
	fmt.Fprintf(out, "    - version: %d\n      shape: %q\n", s.Version, s.Shape)
	if len(s.Answers) > 0 {
		out.WriteString("      answers:\n")
	}
	for _, d := range s.Answers {
		fmt.Fprintf(out, "        %s: { %s }\n", d.Name, strings.Join(outlined(d), ", "))
	}
	if len(s.Draws) > 0 {
		out.WriteString("      draws:\n")
	}
	for _, binding := range keysOf(s.Draws) {
		fmt.Fprintf(out, "        %s: %q\n", binding, s.Draws[binding])
	}
	out.WriteString("      steps:\n")
	for _, st := range s.Steps {
		fmt.Fprintf(out, "        %s: { kind: %s", st.ID, st.Kind)
		if st.Of != "" {
			fmt.Fprintf(out, ", of: %q", st.Of)
		}
		if len(st.Knows) > 0 {
			fmt.Fprintf(out, ", knows: [%s]", quotedAll(st.Knows))
		}
		out.WriteString(" }\n")
	}
}

// outlined are the parts of a declaration that a migration looks at.
func outlined(d *Decl) []string {
	out := []string{fmt.Sprintf("type: %q", string(d.Type))}
	for _, x := range []struct {
		key string
		n   int
	}{{"from", d.From}, {"to", d.To}, {"max", d.Max}} {
		if x.n != 0 {
			out = append(out, x.key+": "+strconv.Itoa(x.n))
		}
	}
	for _, x := range []struct {
		key string
		d   time.Duration
	}{{"least", d.Least}, {"most", d.Most}, {"keep", d.Keep}} {
		if x.d != 0 {
			out = append(out, x.key+": "+writtenDuration(x.d))
		}
	}
	if ids := optionIDs(d); len(d.Options) > 0 && (d.Type == OneOf || d.Type == Multi) {
		out = append(out, "options: ["+quotedAll(ids)+"]")
	}
	if d.List != "" {
		out = append(out, fmt.Sprintf("list: %q", d.List))
	}
	return append(out, fmt.Sprintf("partner_sees: %q", d.PartnerSees))
}

// writtenDuration is a length of time as parseDuration reads it.
func writtenDuration(d time.Duration) string {
	switch {
	case d%day == 0:
		return strconv.Itoa(int(d/day)) + "d"
	case d%time.Hour == 0:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	}
	return strconv.Itoa(int(d/time.Minute)) + "m"
}

func quotedAll(words []string) string {
	out := slices.Clone(words)
	for i, w := range out {
		out[i] = strconv.Quote(w)
	}
	return strings.Join(out, ", ")
}
