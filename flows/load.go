package flows

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

const maxFiles = 1000

// LoadOptions say how strict Load is.
type LoadOptions struct {
	Release bool // what is only a matter of what goes out is a finding too: a flow that is not stamped; and warnings are errors
	// Memory is of earlier loads of the same folder; nil: there were none that matter.
	Memory *Memory
}

// Load reads and checks all flow files of fsys: *.yaml (flows, and person.yaml, words.yaml, wording.yaml, versions.yaml, …),
// lists/*.yaml and records/*.yaml, and translations in i18n/*.yaml. It returns every finding at once, sorted by place, and a library
// only when all of them are warnings.
func Load(fsys fs.FS) (*Library, []Finding) { return LoadWith(fsys, LoadOptions{}) }

// LoadWith is Load, as strict as the options say.
func LoadWith(fsys fs.FS, o LoadOptions) (*Library, []Finding) {
	l, _ := load(fsys, o)
	findings := sortFindings(l.withoutEchoes())
	if l.log.errors() {
		return nil, findings
	}
	return l.lib, findings
}

// load reads and checks. What it found is in the loader's log.
func load(fsys fs.FS, o LoadOptions) (*loader, *flowCheck) {
	l := &loader{
		lib: &Library{Flows: map[string]*Flow{}, Lists: map[string]*List{}, Records: map[string]*RecordKind{}, Person: map[string]*Decl{}, Couple: map[string]*Decl{},
			Words: map[string]string{}, Globals: map[string]string{}},
		log: &findingLog{strict: o.Release}, docs: map[string]*yamlNode{}, memory: o.Memory,
	}
	l.p = flowParser{log: l.log, nodes: map[any]*yamlNode{}}
	for _, name := range l.names(fsys) {
		l.file(fsys, name)
	}
	l.versions(fsys)
	for _, name := range []string{"person.yaml", "words.yaml"} {
		if !l.seen[name] {
			l.log.add("F02", Pos{File: name, Line: 1, Column: 1}, "add it", "%s is missing", name)
		}
	}
	for _, f := range l.flows {
		f.fingerprints()
		l.lib.spanFacts(f)
		if s := f.Start.Schedule; s != "" && !spanFact(s) {
			f.Start.plan, _ = cronPlan(s) // what cannot be read is F02
		}
		l.lib.reveals = l.lib.reveals || slices.ContainsFunc(f.Steps, func(s *Step) bool { return s.Kind == KTogether })
	}
	l.lib.lists = l.lists
	c := &flowCheck{lib: l.lib, flows: l.flows, lists: l.lists, records: l.kinds, log: l.log, nodes: l.p.nodes,
		isOwn: func(f *Flow) bool { return l.isOwn(fsys, f) }}
	c.all()
	l.lib.byName = l.lib.ordered()
	l.translate(c)
	c.versions(o) // what is not stamped stops nobody from reading the translations
	if l.table == nil {
		l.table = shippedWording()
	}
	c.wording(append(wordedTexts(l.docs), translatedTexts(l.langs, l.docs)...), l.table, l.lint)
	return l, c
}

// withoutEchoes leaves out what other files say only because one cannot be read: that its flow, its list, its records or its facts
// are not there, and what follows from that.
func (l *loader) withoutEchoes() []Finding {
	if l.torn == "" {
		return l.log.all
	}
	missing := []string{`flow "`, "no flow "}
	switch dir, _ := path.Split(l.torn); {
	case l.torn == "person.yaml" || l.torn == "couple.yaml":
		missing = []string{`fact "`, "nobody can say how cards"}
	case dir == "lists/":
		missing = []string{`list "`, "nothing holds shared words"}
	case dir == recordsDir+"/":
		missing = []string{"record", "kind"}
	}
	return slices.DeleteFunc(l.log.all, func(f Finding) bool {
		if f.Code != "F02" {
			return f.File != l.torn && slices.Contains([]string{"F08", "F11", "F12", "F13", "F15", "F18"}, f.Code)
		}
		return slices.ContainsFunc(missing, func(s string) bool { return strings.Contains(f.Text, s) })
	})
}

type loader struct {
	lib   *Library
	log   *findingLog
	p     flowParser
	seen  map[string]bool
	flows []*Flow // in order of files, with those that have no name or one that is taken
	lists []*List
	kinds []*RecordKind
	langs []*translation
	own   stamps // of versions.yaml in the folder itself, not in the library below it

	memory *Memory

	torn  string               // a file that is not YAML at all, or ""
	docs  map[string]*yamlNode // every file that could be read
	table *wordingTable        // nil: none of its own
	lint  []*wordingException
}

// flowFolders are the folders that are read, beside the one they stand in.
var flowFolders = []string{"lists", recordsDir, i18nFolder}

// Files are the names of the files that Load reads, in order.
func Files(fsys fs.FS) []string {
	return (&loader{log: &findingLog{}}).names(fsys)
}

