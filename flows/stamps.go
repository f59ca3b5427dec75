package flows

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// versionsFile is the lock file: which shape each version of a flow has, and an outline of it, by which migrations are proven.
const versionsFile = "versions.yaml"

const maxStamps = 8 // of one flow; older ones go

// The keys of the lock file, and of what stands in it.
var (
	versionsKeys    = []string{"stamps"}
	stampKeys       = []string{"version", "shape", "answers", "draws", "steps"}
	stampStepKeys   = []string{"kind", "of", "knows"}
	stampAnswerKeys = []string{"type", "from", "to", "max", "least", "most", "keep", "options", "list", "partner_sees"}
)

// stamps are those of each flow, the newest last.
type stamps map[string][]*stamp

// stamp is what a version of a flow was when it was stamped.
type stamp struct {
	Version int
	Shape   string
	Pos     Pos
	Foreign bool // of a flow that the folder laid over the library puts another in the place of

	Answers []*Decl
	Draws   map[string]string // binding → list
	Steps   []stampedStep
}

// stampedStep is a step in outline.
type stampedStep struct {
	ID    string
	Kind  StepKind
	Of    string   // what has to stay the same in a step that sessions rest at: see Step.of
	Knows []string // on all ways to it, in the words of F10
}

// of is what a step is about, so that a session which rests at it can rest at another one.
func (s *Step) of() string {
	var names []string
	for _, t := range slices.Concat(s.Items, s.Close) {
		names = append(names, t.Step)
	}
	if s.Open != nil {
		names = append(names, s.Open.Name)
	}
	if len(names) > 0 {
		return strings.Join(names, ",")
	}
	return cmp.Or(s.Ask, s.Run, s.Both, s.Pair, s.Part, s.Draw, s.Record)
}

// find is the stamp of a version of a flow.
func (s stamps) find(flow string, version int) *stamp {
	for _, st := range s[flow] {
		if st.Version == version {
			return st
		}
	}
	return nil
}

func (s *stamp) answer(name string) *Decl {
	if i := slices.IndexFunc(s.Answers, func(d *Decl) bool { return d.Name == name }); i >= 0 {
		return s.Answers[i]
	}
	return nil
}

// versions reads the lock file, when all flows are read. Of a folder that is laid over the library both are read: of a flow
// that the folder has taken over, the library's stamps only say what sessions come from.
func (l *loader) versions(fsys fs.FS) {
	o, over := fsys.(overlay)
	if !over {
		l.own = l.stampsOf(fsys)
		l.lib.stamps = l.own
		return
	}
	l.own = l.stampsOf(o.top)
	shipped := l.stampsOf(o.base)
	l.lib.stamps = stamps{}
	for _, f := range l.flows {
		all := slices.Clone(l.own[f.Name])
		for _, st := range shipped[f.Name] {
			if l.own.find(f.Name, st.Version) == nil {
				st.Foreign = l.isOwn(fsys, f)
				all = append(all, st)
			}
		}
		slices.SortStableFunc(all, func(a, b *stamp) int { return cmp.Compare(a.Version, b.Version) })
		l.lib.stamps[f.Name] = all
	}
}

// isOwn says that a flow's file lies in the folder itself rather than in the library below it.
func (l *loader) isOwn(fsys fs.FS, f *Flow) bool {
	o, over := fsys.(overlay)
	if !over {
		return true
	}
	_, err := fs.Stat(o.top, f.Pos.File)
	return err == nil
}

func (l *loader) stampsOf(fsys fs.FS) stamps {
	out := stamps{}
	if _, err := fs.Stat(fsys, versionsFile); err != nil {
		return out
	}
	data, ok := readFlowFile(fsys, versionsFile)
	if !ok {
		l.unreadable(versionsFile)
		return out
	}
	if n := l.memory.parse(versionsFile, data, l.log); n != nil {
		return l.p.stampsFile(n)
	}
	return out
}

func (p *flowParser) stampsFile(n *yamlNode) stamps {
	out := stamps{}
	if !p.fields(n, versionsFile, versionsKeys...) || n.get("stamps").empty() {
		return out
	}
	flows := n.get("stamps")
	if flows.kind != yamlMap {
		p.log.add("F01", flows.pos, "write it with rewoo check --stamp", "stamps must be a mapping of flows")
		return out
	}
	for _, pair := range flows.pairs {
		if pair.val.kind != yamlList {
			p.log.add("F01", pair.val.pos, "write it with rewoo check --stamp", "the stamps of a flow must be a list")
			continue
		}
		for _, v := range pair.val.list {
			if st := p.stamp(v); st != nil {
				out[pair.key] = append(out[pair.key], st)
			}
		}
		slices.SortStableFunc(out[pair.key], func(a, b *stamp) int { return cmp.Compare(a.Version, b.Version) })
	}
	return out
}

// stamp reads one. What its outline does not say counts as not known.
func (p *flowParser) stamp(n *yamlNode) *stamp {
	if !p.fields(n, "a stamp", stampKeys...) {
		return nil
	}
	p.missing(n, "a stamp", "version", "shape", "steps")
	s := &stamp{Pos: n.pos, Shape: p.target(n, "shape").Step, Draws: map[string]string{}}
	s.Version, _ = p.number(n, "version", 1, 1_000_000)
	if v := n.get("answers"); v != nil && v.kind == yamlMap {
		for _, pair := range v.pairs {
			s.Answers = append(s.Answers, p.stampedAnswer(pair))
		}
	}
	if v := n.get("draws"); v != nil && v.kind == yamlMap {
		for _, pair := range v.pairs {
			s.Draws[pair.key] = pair.val.text
		}
	}
	if v := n.get("steps"); v != nil && v.kind == yamlMap {
		for _, pair := range v.pairs {
			st := stampedStep{ID: pair.key}
			if p.fields(pair.val, "a step in outline", stampStepKeys...) {
				st.Kind, st.Of = StepKind(p.target(pair.val, "kind").Step), p.target(pair.val, "of").Step
				st.Knows = p.plain(pair.val.get("knows"))
			}
			s.Steps = append(s.Steps, st)
		}
	}
	return s
}

func (p *flowParser) stampedAnswer(pair yamlPair) *Decl {
	d := &Decl{Name: pair.key, Pos: pair.pos}
	n := pair.val
	if !p.fields(n, "an answer in outline", stampAnswerKeys...) {
		return d
	}
	d.Type, d.List, d.PartnerSees = Type(p.target(n, "type").Step), p.target(n, "list").Step, p.target(n, "partner_sees").Step
	d.From, _ = p.number(n, "from", -maxCondNumber, maxCondNumber)
	d.To, _ = p.number(n, "to", -maxCondNumber, maxCondNumber)
	d.Max, _ = p.number(n, "max", 0, maxCondNumber)
	for _, o := range p.plain(n.get("options")) {
		d.Options = append(d.Options, Option{ID: o})
	}
	for key, into := range map[string]*time.Duration{"keep": &d.Keep, "least": &d.Least, "most": &d.Most} {
		if n.get(key) != nil {
			*into = p.duration(n, key)
		}
	}
	return d
}

// plain is a list of words as they are.
func (p *flowParser) plain(n *yamlNode) []string {
	var out []string
	if n != nil && n.kind == yamlList {
		for _, v := range n.list {
			out = append(out, v.text)
		}
	}
	return out
}
