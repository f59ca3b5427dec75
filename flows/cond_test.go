package flows

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/expr-lang/expr"
	"pgregory.net/rapid"
)

// condNames is what conditions of these tests may read; everything else is unknown.
func condNames(name string) (Value, bool) {
	v, ok := map[string]Value{
		"me.pulse":     {T: Scale, N: 2},
		"me.zero":      {T: Scale},
		"me.line":      {T: Text, S: "fine"},
		"me.empty":     {T: Text},
		"me.body":      {T: Multi, L: []string{"food", "sleep"}},
		"me.yes":       {T: YesNo, S: "yes"},
		"me.no":        {T: YesNo, S: "no"},
		"person.role":  {T: OneOf, S: "hurt"},
		"person.phase": {T: OneOf, S: "safety"},
		"person.at":    {T: Time, S: "19:30"},
		"item.role":    {T: Text, S: "any"},
		"item.level":   {T: Scale, N: 3},
		"me.n":         {T: Number, N: 40},
		"person.day":   {T: Date, S: "2026-12-24"},
		"person.span":  {T: Span, S: "48h"},
	}[name]
	return v, ok
}

func TestCondBool(t *testing.T) {
	for src, want := range map[string]bool{
		"me.pulse <= 2":                              true,
		"me.pulse < 2":                               false,
		"me.pulse + item.level - 1 == 4":             true,
		"-me.pulse < 0":                              true,
		"me.zero == 0":                               true,
		"me.line == 'fine'":                          true,
		`me.line != "fine"`:                          false,
		"me.empty == ''":                             true,
		"item.role in [person.role, 'any']":          true,
		"me.pulse in [1, 3]":                         false,
		"me.pulse not in [1, 3]":                     true,
		"'food' in me.body":                          true,
		"'rest' in me.body":                          false,
		"me.yes":                                     true,
		"me.no":                                      false,
		"not me.no and me.yes":                       true,
		"person.at >= '18:00'":                       true,
		"known(me.pulse)":                            true,
		"me.n > 5 and me.n - 30 == 10":               true, // as numbers: as texts 40 comes before 5
		"me.n in [39, 40]":                           true,
		"person.day < '2027-01-01'":                  true,
		"person.day == '2026-12-24'":                 true,
		"person.span == '2d'":                        true,
		"person.span > '100h'":                       false, // as texts it would be
		"person.span in ['24h', '2d']":               true,
		"known(me.nothing)":                          false,
		"me.pulse == 2 and person.role == 'hurt'":    true,
		"me.pulse == 1 or person.role == 'hurt'":     true,
		"not (me.pulse == 2)":                        false,
		"me.pulse == 2 or me.nothing == 1":           true,
		"item.phase == person.phase":                 false,
		"known(me.nothing) and me.nothing == 1":      false,
		"not known(me.nothing) or me.nothing == 1":   true,
		"(me.pulse == 2) and (me.line in ['fine'])":  true,
		"me.nothing in [1, 2]":                       false,
		"me.pulse in [me.nothing, 2]":                true,
		"'food' in me.nothing":                       false,
		"me.pulse == me.line":                        false, // refused where types are declared
		"1 <= me.pulse and me.pulse <= 3 and me.yes": true,
	} {
		c, err := compileCond(src, Pos{})
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if got := c.Bool(condNames); got != want {
			t.Errorf("%s is %v, want %v", src, got, want)
		}
	}
}

// TestCondUnknown: a comparison with something unknown is false, whichever it is.
func TestCondUnknown(t *testing.T) {
	for _, op := range []string{"==", "!=", "<", "<=", ">", ">="} {
		for _, src := range []string{"me.nothing " + op + " 1", "1 " + op + " me.nothing", "me.nothing " + op + " me.nothing", "me.nothing + 1 " + op + " 1"} {
			if c := mustCond(t, src); c.Bool(condNames) {
				t.Errorf("%s is true", src)
			}
		}
	}
}

