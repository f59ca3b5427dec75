package flows

import (
	"slices"
	"strconv"
)

// itemType is the type of a field that the items of a list have.
func itemType(name, field string, l *List) (condType, *condError) {
	if l == nil {
		return condType{}, &condError{"F02", name + " is known only in pick.where of a list", ""}
	}
	t := condType{name: name}
	var fields []string
	for _, it := range l.Items {
		for k := range it.Fields {
			fields = append(fields, "item."+k)
		}
		v, ok := it.Fields[field]
		if !ok {
			continue
		}
		kind := fieldKind(v)
		if t.kind != anyKind && t.kind != kind {
			return t, refuse("give all items one kind of value", "%s is %s in some items and %s in others", name,
				condKindNames[min(t.kind, kind)], condKindNames[max(t.kind, kind)])
		}
		t.kind = kind
	}
	if t.kind == listKind {
		t.opts = heldValues(l, field)
	}
	if t.kind == anyKind && len(l.Items) > 0 {
		slices.Sort(fields)
		return t, &condError{"F02", "no item has a field " + strconv.Quote(field), didYouMean(name, slices.Compact(fields))}
	}
	return t, nil
}

func fieldKind(v Value) condKind {
	switch v.class() {
	case isNumber:
		return intKind
	case isList:
		return listKind
	}
	return strKind
}

// heldValues are the values that the lists of a field hold in any item, sorted: what can be in one of them. They are nil,
// which is open, when one of them is no name, and could be anybody's words.
func heldValues(l *List, field string) []string {
	var out []string
	for _, it := range l.Items {
		for _, s := range it.Fields[field].L {
			if !optionPattern.MatchString(s) {
				return nil
			}
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// fieldUse is what the conditions of a list compare a field of its items with.
type fieldUse struct {
	values []string
	closed bool // it is compared with nothing else
	fact   bool // some of the values are the options of a fact
}

// missed says which value of a field can never be found. In a list of tags, that nobody asks for one of them is no slip;
// in a list of a fact's options, what is no option is one.
func (u fieldUse) missed(v Value) (string, bool) {
	if !u.closed || v.T == Scale {
		return "", false
	}
	if v.class() != isList {
		return v.S, !slices.Contains(u.values, v.S)
	}
	i := slices.IndexFunc(v.L, func(s string) bool { return u.fact && !slices.Contains(u.values, s) })
	if i < 0 {
		return "", false
	}
	return v.L[i], true
}
