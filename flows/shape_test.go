package flows

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const shapeFlow = `flow: plain
version: 1
title: Plain
who: one
start: { command: plain }
expires: { after: 20h }
answers:
  mood: { type: choice, options: { good: Good, bad: Bad }, partner_sees: on_share, keep: 90d }
  line: { type: text, max: 200 }
steps:
  ask: { ask: mood, text: "How is it?", exits: { out: { label: "Out", go: done } }, remind: { after: 1h, text: "Still open." }, skip: done, timeout: { after: 2h, go: done }, go: which }
  which:
    choose:
      - { if: "me.mood == 'good' and person.tender == 'no'", go: line }
      - { else: done }
  line: { ask: line, text: "Say it.", skip: done, timeout: { after: 2h, go: done }, go: done }
  done: { say: "Done.", end: done }
`

// parsed is one flow, read and not checked.
func parsed(t testing.TB, text string) *Flow {
	t.Helper()
	p := flowParser{log: &findingLog{}, nodes: map[any]*yamlNode{}}
	f := p.flow(parseYAML("plain.yaml", []byte(text), p.log))
	for _, found := range p.log.all {
		t.Fatal(found)
	}
	f.fingerprints()
	return f
}

func TestFingerprints(t *testing.T) {
	base := parsed(t, shapeFlow)
	if len(base.Shape) != 16 || len(base.Words) != 16 || strings.Trim(base.Shape+base.Words, "0123456789abcdef") != "" {
		t.Fatalf("shape %q, words %q", base.Shape, base.Words)
	}
	for _, c := range []struct {
		what, old, new string
		shape, words   bool // which of them change
	}{
		{"nothing", "", "", false, false},
		{"quotes, comments, spaces", `text: "Say it."`, "text:   Say it.   # a remark\n   ", false, false},
		{"keys in another order", `who: one
start: { command: plain }`, `start: { command: plain }
who: one`, false, false},
		{"spaces in a condition", "me.mood == 'good' and", "me.mood=='good'   and", false, false},
		{"steps in another order", `  line: { ask: line, text: "Say it.", skip: done, timeout: { after: 2h, go: done }, go: done }
  done: { say: "Done.", end: done }
`, `  done: { say: "Done.", end: done }
  line: { ask: line, text: "Say it.", skip: done, timeout: { after: 2h, go: done }, go: done }
`, false, false},
		{"the same time", "after: 20h", "after: 1200m", false, false},
		{"the version", "version: 1", "version: 2", false, false},
		{"a migration", "expires:", "migrate: { from: 1 }\nexpires:", false, false},
		{"a text", "How is it?", "How is it now?", false, true},
		{"a title", "title: Plain", "title: Simple", false, true},
		{"a knock", "expires:", "knock: Ready.\nexpires:", false, true},
		{"an option's label", "good: Good", "good: Fine", false, true},
		{"a label in a step", "skip: done, timeout: { after: 2h, go: done }, go: which", "buttons: { good: Fine }, skip: done, timeout: { after: 2h, go: done }, go: which", false, true},
		{"words for an option", "skip: done, timeout: { after: 2h, go: done }, go: which", "also: { good: [ok] }, skip: done, timeout: { after: 2h, go: done }, go: which", false, true},
		{"an exit's label", "label: \"Out\"", "label: \"Away\"", false, true},
		{"a reminder's words", "Still open.", "It is open.", false, true},
		{"ready sentences", "max: 200", "max: 200, ready: { yes: { label: Ja, text: Ja. } }", false, true},
		{"a reminder's time", "after: 1h", "after: 30m", true, false},
		{"a timeout", "timeout: { after: 2h, go: done }, go: which", "timeout: { after: 3h, go: done }, go: which", true, false},
		{"a target", "skip: done, timeout: { after: 2h, go: done }, go: which", "skip: line, timeout: { after: 2h, go: done }, go: which", true, false},
		{"a condition", "== 'good'", "!= 'good'", true, false},
		{"an option", "bad: Bad", "sad: Bad", true, false},
		{"a type", "type: text, max: 200", "type: time", true, false},
		{"who may see it", "on_share", "never", true, false},
		{"how long it is kept", "keep: 90d", "keep: 91d", true, false},
		{"expires", "after: 20h", "after: 21h", true, false},
		{"a command", "command: plain", "command: simple", true, false},
		{"a result", "end: done", "end: over", true, false},
		{"the first step", "steps:\n", "steps:\n  zero: { choose: [ { else: ask } ] }\n", true, false},
		{"a step more", "  done:", "  more: { say: \"More.\", go: done }\n  done:", true, true},
	} {
		if !strings.Contains(shapeFlow, c.old) {
			t.Fatalf("%s: %q is not there", c.what, c.old)
		}
		f := parsed(t, strings.Replace(shapeFlow, c.old, c.new, 1))
		if (f.Shape != base.Shape) != c.shape || (f.Words != base.Words) != c.words {
			t.Errorf("%s: shape changes %v, words %v", c.what, f.Shape != base.Shape, f.Words != base.Words)
		}
	}
}

