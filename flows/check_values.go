package flows

import "strconv"

// values are those that a name can have at a step.
func (t *branchTry) values(name string) tryName {
	if fact, ok := cutScope(name, "person"); ok {
		d := t.c.lib.Person[fact]
		if d == nil {
			return unheardOf(false)
		}
		known := d.Derived != ""
		if d.Type == OneOf || d.Type == YesNo || d.Type == Scale || d.Type == Number || d.Type == Span { // others can be set to nothing
			known = known || d.Default.T != ""
		}
		return t.valuesOf(name, d, known, len(d.Options))
	}
	x, ok := cutScope(name, "me")
	d := t.a.f.Answers[x]
	if !ok || d == nil {
		return unheardOf(false)
	}
	n, ok := t.a.num[name]
	most := maxMulti
	if d.Max > 0 {
		most = d.Max
	}
	return t.valuesOf(name, d, ok && t.in.has(n), most)
}

// unheardOf is a name of which nothing is known but, perhaps, that it has a value.
func unheardOf(known bool) tryName {
	x := tryName{open: true, values: []tryValue{{ok: true}}}
	if !known {
		x.values = append(x.values, tryValue{})
	}
	return x
}

// valuesOf lists what a declaration allows; known says that there is a value, most how many options a multi can have.
func (t *branchTry) valuesOf(name string, d *Decl, known bool, most int) tryName {
	if d.Type == Number || d.Type == Span {
		return t.between(name, d, known)
	}
	ids := optionIDs(d)
	if len(ids) == 0 || t.c.counted[d] || d.Type == Multi && len(ids) > maxTrySets {
		return unheardOf(known)
	}
	var out tryName
	add := func(v Value) { out.values = append(out.values, tryValue{v, true}) }
	switch d.Type {
	case Scale:
		for _, id := range ids {
			n, _ := strconv.Atoi(id)
			add(Value{T: Scale, N: n})
		}
	case Multi:
		for bits := 1; bits < 1<<len(ids); bits++ {
			var set []string
			for i, id := range ids {
				if bits&(1<<i) != 0 {
					set = append(set, id)
				}
			}
			if len(set) <= most {
				add(Value{T: Multi, L: set})
			}
		}
	default:
		for _, id := range ids {
			add(Value{T: d.Type, S: id})
		}
	}
	if !known {
		out.values = append(out.values, tryValue{})
	}
	return out
}