func mustCond(t testing.TB, src string) *Cond {
	t.Helper()
	c, err := compileCond(src, Pos{})
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return c
}

func TestCondValue(t *testing.T) {
	for src, want := range map[string]string{
		"me.pulse + 1":  "{ 3 [] scale} true",
		"'hurt'":        "{hurt 0 [] text} true",
		"''":            "{ 0 [] text} true",
		"7":             "{ 7 [] scale} true",
		"me.body":       "{ 0 [food sleep] multi} true",
		"['a', 'b']":    "{ 0 [a b] multi} true",
		"me.pulse == 2": "{yes 0 [] yes_no} true",
		"me.pulse == 3": "{no 0 [] yes_no} true",
		"me.nothing":    "{ 0 [] } false",
		"me.nothing+1":  "{ 0 [] } false",
		"me.line + 1":   "{ 0 [] } false",
		"person.role":   "{hurt 0 [] choice} true",
	} {
		v, ok := mustCond(t, src).Value(condNames)
		if got := fmt.Sprint(v, ok); got != want {
			t.Errorf("%s is %s, want %s", src, got, want)
		}
	}
}

func TestCondRefs(t *testing.T) {
	c := mustCond(t, "known(me.b) and me.a == 1 or item.role in [person.role, 'x'] and me.a == 2")
	if got, want := c.Refs(), []string{"me.b", "me.a", "item.role", "person.role"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	c.Refs()[0] = "changed"
	if c.Refs()[0] != "me.b" {
		t.Error("a caller can change the condition")
	}
	var none *Cond
	if _, ok := none.Value(condNames); ok || none.Bool(condNames) {
		t.Error("no condition holds")
	}
}

// TestCondRefused: everything outside the language is a plain sentence, in no time.
func TestCondRefused(t *testing.T) {
	deep := strings.Repeat("(", 200) + "1" + strings.Repeat(")", 200)
	many := "me.a == 1" + strings.Repeat(" or me.a == 1", 30)
	for _, src := range []string{
		"", " ", "me", "me.a.b == 1", "me['a'] == 1x", "me.a()", "a", "'a", "1 +", "me.a == 1;", "let x = 1; x", "[1,2][0]", "{a: 1}",
		"me.a ?? 1", "me?.a == 1", "all([1], # > 0)", "count([1])", "len('a')", "known(1)", "known()", "known(me.a, me.b)", "known('me.a')",
		"me.a | len()", "1..1000000", "me.a ? 1 : 2", "if true {1} else {2}", "1 == 1.5", "true", "nil", "b'x'", "me.a matches '('", "!me.a",
		"me.a && me.b", "2 * 3", "2 ** 99", "99999999999999999999", "1000001", "'a' + 1", "not 1", "1 and 2", "known(me.a) == 1", "[1] == [1]",
		"1 in 2", "[[1]] == 1", "$env.x", "env.x", "#", "me.A == 1", "me.a == \x00", deep, many, strings.Repeat("-", 501),
		strings.Repeat("not ", 120) + "me.a", strings.Repeat("-", 400) + "1", "me.a == '" + strings.Repeat("x", 500) + "'",
	} {
		start := time.Now()
		c, err := compileCond(src, Pos{})
		if err == nil {
			t.Errorf("%.60q was accepted as %v", src, c.root)
			continue
		}
		if d := time.Since(start); d > 100*time.Millisecond {
			t.Errorf("%.60q took %v", src, d)
		}
		if _, ok := err.(*condError); !ok || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.60q: %q is no plain sentence", src, err)
		}
	}
}

