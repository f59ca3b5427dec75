package flows

import (
	"fmt"
	"strconv"
	"strings"
)

// report says where somebody comes along without it.
func (a *answeredCheck) report(i int, pos Pos, key, text string) {
	var hint string
	if binding, ok := cutScope(key, "me"); ok {
		hint = "ask for it before, or guard it with known(me." + binding + ") in a choose step"
	} else {
		hint = "draw it on all ways here"
		if drawn, ok := strings.CutPrefix(key, "draw "); ok && a.has("offer "+drawn) {
			hint = "say it only where one was chosen"
		} else if ok && a.f.checkOf(drawn) != nil {
			hint = "say it only on the way found"
		}
	}
	if s, how := a.wayAround(i, key); s != nil {
		hint = fmt.Sprintf("the %s of step %s leads here without it: ", how, strconv.Quote(s.ID)) + hint
	}
	a.c.log.add("F10", pos, hint, "%s", text)
}

// wayAround finds a way from the start to step i that does not give key, and on it the last edge that could have.
func (a *answeredCheck) wayAround(i int, key string) (*Step, string) {
	n := a.num[key]
	if a.start.has(n) || i == 0 {
		return nil, ""
	}
	type hop struct{ from, edge int }
	via := map[int]hop{}
	for work := []int{0}; len(work) > 0; work = work[1:] {
		at := work[0]
		for j, e := range a.g.out[at] {
			if _, seen := via[e.to]; seen || e.to == 0 || a.in[at] == nil || a.gives(at, e, n) {
				continue
			}
			via[e.to] = hop{at, j}
			work = append(work, e.to)
		}
	}
	for at := i; at != 0; {
		h, ok := via[at]
		if !ok {
			return nil, ""
		}
		s, e := a.g.steps[h.from], a.g.out[h.from][h.edge]
		asks := s.Kind == KAsk && ("me."+s.Ask == key || "draw "+s.Ask == key) || s.Kind == KDraw && ("draw "+s.Draw == key || "offer "+s.Draw == key) ||
			s.Kind == KCheck && "draw "+s.As == key
		if asks {
			if e.kind == edgeExit {
				return s, "exit " + strconv.Quote(e.key)
			}
			if s.Kind == KCheck {
				return s, e.key
			}
			return s, e.kind
		}
		at = h.from
	}
	return nil, ""
}

// gives says that an edge makes a name known that was not known before it.
func (a *answeredCheck) gives(at int, e graphEdge, n int) bool {
	had := a.in[at].has(n)
	return !had && a.behind(at, e).has(n)
}
