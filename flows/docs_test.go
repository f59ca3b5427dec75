package flows

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const checksPage = "../docs/flows/checks.md"

// docBlock is a fenced block of a page: its info string, and its lines.
type docBlock struct {
	info     []string
	text     string
	from, to int // of its lines in the page
}

func docBlocks(t *testing.T, page string) (blocks []docBlock, lines []string) {
	t.Helper()
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	lines = strings.SplitAfter(string(data), "\n")
	in := -1
	for i, line := range lines {
		info, fence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case fence && in < 0:
			in = i
			blocks = append(blocks, docBlock{info: strings.Fields(info), from: i + 1})
		case fence:
			b := &blocks[len(blocks)-1]
			b.to, b.text = i, strings.Join(lines[in+1:i], "")
			in = -1
		}
	}
	if in >= 0 {
		t.Fatalf("%s: the block of line %d has no end", page, in+1)
	}
	return blocks, lines
}

// docLibrary lays a block over checkBase: one file, daily.yaml, or several under lines "# file: NAME". What the block has beside
// checkBase is what ships: the wording above all.
func docLibrary(b docBlock) fstest.MapFS {
	fsys, name, text := checkBase(), "daily.yaml", ""
	delete(fsys, "wording.yaml")
	put := func() {
		if strings.TrimSpace(text) != "" {
			fsys[name] = &fstest.MapFile{Data: []byte(text)}
		}
		text = ""
	}
	for line := range strings.Lines(b.text) {
		if next, ok := strings.CutPrefix(line, "# file: "); ok {
			put()
			name = strings.TrimSpace(next)
			continue
		}
		text += line
	}
	put()
	return fsys
}

// TestTheExamplesOfTheChecks: every wrong example of the page has the findings that the page shows below it, all of its code;
// every right one has none. CHECK_UPDATE=1 rewrites what is shown; read the difference.
func TestTheExamplesOfTheChecks(t *testing.T) {
	blocks, lines := docBlocks(t, checksPage)
	wrong, right := map[string]int{}, map[string]int{}
	for i, b := range blocks {
		if len(b.info) < 3 || b.info[0] != "yaml" {
			continue
		}
		kind, code := b.info[1], b.info[2]
		_, findings := Load(docLibrary(b))
		findings = Errors(findings) // an example translates what it is about, and not all the words
		var got string
		for _, f := range findings {
			got += f.String() + "\n"
			if f.Code != code {
				t.Errorf("%s:%d: %s", checksPage, b.from, f)
			}
		}
		switch kind {
		case "right":
			if right[code]++; got != "" {
				t.Errorf("%s:%d: the right example of %s has findings:\n%s", checksPage, b.from, code, got)
			}
		case "wrong":
			wrong[code]++
			if i+1 == len(blocks) || !slices.Equal(blocks[i+1].info, []string{"text"}) {
				t.Fatalf("%s:%d: no block shows what is found", checksPage, b.to)
			}
			shown := blocks[i+1]
			if shown.text == got && got != "" {
				continue
			}
			if os.Getenv("CHECK_UPDATE") != "" {
				for j := shown.from; j < shown.to; j++ {
					lines[j] = ""
				}
				lines[shown.from] = got + lines[shown.from]
				continue
			}
			t.Errorf("%s:%d: shown:\n%sfound:\n%s", checksPage, b.from, shown.text, got)
		default:
			t.Errorf("%s:%d: an example is wrong or right, not %q", checksPage, b.from, kind)
		}
	}
	if os.Getenv("CHECK_UPDATE") != "" {
		if err := os.WriteFile(checksPage, []byte(strings.Join(lines, "")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, code := range corpusCodes {
		if wrong[code] == 0 || right[code] == 0 {
			t.Errorf("%s shows %d wrong and %d right examples of %s", checksPage, wrong[code], right[code], code)
		}
	}
}

// TestEveryCheckHasItsPage: a section each, with what to do and about exceptions, and none that is not there.
func TestEveryCheckHasItsPage(t *testing.T) {
	data, err := os.ReadFile(checksPage)
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 21; n++ {
		code := "F" + itoa(100 + n)[1:]
		_, section, ok := strings.Cut(string(data), "\n## "+code+" ")
		if !ok {
			t.Errorf("%s has no section", code)
			continue
		}
		section, _, _ = strings.Cut(section, "\n## ")
		for _, part := range []string{"**Why.**", "**What to do.**", "**Exceptions.**"} {
			if !strings.Contains(section, part) {
				t.Errorf("the section of %s has no %s", code, part)
			}
		}
	}
}