// Which step is the first one is part of the shape, though the order of the others is not.
func TestTheFirstStepIsShape(t *testing.T) {
	a := parsed(t, "flow: x\nversion: 1\ntitle: X\nsteps:\n  one: { say: \"1\", end: a }\n  two: { say: \"2\", end: b }\n")
	b := parsed(t, "flow: x\nversion: 1\ntitle: X\nsteps:\n  two: { say: \"2\", end: b }\n  one: { say: \"1\", end: a }\n")
	if a.Shape == b.Shape {
		t.Fatal("a flow that begins elsewhere has the same shape")
	}
}

// Every field of a flow counts in exactly one fingerprint, unless it is listed as none. A field that somebody adds is shape.
func TestEveryFieldCounts(t *testing.T) {
	leaves := 0
	eachLeaf(func() *Flow { return filled[*Flow]() }, func(path string, none, words bool, f, changed *Flow) {
		leaves++
		f.fingerprints()
		changed.fingerprints()
		if strings.HasSuffix(path, "].ID") && strings.HasPrefix(path, ".Steps[") && strings.Count(path, ".") == 2 {
			return // words are known by the step that says them
		}
		shape, said := f.Shape != changed.Shape, f.Words != changed.Words
		if shape != (!none && !words) || said != (!none && words) {
			t.Errorf("%s: shape changes %v, words %v", path, shape, said)
		}
	})
	if leaves < 150 {
		t.Fatalf("only %d leaves", leaves)
	}
}

// filled is a value with something in every field, two entries in every list.
func filled[T any]() T {
	var x T
	n := 0
	fillIn(reflect.ValueOf(&x).Elem(), &n, 0)
	return x
}

func fillIn(v reflect.Value, n *int, depth int) {
	if !v.CanSet() || depth > 12 {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.Type() == reflect.TypeFor[*Migration]() || depth > 8 {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		fillIn(v.Elem(), n, depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; !slices.Contains(noFields[v.Type().Name()], name) {
				fillIn(v.Field(i), n, depth+1)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fillIn(v.Index(i), n, depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		e := reflect.New(v.Type().Elem()).Elem()
		fillIn(e, n, depth+1)
		v.SetMapIndex(reflect.ValueOf("key").Convert(v.Type().Key()), e)
	case reflect.String:
		*n++
		v.SetString("s" + itoa(*n))
	case reflect.Int, reflect.Int64:
		*n++
		v.SetInt(int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	}
}

// eachLeaf changes one leaf after the other, each in a fresh value.
func eachLeaf(make func() *Flow, do func(path string, none, words bool, f, changed *Flow)) {
	for i := 0; ; i++ {
		f, changed, n := make(), make(), i
		path, none, words := changeLeaf(reflect.ValueOf(changed).Elem(), &n, "", false, false)
		if path == "" {
			return
		}
		do(path, none, words, f, changed)
	}
}

// changeLeaf changes the nth leaf of v, counted down, and says where it was.
func changeLeaf(v reflect.Value, n *int, path string, none, words bool) (string, bool, bool) {
	visit := func(v reflect.Value, path string, none, words bool) (string, bool, bool) {
		return changeLeaf(v, n, path, none, words)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return visit(v.Elem(), path, none, words)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Pos]() {
			none = true
		}
		for i := range v.NumField() {
			of, name := v.Type().Name(), v.Type().Field(i).Name
			if !v.Field(i).CanSet() || slices.Contains(noFields[of], name) {
				continue
			}
			at, a, b := visit(v.Field(i), path+"."+name, none, words || slices.Contains(wordFields[of], name))
			if at != "" {
				return at, a, b
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if at, a, b := visit(v.Index(i), path+"["+itoa(i)+"]", none, words); at != "" {
				return at, a, b
			}
		}
	case reflect.Map:
		key := v.MapKeys()[0]
		e := reflect.New(v.Type().Elem()).Elem()
		e.Set(v.MapIndex(key))
		if at, a, b := visit(e, path+"{}", none, words); at != "" {
			v.SetMapIndex(key, e)
			return at, a, b
		}
	case reflect.String, reflect.Int, reflect.Int64, reflect.Bool:
		if *n > 0 {
			*n--
			return "", false, false
		}
		*n = -1
		switch v.Kind() {
		case reflect.String:
			v.SetString(v.String() + "x")
		case reflect.Bool:
			v.SetBool(!v.Bool())
		default:
			v.SetInt(v.Int() + 1000)
		}
		return path, none, words
	}
	return "", false, false
}

// Every shipped flow has a shape of its own, and reading it again gives the same.
func TestShippedShapesAreStable(t *testing.T) {
	a, b := mustShipped(t), mustShipped(t)
	seen := map[string]string{}
	for _, name := range keysOf(a.Flows) {
		f := a.Flows[name]
		if f.Shape != b.Flows[name].Shape || f.Words != b.Flows[name].Words {
			t.Errorf("%s differs from one reading to the next", name)
		}
		if other, twice := seen[f.Shape]; twice {
			t.Errorf("%s and %s have the same shape", name, other)
		}
		seen[f.Shape] = name
	}
}

func filesOf(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}
