package flows

import (
	"strconv"
	"strings"
)

// Looking an answer up in a list of phrases is wording help: the list says something about words, and nothing about whoever
// wrote them. What is found is as private as the answer, and nothing is kept of it but in the session.

// lookUp looks an answer up in a list of phrases, and says where to go on. An answer that is not there is clear.
func (r *run) lookUp(p *Person, t *Track, st *Step) Target {
	f := t.top()
	delete(f.Items, st.As)
	list := r.lib.Lists[st.Against]
	v, ok := f.Answers[st.Check]
	if list == nil || !ok {
		return st.GoMap["clear"]
	}
	h := list.first(v.S)
	if h == nil {
		return st.GoMap["clear"]
	}
	if st.As != "" {
		f.bind(st.As, list.Phrases[h.phrase].ID+" "+itoa(h.any))
	}
	return st.GoMap["found"]
}

// first is the phrase of a list that stands first in a text; of several at one place the one that comes first in the list.
func (l *List) first(text string) (found *heard) {
	words := heardWords(text)
	for i, w := range words {
		for _, h := range l.ear[w.short] {
			if h.words.at(words, i) && !h.excused(words, i) && (found == nil || h.before(found)) {
				found = h
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}

func (h *heard) before(o *heard) bool {
	return h.phrase < o.phrase || h.phrase == o.phrase && h.any < o.any
}

// foundHole is what a check step found, for texts; false when no step of the flow binds the name.
func (r *run) foundHole(t *Track, binding, field string) (string, bool) {
	flow := r.lib.flowOf(t.top())
	if flow == nil {
		return "", false
	}
	st := flow.checkOf(binding)
	if st == nil {
		return "", false
	}
	id, n, ok := strings.Cut(t.top().Items[binding], " ")
	list := r.lib.Lists[st.Against]
	if !ok || list == nil {
		return "", true
	}
	for _, ph := range list.Phrases {
		if i, err := strconv.Atoi(n); ph.ID == id && err == nil && i < len(ph.Any) {
			if field == "text" {
				return ph.Say, true
			}
			return ph.Any[i], true
		}
	}
	return "", true // gone with a reload
}

// checkOf is the first check step that binds a name; nil if none does.
func (f *Flow) checkOf(binding string) *Step {
	for _, s := range f.Steps {
		if s.Kind == KCheck && s.As != "" && s.As == binding {
			return s
		}
	}
	return nil
}
