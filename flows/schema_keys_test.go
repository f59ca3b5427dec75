package flows

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// parserKeys are the tables of keys that the parser reads by, and the block that describes each.
var parserKeys = map[string]struct {
	block string
	keys  []string
}{
	"flowKeys": {"flow", flowKeys}, "startKeys": {"start", startKeys}, "expiresKeys": {"expires", expiresKeys}, "migrateKeys": {"migrate", migrateKeys},
	"answerKeys": {"answer", answerKeys}, "readyKeys": {"ready", readyKeys}, "remindKeys": {"remind", remindKeys}, "exitKeys": {"exit", exitKeys},
	"timeoutKeys": {"timeout", timeoutKeys}, "shareKeys": {"share", shareKeys}, "branchKeys": {"branch", branchKeys},
	"listKeys": {"list", listKeys}, "pickKeys": {"pick", pickKeys}, "itemKeys": {"question", itemKeys}, "lineKeys": {"line", lineKeys}, "phraseKeys": {"phrase", phraseKeys},
	"recordKeys": {"record", recordKeys}, "recordFieldKeys": {"field", recordFieldKeys}, "recordRemindKeys": {"record_remind", recordRemindKeys},
	"factKeys": {"fact", factKeys}, "wordsKeys": {"words", wordsKeys}, "globalActions": {"globals", globalActions}, "zoneKeys": {"zone", zoneKeys},
	"translationKeys": {"translation", translationKeys}, "entryKeys": {"entry", entryKeys}, "wordingKeys": {"wording", wordingKeys},
	"wordingRuleKeys": {"wording_rule", wordingRuleKeys}, "exceptionKeys": {"exception", exceptionKeys},
	"versionsKeys": {"versions", versionsKeys}, "stampKeys": {"stamp", stampKeys}, "stampStepKeys": {"stamp_step", stampStepKeys}, "stampAnswerKeys": {"stamp_answer", stampAnswerKeys},
}

// keysBesides are what else mappings are opened with: steps, whose tables are by kind; a language; person or couple.
var keysBesides = []string{"allStepKeys", "phraseLangs", "of"}

func blockNamed(t *testing.T, name string) blockDoc {
	t.Helper()
	all := schemaBlocks()
	i := slices.IndexFunc(all, func(b blockDoc) bool { return b.name == name })
	if i < 0 {
		t.Fatalf("no block describes %s", name)
	}
	return all[i]
}

// TestEveryKeyIsDescribed: what the parser knows and what the schema and the reference say are the same keys.
func TestEveryKeyIsDescribed(t *testing.T) {
	compare := func(what string, b blockDoc, keys []string) {
		var have []string
		for _, k := range b.keys {
			if slices.Contains(have, k.key) {
				t.Errorf("%s: %s is described twice", what, k.key)
			}
			have = append(have, k.key)
			if k.says == "" || !strings.HasSuffix(k.says, ".") || len([]rune(k.says)) > 160 {
				t.Errorf("%s: %s is described as %q, which is no short sentence", what, k.key, k.says)
			}
			if k.value.says == "" && len(k.by) == 0 {
				t.Errorf("%s: nothing says what %s can be", what, k.key)
			}
		}
		for _, k := range keys {
			if !slices.Contains(have, k) {
				t.Errorf("%s: the parser knows %q, which nothing describes", what, k)
			}
		}
		for _, k := range have {
			if !slices.Contains(keys, k) {
				t.Errorf("%s: %q is described, and the parser does not know it", what, k)
			}
		}
	}
	described := map[string]bool{"person_file": true, "couple_file": true, "sign_rule": true}
	for name, x := range parserKeys {
		compare(name, blockNamed(t, x.block), x.keys)
		described[x.block] = true
	}
	compare("person.yaml", blockNamed(t, "person_file"), []string{"person"})
	compare("couple.yaml", blockNamed(t, "couple_file"), []string{"couple"})
	compare("signs", blockNamed(t, "sign_rule"), wordingRuleKeys)
	for kind, keys := range stepKeys {
		compare(string(kind), blockNamed(t, "step_"+string(kind)), keys)
		described["step_"+string(kind)] = true
	}
	for _, b := range schemaBlocks() {
		if !described[b.name] {
			t.Errorf("block %s is of no table of the parser", b.name)
		}
		for _, v := range b.variants {
			for _, k := range append(slices.Clone(v.must), v.takes...) {
				if b.find(k) == nil && b.name != "fact" && b.name != "field" { // a text there has no ready sentences
					t.Errorf("%s: variant %s takes %q, which is not described", b.name, v.value, k)
				}
			}
		}
	}
}

// TestNoKeysInPassing: the parser opens mappings by tables that the test above knows, and by nothing else.
func TestNoKeysInPassing(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); !ok || sel.Sel.Name != "fields" || len(call.Args) < 3 {
				return true
			}
			for _, arg := range call.Args[2:] {
				id, ok := arg.(*ast.Ident)
				if _, known := parserKeys[identName(id, ok)]; !known && !slices.Contains(keysBesides, identName(id, ok)) {
					t.Errorf("%s: fields is called with keys of its own; give them a table, and describe it", path)
				}
				seen[identName(id, ok)] = true
			}
			return true
		})
	}
	if len(seen) < 25 {
		t.Errorf("only %d tables were seen", len(seen))
	}
}

func identName(id *ast.Ident, ok bool) string {
	if !ok {
		return ""
	}
	return id.Name
}

// TestEveryExampleOfAKey is what its key takes.
func TestEveryExampleOfAKey(t *testing.T) {
	schemaOf := keySchemas(t)
	for _, b := range schemaBlocks() {
		for _, k := range b.keys {
			if k.example == "" {
				continue
			}
			text := k.key + ": " + k.example + "\n"
			log := &findingLog{}
			n := parseYAML("example", []byte(text), log)
			if n == nil || len(log.all) > 0 {
				t.Errorf("%s: %s is no YAML: %v", b.name, text, log.all)
				continue
			}
			if err := schemaOf(b, k).Validate(asEditorsRead(n.pairs[0].val)); err != nil {
				t.Errorf("%s: %s: %v", b.name, text, err)
			}
		}
	}
}