// genCond draws a well-typed expression.
func genCond(t *rapid.T, depth int) string {
	num := func() string {
		return rapid.SampledFrom([]string{"1", "2", "-3", "me.a", "me.b", "(me.a + 1)", "me.b - 2", "(2 - -me.a)"}).Draw(t, "num")
	}
	str := func() string {
		return rapid.SampledFrom([]string{"'x'", "'y'", "person.s", "item.s"}).Draw(t, "str")
	}
	kinds := 4
	if depth > 0 {
		kinds = 7
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return num() + " " + rapid.SampledFrom([]string{"==", "!=", "<", "<=", ">", ">="}).Draw(t, "op") + " " + num()
	case 1:
		return str() + " " + rapid.SampledFrom([]string{"==", "!="}).Draw(t, "op") + " " + str()
	case 2:
		return num() + rapid.SampledFrom([]string{" in ", " not in "}).Draw(t, "in") + "[" + num() + ", " + num() + "]"
	case 3:
		return str() + rapid.SampledFrom([]string{" in ", " not in "}).Draw(t, "in") + "[" + str() + ", " + str() + "]"
	case 4:
		return "not (" + genCond(t, depth-1) + ")"
	default:
		return "(" + genCond(t, depth-1) + rapid.SampledFrom([]string{") and (", ") or ("}).Draw(t, "and") + genCond(t, depth-1) + ")"
	}
}

// TestCondAgreesWithExpr: where all names are known, an expression means what the library's own machine makes of it;
// and it means the same each time.
func TestCondAgreesWithExpr(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := genCond(t, 3)
		c, err := compileCond(src, Pos{})
		if err != nil {
			t.Skip(err)
		}
		a, b := rapid.IntRange(-3, 3).Draw(t, "a"), rapid.IntRange(-3, 3).Draw(t, "b")
		s, i := rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "s"), rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "i")
		want, err := expr.Eval(src, map[string]any{"me": map[string]any{"a": a, "b": b}, "person": map[string]any{"s": s}, "item": map[string]any{"s": i}})
		if err != nil {
			t.Fatal(src, err)
		}
		get := func(name string) (Value, bool) {
			v, ok := map[string]Value{"me.a": {T: Scale, N: a}, "me.b": {T: Scale, N: b}, "person.s": {T: Text, S: s}, "item.s": {T: OneOf, S: i}}[name]
			return v, ok
		}
		for range 2 {
			if got := c.Bool(get); got != want {
				t.Fatalf("%s with a=%d b=%d s=%s i=%s is %v, want %v", src, a, b, s, i, got, want)
			}
		}
		for _, name := range []string{"me.a", "me.b", "person.s", "item.s"} {
			if strings.Contains(src, name) != slices.Contains(c.Refs(), name) {
				t.Fatalf("%s reads %v", src, c.Refs())
			}
		}
	})
}

// FuzzCond: no panic, no long time, the same answer twice, nothing read but what Refs says.
func FuzzCond(f *testing.F) {
	for _, src := range []string{"me.pulse <= 2", "known(me.a) and not (me.a in [1, 2])", "item.role in [person.role, 'any']", "'a' in me.body",
		"1 + -me.a == person.b - 2", "me.a ?. b", "((((((", "not not me.a", "me.a == '\\u0041'", "x|y", "let a = 1; a"} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > maxFuzzed {
			t.Skip()
		}
		start := time.Now()
		c, err := compileCond(src, Pos{Line: 1, Column: 1})
		if d := time.Since(start); d > time.Second {
			t.Errorf("%q took %v", src, d)
		}
		if err != nil {
			if c != nil || err.Error() == "" {
				t.Errorf("%q: %v with %q", src, c, err)
			}
			return
		}
		refs := c.Refs()
		for _, known := range []bool{true, false} {
			for _, v := range []Value{{}, {T: Scale, N: 1 << 62}, {T: Text, S: "a"}, {T: Multi, L: []string{"a"}}, {T: YesNo, S: "yes"}} {
				get := func(name string) (Value, bool) {
					if !slices.Contains(refs, name) {
						t.Errorf("%q reads %q, which Refs does not name", src, name)
					}
					return v, known
				}
				v1, ok1 := c.Value(get)
				v2, ok2 := c.Value(get)
				if b := c.Bool(get); b != c.Bool(get) || ok1 != ok2 || fmt.Sprint(v1) != fmt.Sprint(v2) {
					t.Errorf("%q is not the same twice", src)
				}
			}
		}
	})
}
