package flows

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// types are what can be answered, and with which keys.
func (r *reference) types() string {
	var out strings.Builder
	out.WriteString("| type | what it is | keys of its own |\n|---|---|---|\n")
	for _, name := range typeNames {
		says := typeSays[Type(name)]
		if says == "" {
			r.t.Errorf("nothing says what a %s is", name)
		}
		var keys []string
		for _, k := range declKeys[Type(name)] {
			k2 := "`" + k + "`"
			if slices.Contains(typeNeeds[Type(name)], k) {
				k2 += " (needed)"
			}
			keys = append(keys, k2)
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s |\n", name, says, cmp.Or(strings.Join(keys, ", "), "none"))
	}
	return out.String()
}

// condSigns are the words and signs of conditions, each with an example. Together the examples use all that there are.
var condSigns = []struct{ sign, says, example string }{
	{"`==` `!=`", "is, is not", "person.role == 'hurt'"},
	{"`<` `<=` `>` `>=`", "less, at most, more, at least: of numbers, times, dates and lengths of time", "me.pulse <= 2"},
	{"`in`", "is one of", "person.role in ['hurt', 'both']"},
	{"`and` `or` `not`", "both, either, the opposite; round brackets keep things together", "me.pulse > 3 and not (person.tender == 'yes' or me.mood != 'good')"},
	{"`+` `-`", "more and less, of whole numbers", "me.pulse + 1 >= -2 - person.money"},
	{"`known(…)`", "was answered, or has a value", "known(me.pulse) and me.pulse < 3"},
	{"`count(…)`", "how many records of a kind there are, or of a kind in a state", "count(promise.open) > 0"},
}

func (r *reference) signs() string {
	var out strings.Builder
	out.WriteString("| sign | what it means | example |\n|---|---|---|\n")
	used := map[condOp]bool{}
	var walk func(n *condNode)
	walk = func(n *condNode) {
		used[n.op] = true
		for _, k := range n.kids {
			walk(k)
		}
	}
	for _, x := range condSigns {
		c, err := compileCond(x.example, Pos{})
		if err != nil {
			r.t.Errorf("%s: %v", x.example, err)
			continue
		}
		walk(c.root)
		fmt.Fprintf(&out, "| %s | %s | `%s` |\n", x.sign, x.says, x.example)
	}
	src, err := os.ReadFile("cond.go")
	if err != nil {
		r.t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`condOp = "(.*)"`).FindAllStringSubmatch(string(src), -1) {
		if !used[condOp(m[1])] {
			r.t.Errorf("no example has %q", m[1])
		}
	}
	return out.String()
}

// scopeSays are the first parts of names.
var scopeSays = map[string]string{
	"me":        "what this person answered in this conversation",
	"person":    "lasting facts about this person, of `person.yaml`",
	"you":       "of the partner: the name in texts, and what they opened for both",
	"couple":    "lasting facts of both, of `couple.yaml`",
	"item":      "the fields of an item, in `pick` of a list alone",
	recordScope: "the fields of the record in hand, its `state`, and in texts `since`",
}

func (r *reference) scopes() string {
	var out strings.Builder
	out.WriteString("| name | what it is |\n|---|---|\n")
	for _, s := range condScopes {
		if scopeSays[s] == "" {
			r.t.Errorf("nothing says what %s.x is", s)
		}
		fmt.Fprintf(&out, "| `%s.x` | %s |\n", s, scopeSays[s])
	}
	return out.String()
}

func (r *reference) derived() string {
	var out strings.Builder
	out.WriteString("| `derived` | its type | it goes by |\n|---|---|---|\n")
	for _, name := range keysOf(derived) {
		d := derived[name]
		gives := "`" + string(d.gives) + "`"
		if len(d.values) > 0 {
			gives += ": " + strings.Join(d.values, ", ")
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s |\n", name, gives, code(d.reads))
	}
	return out.String()
}

func (r *reference) scores() string {
	var out strings.Builder
	out.WriteString("| `score` | it can go by |\n|---|---|\n")
	for _, name := range keysOf(scorers) {
		fmt.Fprintf(&out, "| `%s` | %s |\n", name, code(scorers[name].reads))
	}
	return out.String()
}

// words are rewoo's own sentences, as they ship.
func (r *reference) words() string {
	data, err := fs.ReadFile(Shipped(), "words.yaml")
	if err != nil {
		r.t.Fatal(err)
	}
	texts := parseYAML("words.yaml", data, &findingLog{}).get("texts")
	var out strings.Builder
	out.WriteString("| text | holes that it can have | as it ships |\n|---|---|---|\n")
	for _, name := range keysOf(RequiredTexts) {
		var holes []string
		for _, h := range RequiredTexts[name] {
			holes = append(holes, "{"+h+"}")
		}
		text := strings.Join(strings.Fields(texts.get(name).text), " ")
		if runes := []rune(text); len(runes) > 90 {
			text = strings.TrimSpace(string(runes[:90])) + " …"
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s |\n", name, cmp.Or(strings.Join(holes, " "), "none"), cell(text))
	}
	return out.String()
}

// limits are the constants that an author meets.
func (r *reference) limits() string {
	var out strings.Builder
	out.WriteString("| what | at most |\n|---|---|\n")
	for _, x := range []struct {
		what string
		most any
	}{
		{"files of a library", maxFiles}, {"size of a file", fmt.Sprintf("%d KiB", maxYAMLBytes>>10)}, {"levels of a file, one within another", maxYAMLDepth},
		{"steps of a flow", maxFlowSteps}, {"items of a list", maxListItems}, {"characters of a text", maxTextChars}, {"characters of a label in a file", maxLabelChars},
		{"characters of a label that fit both platforms", maxShown}, {"characters of a name", maxNameChars}, {"characters of an answer", maxText},
		{"buttons under a question", maxButtons}, {"options, and ready sentences", maxOptions}, {"points of a scale", maxScale}, {"options of a multi, without max", maxMulti},
		{"items that a draw offers", maxOffered}, {"visits of a step", maxVisits}, {"conversations on top of each other", maxDepth},
		{"characters of a condition", maxCondChars}, {"parts of a condition", maxCondNodes}, {"size of a number, either way", maxNumber},
		{"a length of time", "10 years; at least a minute"}, {"an instant after a time of day", spoken(maxPlus)},
		{"records of a kind", fmt.Sprintf("%d, and %d without most", mostRecords, usualRecords)}, {"fields of a record", maxFields}, {"states of a record", maxStates},
		{"phrases of an item", maxPhrases}, {"characters of a phrase", maxPhraseChars}, {"sentences of a text, by F21", maxSentences}, {"questions in a text, by F21", maxQuestions},
		{"accounts of one person", maxAccounts}, {"how long a draft is kept", spoken(draftKept)},
	} {
		fmt.Fprintf(&out, "| %s | %v |\n", x.what, x.most)
	}
	if maxDuration != 10*365*24*time.Hour {
		r.t.Error("a length of time is not at most ten years")
	}
	return out.String()
}

var codeHead = regexp.MustCompile(`(?m)^## ([A-Z]\d\d) (.*)$`)

func (r *reference) codes() string {
	data, err := os.ReadFile(checksPage)
	if err != nil {
		r.t.Fatal(err)
	}
	var out strings.Builder
	for _, m := range codeHead.FindAllStringSubmatch(string(data), -1) {
		fmt.Fprintf(&out, "- [%s](checks.md#%s): %s.\n", m[1], headingAnchor(m[1]+" "+m[2]), m[2])
	}
	return out.String()
}

// TestReferenceExamples: every example that is written by hand is a file without findings, and every other one is made.
func TestReferenceExamples(t *testing.T) {
	blocks, lines := docBlocks(t, referencePage)
	right := 0
	for _, b := range blocks {
		if slices.Equal(b.info, []string{"yaml", "right"}) {
			right++
			if _, findings := Load(docLibrary(b)); len(Errors(findings)) > 0 {
				t.Errorf("%s:%d: %v", referencePage, b.from, findings[0])
			}
			continue
		}
		made := false
		for _, line := range lines[:b.from] {
			switch s := strings.TrimSpace(line); {
			case madeBegin.MatchString(s):
				made = true
			case s == madeEnd:
				made = false
			}
		}
		if !made {
			t.Errorf("%s:%d: an example by hand is yaml right, and a whole file", referencePage, b.from)
		}
	}
	if right == 0 {
		t.Error("there is no whole flow")
	}
}
