package flows

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// corpusFile is one file of the corpus that was not written to pass, with what the checker finds in it.
type corpusFile struct {
	name     string // of the case and of the file in it
	data     []byte
	findings []Finding
}

// corpusFiles are all files of testdata/check that are read, and those of testdata/mistakes that hold an F01.
func corpusFiles(t *testing.T) (out []corpusFile) {
	t.Helper()
	add := func(path string, fsys fstest.MapFS, names []string) {
		_, findings := Load(fsys)
		for _, name := range names {
			if dir := filepath.Dir(name); filepath.Ext(name) != ".yaml" || dir != "." && !slices.Contains(flowFolders, dir) {
				continue // never read
			}
			f := corpusFile{name: filepath.Base(path) + "/" + name, data: fsys[name].Data}
			for _, x := range Errors(findings) {
				if x.File == name {
					f.findings = append(f.findings, x)
				}
			}
			out = append(out, f)
		}
	}
	for _, path := range checkCases(t) {
		fsys, _, a := checkCase(t, path)
		var names []string
		for _, f := range a.Files {
			names = append(names, f.Name)
		}
		add(path, fsys, names)
	}
	paths, err := filepath.Glob("testdata/mistakes/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		m := readMistake(t, path)
		if !slices.ContainsFunc(m.want, func(w string) bool { return strings.HasPrefix(w, "F01 ") }) {
			continue
		}
		fsys, _ := m.files(t)
		add(path, fsys, []string{m.file})
	}
	return out
}

// TestSchemaAgainstTheCorpus: every file with an F01 is refused, and on its line, unless the lists below say why a schema cannot see it;
// every file without a finding is accepted.
func TestSchemaAgainstTheCorpus(t *testing.T) {
	used, unseen, seen, blind := map[string]bool{}, map[string]bool{}, 0, 0
	for _, f := range corpusFiles(t) {
		log := &findingLog{}
		n := parseYAML(f.name, f.data, log)
		var refused map[int][]string
		if n != nil {
			refused = refusals(t, n)
		}
		structural := slices.DeleteFunc(slices.Clone(f.findings), func(x Finding) bool { return x.Code != "F01" })
		reason, exempt := notForASchema[f.name]
		used[f.name] = true
		switch {
		case len(f.findings) == 0 && len(refused) > 0:
			t.Errorf("%s is fine and refused: %v", f.name, refused)
		case exempt && len(refused) > 0:
			t.Errorf("%s is exempt (%s) and refused: take it off the list: %v", f.name, reason, refused)
		case exempt && len(structural) == 0:
			t.Errorf("%s is exempt (%s) and has no F01: take it off the list", f.name, reason)
		case !exempt && len(structural) > 0 && len(refused) == 0:
			t.Errorf("%s has F01, and the schema accepts it: %s", f.name, structural[0])
		}
		if n == nil || exempt {
			continue
		}
		for _, x := range structural {
			if refused[x.Line] != nil {
				seen++
				continue
			}
			i := slices.IndexFunc(blindSpots, func(b blindSpot) bool { return b.text.MatchString(x.Text) })
			if i < 0 {
				t.Errorf("%s: the schema says nothing about line %d: %s", f.name, x.Line, x)
				continue
			}
			blind++
			unseen[blindSpots[i].text.String()] = true
		}
	}
	t.Logf("%d findings of files are seen, %d are not for a schema", seen, blind)
	for name := range notForASchema {
		if !used[name] {
			t.Errorf("%s is exempt and not there", name)
		}
	}
	for _, b := range blindSpots {
		if !unseen[b.text.String()] {
			t.Errorf("nothing is like %q (%s): take it off the list", b.text, b.reason)
		}
	}
}

// Why a schema cannot see a fault, by its nature.
const (
	notYAML    = "it is no YAML, and an editor says so itself"
	noDocument = "there is no value to look at, or there are two documents"
	keyTwice   = "a value as a schema sees it has a key once"
	hiddenForm = "anchors, and keys that are no texts, are gone when a value is read"
	signs      = "a sign that cannot be seen is part of a text like any other"
	expression = "a condition has a language of its own"
	inTexts    = "what stands in a text has a language of its own"
	ofNames    = "what a name stands for is in another place, or in another file"
	folder     = "a schema does not see in which folder a file lies"
	byFolding  = "the name that a label comes to is computed"
	order      = "a schema compares no two values, and knows no order"
	wholeFile  = "the schema says it of the whole file, not of this line"
	nearWord   = "items have fields of their own: that one was meant for another is a guess"
)

