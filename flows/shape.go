package flows

import (
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A flow has two fingerprints. Words may change at any time, and running sessions say them from then on; the shape, which is
// everything else, may only change together with the version, because a session that stands in the middle of a flow goes on
// by it. Both are computed from what was read, never from the text of a file: order of keys, quotes, comments and places
// are no part of them.
//
// A field that is not set is no part of them either, so that a field that a later rewoo brings leaves the fingerprints of all
// flows that do not use it as they are: the store knows shapes by them.

// wordFields are the fields that only say how something is put. What is neither here nor in noFields is shape.
var wordFields = map[string][]string{
	"Flow":   {"Title", "Knock"},
	"Step":   {"Text", "Wrong", "Options", "Ready", "ShareText"}, // a step's options are labels and words for what the answer declares
	"Decl":   {"Ready"},
	"Option": {"Label", "Also"},
	"Exit":   {"Label"},
	"Remind": {"Text"},
}

// noFields are the fields that are no part of a flow's fingerprints: places in files, and what is computed from the rest.
var noFields = map[string][]string{
	"Flow":  {"Version", "Shape", "Words", "Migrate", "ByID", "source"},
	"Step":  {"Order"},
	"Start": {"plan"},
	"Cond":  {"Src", "refs"},
}

// fingerprints fills Shape and Words.
func (f *Flow) fingerprints() {
	f.Shape = fingerprint(canon{}.value(reflect.ValueOf(*f)))
	f.Words = fingerprint(canon{words: true}.value(reflect.ValueOf(*f)))
}

// fingerprint is 16 hex digits.
func fingerprint(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

// canon writes a flow down in one form: every field that is set, by its name. What holds nothing of what is looked for is "".
type canon struct {
	words bool // look for what is said, rather than for what is done
	all   bool // inside of a field that is said: everything counts
}

func (c canon) value(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return ""
		}
		return c.value(v.Elem())
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Pos]() {
			return ""
		}
		return c.fields(v)
	case reflect.Slice:
		return c.list(v)
	case reflect.Map:
		return c.mapping(v)
	}
	if c.words && !c.all {
		return ""
	}
	switch v.Kind() {
	case reflect.String:
		return strconv.Quote(v.String())
	case reflect.Int, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	}
	panic("flows: a flow holds a " + v.Kind().String() + ", which has no canonical form")
}

func (c canon) fields(v reflect.Value) string {
	var out strings.Builder
	of := v.Type().Name()
	for i := range v.NumField() {
		name, inner := v.Type().Field(i).Name, c
		said := slices.Contains(wordFields[of], name)
		switch {
		case v.Field(i).IsZero() || slices.Contains(noFields[of], name):
			continue
		case said && !c.words && name == "ShareText": // what it shows of answers is what passes
			holes, _ := textHoles(v.Field(i).String())
			slices.Sort(holes)
			out.WriteString("ShareText=" + c.list(reflect.ValueOf(slices.Compact(holes))) + ";")
			continue
		case said && !c.words:
			continue
		case said:
			inner.all = true
		}
		if s := inner.value(v.Field(i)); s != "" {
			out.WriteString(name + "=" + s + ";")
		}
	}
	if out.Len() == 0 {
		return ""
	}
	return "{" + out.String() + "}"
}

// list keeps the order, but for that of the steps: only which is the first one matters.
func (c canon) list(v reflect.Value) string {
	var out []string
	some, steps := false, v.Type() == reflect.TypeFor[[]*Step]()
	for i := range v.Len() {
		s := c.value(v.Index(i))
		some = some || s != ""
		if steps && s == "" {
			continue
		}
		if steps {
			s = strconv.Quote(v.Index(i).Elem().FieldByName("ID").String()) + ":" + s
			if i == 0 && !c.words {
				s = "0" + s // it sorts before the others, and says so
			}
		}
		out = append(out, s)
	}
	if !some {
		return ""
	}
	if steps {
		slices.Sort(out)
	}
	return "[" + strings.Join(out, ",") + "]"
}

func (c canon) mapping(v reflect.Value) string {
	var out []string
	for _, k := range v.MapKeys() {
		if s := c.value(v.MapIndex(k)); s != "" {
			out = append(out, strconv.Quote(k.String())+":"+s)
		}
	}
	if out == nil {
		return ""
	}
	slices.Sort(out)
	return "(" + strings.Join(out, ",") + ")"
}
