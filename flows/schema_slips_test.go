package flows

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// slip is one change of one place of a file.
type slip struct {
	what string
	n    *yamlNode
}

// slipsOf are copies of a file with one slip each: every step-th that there is, so that a long file takes no longer than others.
func slipsOf(n *yamlNode, most int) (out []slip) {
	count := countPlaces(n)
	stride := max(1, count*len(slipKinds)/most)
	for i := 0; i < count*len(slipKinds); i += stride {
		place, kind := i/len(slipKinds), slipKinds[(i/stride+i)%len(slipKinds)]
		c := copyNode(n)
		at := place
		if what := slipAt(c, &at, "", kind); what != "" {
			out = append(out, slip{kind + " " + what, c})
		}
	}
	return out
}

var slipKinds = []string{"rename", "remove", "mapping", "list", "nothing", "text", "quoted number", "number", "true", "add"}

func countPlaces(n *yamlNode) (count int) {
	for _, p := range n.pairs {
		count += 1 + countPlaces(p.val)
	}
	for _, v := range n.list {
		count += countPlaces(v)
	}
	return count
}

func copyNode(n *yamlNode) *yamlNode {
	c := *n
	c.pairs, c.list = slices.Clone(n.pairs), slices.Clone(n.list)
	for i := range c.pairs {
		c.pairs[i].val = copyNode(c.pairs[i].val)
	}
	for i := range c.list {
		c.list[i] = copyNode(c.list[i])
	}
	return &c
}

// slipAt makes a slip at a place, counted in reading order, and says where.
func slipAt(n *yamlNode, at *int, path, kind string) string {
	for i := range n.pairs {
		p := &n.pairs[i]
		here := path + "/" + p.key
		if *at == 0 {
			*at = -1
			n.slip(i, kind)
			return here
		}
		*at--
		if s := slipAt(p.val, at, here, kind); s != "" {
			return s
		}
	}
	for i, v := range n.list {
		if s := slipAt(v, at, path+"/"+strconv.Itoa(i), kind); s != "" {
			return s
		}
	}
	return ""
}

func (n *yamlNode) slip(i int, kind string) {
	p := &n.pairs[i]
	scalar := func(text string, plain bool) *yamlNode {
		return &yamlNode{kind: yamlScalar, pos: p.val.pos, text: text, plain: plain}
	}
	switch kind {
	case "rename":
		p.key = "zzqx"
	case "remove":
		n.pairs = slices.Delete(n.pairs, i, i+1)
	case "mapping":
		p.val = &yamlNode{kind: yamlMap, pos: p.val.pos, pairs: []yamlPair{{key: "x", pos: p.pos, val: scalar("y", true)}}}
	case "list":
		p.val = &yamlNode{kind: yamlList, pos: p.val.pos, list: []*yamlNode{scalar("x", true)}}
	case "nothing":
		p.val = scalar("", true)
	case "text":
		p.val = scalar("some words", false)
	case "quoted number":
		p.val = scalar("7", false)
	case "number":
		p.val = scalar("7", true)
	case "true":
		p.val = scalar("true", true)
	case "add": // a key that may belong somewhere, or nowhere
		key := "timeout"
		if n.get(key) != nil {
			key = "zzqx"
		}
		n.pairs = append(n.pairs, yamlPair{key: key, pos: p.pos, val: scalar("x", true)})
	}
}

// parseOnly reads a file by itself, as load does, and says what the parser finds in it.
func parseOnly(name string, n *yamlNode) []Finding {
	log := &findingLog{}
	p := flowParser{log: log, nodes: map[any]*yamlNode{}}
	switch {
	case name == versionsFile:
		p.stampsFile(n)
	case strings.HasPrefix(name, i18nFolder+"/"):
		p.translation(name, n)
	case name == "zones.yaml":
		p.zonesFile(n)
	case name == "lint.yaml":
		p.lintFile(n)
	case name == "person.yaml", name == "couple.yaml":
		p.factsFile(n, strings.TrimSuffix(name, ".yaml"))
	case name == "wording.yaml":
		p.wordingFile(n)
	case name == "words.yaml":
		p.wordsFile(n, &Library{Words: map[string]string{}})
	case strings.HasPrefix(name, "lists/"):
		p.list(n)
	case strings.HasPrefix(name, recordsDirPath):
		p.recordKind(n)
	default:
		p.flow(n)
	}
	return log.all
}

// foundLater is what the schema refuses and the parser takes, for other checks to find: a number or true in the place of a name
// (F02), results that no step has (F08), a wait without a length (F06), a name that is none (F02).
var foundLater = regexp.MustCompile(`got (boolean|number), want|/go'|/sleep': got null|/ready': '`)

// TestSchemaSeesSlips makes slips in every file that ships, SLIPS=400 makes more of them. What the parser finds in the form of a file
// the schema refuses, but for its blind spots; what the parser takes the schema accepts. Of versions.yaml, which a machine writes, the
// parser takes more than is ever written.
func TestSchemaSeesSlips(t *testing.T) {
	most := 25
	if s := os.Getenv("SLIPS"); s != "" {
		most, _ = strconv.Atoi(s)
	}
	made, faults := 0, 0
	for _, name := range shippedNames(t) {
		data, _ := readFlowFile(Shipped(), name)
		for _, s := range slipsOf(parseYAML(name, data, &findingLog{}), most) {
			refused := refusals(t, s.n)
			findings := parseOnly(name, s.n) // it changes what it reads
			made++
			form := slices.IndexFunc(findings, func(f Finding) bool {
				return f.Code == "F01" && !strings.HasPrefix(f.Text, "this condition cannot be read") && !slices.ContainsFunc(blindSpots, func(b blindSpot) bool { return b.text.MatchString(f.Text) })
			})
			if form >= 0 {
				faults++
			}
			switch {
			case form >= 0 && len(refused) == 0:
				t.Errorf("%s: %s: accepted, and the parser says: %s", name, s.what, findings[form])
			case len(findings) == 0 && len(refused) > 0 && name != versionsFile && !foundLater.MatchString(fmt.Sprint(refused)):
				t.Errorf("%s: %s: the parser takes it, and it is refused: %s", name, s.what, fmt.Sprintf("%.300s", fmt.Sprint(refused)))
			}
		}
	}
	if made < 500 || faults < made/3 {
		t.Errorf("%d slips, %d of them faults: too few", made, faults)
	}
	t.Logf("%d slips, %d of them found by the parser", made, faults)
}
