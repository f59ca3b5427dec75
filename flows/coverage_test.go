package flows

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const coveragePage = "../docs/flows/coverage.md"

// recordFileKeys are those of a file of records and of its remind.
var recordFileKeys = []string{"record", "fields", "states", "belongs", "partner_sees", "most", "remind", "keep", "at", "before", "every", "while"}

// coverageWords are all that the page may call a part of the language: taken from the tables that the parser reads by.
func coverageWords() []string {
	words := slices.Concat(allStepKeys, typeNames, flowKeys, itemKeys, kindNames(), recordFileKeys)
	for _, keys := range declKeys {
		words = append(words, keys...)
	}
	return append(words, "schedule", "command", "on", "when", "days", // start
		"items", "class", "label", // share, exits
		"keep", "partner_sees", "optional", "after")
}

var codeSpan = regexp.MustCompile("`([^`]+)`")

// TestCoverageNamesOnlyWhatExists: every flow of the programme has a table in which each step has something that says it, and
// nothing is named that the parser does not know.
func TestCoverageNamesOnlyWhatExists(t *testing.T) {
	data, err := os.ReadFile(coveragePage)
	if err != nil {
		t.Fatal(err)
	}
	known := coverageWords()
	var want []string
	for n := 1; n <= 20; n++ {
		want = append(want, "F"+itoa(n))
	}
	want = append(want, "U1", "U2", "U3", "U4", "U5")
	for _, name := range want {
		_, section, ok := strings.Cut(string(data), "\n## "+name+" ")
		if !ok {
			t.Errorf("%s has no section", name)
			continue
		}
		section, _, _ = strings.Cut(section, "\n## ")
		rows := 0
		for line := range strings.Lines(section) {
			cells := strings.Split(strings.TrimSpace(line), "|")
			if len(cells) != 4 || strings.HasPrefix(cells[1], "---") || cells[1] == " step " {
				continue
			}
			rows++
			if !strings.Contains(cells[2], "`") && !strings.Contains(cells[2], "not conversations") && !strings.Contains(cells[2], "there is no type") && !strings.Contains(cells[2], "holes of") {
				t.Errorf("%s: nothing says step %q", name, cells[1])
			}
			for _, span := range codeSpan.FindAllStringSubmatch(cells[2], -1) {
				if word, _, _ := strings.Cut(span[1], ":"); !slices.Contains(known, word) {
					t.Errorf("%s: there is no %q in the language", name, word)
				}
			}
		}
		if rows == 0 {
			t.Errorf("%s has no steps", name)
		}
	}
}