// notForASchema are the files of the corpus whose F01 a schema cannot see.
var notForASchema = map[string]string{
	"F01_at.txtar/daily.yaml":                         notYAML,
	"F01_brace.txtar/daily.yaml":                      notYAML,
	"F01_colon.txtar/daily.yaml":                      notYAML,
	"F01_indent.txtar/daily.yaml":                     notYAML,
	"F01_late.txtar/daily.yaml":                       notYAML,
	"F01_quote.txtar/daily.yaml":                      notYAML,
	"F01_star.txtar/daily.yaml":                       notYAML,
	"F01_tab.txtar/daily.yaml":                        notYAML,
	"F01_brace_lost.txt/slip.yaml":                    notYAML,
	"F01_colon_in_text.txt/landed.yaml":               notYAML,
	"F01_indent_one_more.txt/checkin.yaml":            notYAML,
	"F01_quote_lost.txt/tender.yaml":                  notYAML,
	"F01_skip_deleted_colon.txt/hour.yaml":            notYAML,
	"F01_tab.txt/shame.yaml":                          notYAML,
	"F01_empty.txtar/a.yaml":                          noDocument,
	"F01_empty.txtar/b.yaml":                          noDocument,
	"F01_two_documents.txtar/daily.yaml":              noDocument,
	"F01_duplicate_keys.txtar/daily.yaml":             keyTwice,
	"F01_step_twice.txt/body_care.yaml":               keyTwice,
	"F01_anchor.txt/partner.yaml":                     hiddenForm,
	"F01_keys_that_are_no_names.txtar/daily.yaml":     hiddenForm,
	"F01_hidden.txtar/daily.yaml":                     signs,
	"F01_condition.txt/checkin.yaml":                  expression,
	"F02_field_lists.txtar/lists/b_mixed.yaml":        expression,
	"F02_field_lists.txtar/lists/d_compared.yaml":     expression,
	"F02_field_lists.txtar/lists/e_list_in_list.yaml": expression,
	"F02_field_lists.txtar/lists/f_number.yaml":       expression,
	"F02_holes.txtar/daily.yaml":                      inTexts,
	"F02_words.txtar/words.yaml":                      inTexts,
	"F02_shown.txtar/lists/ideas.yaml":                inTexts,
	"F01_days.txtar/d.yaml":                           ofNames,
	"F01_days.txtar/g.yaml":                           ofNames,
	"F01_names_taken.txtar/b.yaml":                    ofNames,
	"F01_names_taken.txtar/c.yaml":                    ofNames,
	"F01_names_taken.txtar/lists/b.yaml":              ofNames,
	"F01_opens.txtar/b.yaml":                          ofNames,
	"F01_opens.txtar/d.yaml":                          ofNames,
	"F01_phrases.txtar/daily.yaml":                    ofNames,
	"F02_drawn.txtar/daily.yaml":                      ofNames,
	"F02_instants.txtar/daily.yaml":                   ofNames,
	"F02_item.txtar/daily.yaml":                       ofNames,
	"F02_options.txtar/daily.yaml":                    ofNames,
	"F02_ready.txtar/daily.yaml":                      ofNames,
	"F02_records.txtar/records/promise.yaml":          ofNames,
	"F02_records.txtar/records/note.yaml":             ofNames,
	"F02_records.txtar/x.yaml":                        ofNames,
	"F02_schedule.txtar/b.yaml":                       ofNames,
	"F02_then.txtar/daily.yaml":                       ofNames,
	"F02_waits.txtar/daily.yaml":                      ofNames,
	"F11_couple.txtar/daily.yaml":                     ofNames,
	"F11_doors.txtar/daily.yaml":                      ofNames,
	"F11_open.txtar/daily.yaml":                       ofNames,
	"F01_places.txtar/bank.yaml":                      folder,
	"F01_places.txtar/lists/daily.yaml":               folder,
	"F01_records.txtar/loose.yaml":                    folder,
	"F14_drawn.txtar/lists/bank.yaml":                 byFolding,
}

// blindSpot is a fault that a schema does not see, in a file in which it sees others.
type blindSpot struct {
	text   *regexp.Regexp
	reason string
}

var blindSpots = func() (out []blindSpot) {
	for reason, texts := range map[string][]string{
		keyTwice:   {`is there twice`, `already means`},
		hiddenForm: {`anchors such as`, `aliases such as`, `tags such as`},
		expression: {`not part of the (condition )?language`, `single = compares`, `signs of a comparison`, `cannot be compared`, `has no order`,
			`neither a name nor a text`, `alone is not a condition`, `is compared with something`, `the sign \[`, `no fraction`, `brackets do not match`,
			`a quote is opened`, `known takes one name`, `no option in common`, `count takes one kind`, `is a (time of day|date|length of time), and '.*' is none`},
		inTexts: {`no phrase( of any)?$`, `begins with any word`, `would be kept in another form`},
		ofNames: {`cannot take`, `holds questions, and`, `chooses one of several`, `can name follow-ups`, `no options that go`, `cannot be given`,
			`begins by itself`, `has other options`, `both waits for a yes`},
		order:     {`leaves nothing to`, `must be the last branch`, `a scale has 2 to`, `computes .* has others`, `is not the next point`},
		wholeFile: {`needs a knock`},
		nearWord:  {`^item "[^"]*" has no key`},
	} {
		for _, text := range texts {
			out = append(out, blindSpot{regexp.MustCompile(text), reason})
		}
	}
	return out
}()