// names lists the files to read, in order.
func (l *loader) names(fsys fs.FS) []string {
	l.seen = map[string]bool{}
	var out []string
	for _, dir := range append([]string{"."}, flowFolders...) {
		entries, err := fs.ReadDir(fsys, dir)
		if err != nil && (dir == "." || !errors.Is(err, fs.ErrNotExist)) {
			l.log.add("F01", Pos{File: dir, Line: 1, Column: 1}, "check that it is a folder and may be read", "this folder cannot be read")
		}
		for _, e := range entries {
			name := path.Join(dir, e.Name())
			switch {
			case e.IsDir():
				if meant := nearest(e.Name(), flowFolders); dir == "." && !slices.Contains(flowFolders, e.Name()) && meant != "" {
					l.log.add("F01", Pos{File: name, Line: 1, Column: 1}, "did you mean "+strconv.Quote(meant)+"?", "this folder is not read")
				}
			case strings.HasPrefix(e.Name(), "."):
			case strings.HasSuffix(strings.ToLower(e.Name()), ".yml") || strings.HasSuffix(strings.ToLower(e.Name()), ".yaml") && !strings.HasSuffix(e.Name(), ".yaml"):
				l.log.add("F01", Pos{File: name, Line: 1, Column: 1}, "rename it to end in .yaml", "this file is not read")
			case !strings.HasSuffix(e.Name(), ".yaml"):
			case !e.Type().IsRegular() && e.Type()&fs.ModeSymlink == 0:
				l.unreadable(name) // a pipe would block whoever opens it
			default:
				out = append(out, name)
			}
		}
	}
	if len(out) > maxFiles {
		l.log.add("F01", Pos{File: out[maxFiles], Line: 1, Column: 1}, "", "there are more than %d files", maxFiles)
		out = out[:maxFiles]
	}
	return out
}

func (l *loader) unreadable(name string) {
	l.log.add("F01", Pos{File: name, Line: 1, Column: 1}, "check that it is a plain file and may be read", "this file cannot be read")
}

func (l *loader) file(fsys fs.FS, name string) {
	l.seen[name] = true
	if name == versionsFile {
		return // read when all flows are
	}
	data, ok := readFlowFile(fsys, name)
	if !ok {
		l.unreadable(name)
		return
	}
	n := l.memory.parse(name, data, l.log)
	if n == nil {
		l.torn = name
		return
	}
	if strings.HasPrefix(name, i18nFolder+"/") {
		l.language(l.p.translation(name, n))
		return
	}
	l.docs[name] = n
	switch name {
	case "zones.yaml":
		l.lib.Zones = l.p.zonesFile(n)
		return
	case "lint.yaml":
		l.lint = l.p.lintFile(n)
		return
	}
	if n.kind != yamlMap {
		l.log.add("F01", n.pos, "", "this file must be a mapping of keys to values")
		return
	}
	if l.elsewhere(name, n) {
		return
	}
	if inLists := strings.HasPrefix(name, "lists/"); inLists && n.get("flow") != nil {
		l.log.add("F01", n.pos, "move it out of the folder lists", "this is a flow, and flows stand beside that folder")
		return
	} else if !inLists && n.get("list") != nil && n.get("flow") == nil {
		l.log.add("F01", n.pos, "move it into the folder lists", "this is a list, and lists stand in a folder of their own")
		return
	}
	switch {
	case name == "person.yaml":
		l.lib.Person = l.p.factsFile(n, "person")
	case name == "couple.yaml":
		l.lib.Couple = l.p.factsFile(n, "couple")
	case name == "wording.yaml":
		l.table = l.p.wordingFile(n)
	case name == "words.yaml":
		l.p.nodes[l.lib] = n
		l.p.wordsFile(n, l.lib)
	case strings.HasPrefix(name, "lists/"):
		x := l.p.list(n)
		l.lists = append(l.lists, x)
		addNamed(l, l.lib.Lists, x, func(x *List) (string, Pos) { return x.Name, x.Pos }, "list")
	case strings.HasPrefix(name, recordsDirPath):
		x := l.p.recordKind(n)
		l.kinds = append(l.kinds, x)
		addNamed(l, l.lib.Records, x, func(x *RecordKind) (string, Pos) { return x.Name, x.Pos }, "kind of record")
	default:
		x := l.p.flow(n)
		x.source = data
		l.flows = append(l.flows, x)
		addNamed(l, l.lib.Flows, x, func(x *Flow) (string, Pos) { return x.Name, x.Pos }, "flow")
	}
}

// language takes in a file of translations, beside others of its language; nil says nothing sound.
func (l *loader) language(t *translation) {
	if t == nil {
		return
	}
	if i := slices.IndexFunc(l.langs, func(o *translation) bool { return o.lang == t.lang }); i >= 0 {
		l.langs[i].join(t, l.log)
		return
	}
	l.langs = append(l.langs, t)
}

// elsewhere reports a kind of record outside its folder, and in it whatever is something else.
func (l *loader) elsewhere(name string, n *yamlNode) bool {
	inRecords, isRecord := strings.HasPrefix(name, recordsDirPath), n.get("record") != nil
	other := n.get("flow") != nil || n.get("list") != nil
	switch {
	case inRecords && other && !isRecord:
		l.log.add("F01", n.pos, "move it out of the folder "+recordsDir, "this is no kind of record, and that folder holds nothing else")
	case !inRecords && isRecord && !other:
		l.log.add("F01", n.pos, "move it into the folder "+recordsDir, "this is a kind of record, and those stand in a folder of their own")
	default:
		return false
	}
	return true
}

// addNamed puts a flow or list into the library; a name is taken once.
func addNamed[T any](l *loader, into map[string]T, x T, id func(T) (string, Pos), what string) {
	name, pos := id(x)
	if name == "" {
		return
	}
	if have, twice := into[name]; twice {
		_, first := id(have)
		l.log.add("F01", pos, "rename one of the two", "%s %q is there twice; the other is in %s", what, name, first.File)
		return
	}
	into[name] = x
}

// readFlowFile reads a plain file, at most one byte more than is allowed. Anything else, such as a pipe, is not opened.
func readFlowFile(fsys fs.FS, name string) ([]byte, bool) {
	info, err := fs.Stat(fsys, name)
	if err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxYAMLBytes+1))
	return data, err == nil
}

// keysOf are the names of a map, sorted.
func keysOf[T any](m map[string]T) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
