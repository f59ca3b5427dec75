package flows

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxExcerpt is how many characters of what a step says a picture shows.
const maxExcerpt = 90

// excerpt is the beginning of what a step says or asks, or else what it does it with.
func (l *Library) excerpt(f *Flow, s *Step) string {
	text := s.Text
	switch d := f.Answers[s.Ask]; {
	case s.Kind == KAsk && text == "" && d != nil:
		text = "a question of " + d.List
	case s.Kind == KShare || s.Kind == KTogether:
		text = l.passes(s)
	case text == "":
		text = s.detail()
	}
	return cutText(strings.Join(strings.Fields(text), " "), maxExcerpt)
}

// cutText shortens a text at the end of a word.
func cutText(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	cut := string(r[:most-1])
	if i := strings.LastIndexByte(cut, ' '); i > most/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:.") + " …"
}

// head is a step's kind with its object, as its author wrote them.
func (s *Step) head() string {
	head := string(s.Kind)
	add := func(words ...string) string { return strings.TrimSpace(head + " " + strings.Join(words, " ")) }
	switch s.Kind {
	case KPair, KAccount:
		return s.part()
	case KRun:
		return add(s.Run)
	case KPart:
		return add(s.Part)
	case KShow:
		return add(s.Show)
	case KAdd, KPick, KUpdate, KList:
		return add(s.Record)
	case KSleep:
		return add(spanWritten(s.For, s.ForOf))
	case KBoth:
		return add(s.Both)
	case KWaitFor:
		return add("partner")
	case KDraw:
		return add(s.Draw)
	}
	return head
}

// detail is what a step without a text is about.
func (s *Step) detail() string {
	switch s.Kind {
	case KDraw:
		out := "from " + s.From
		if s.Count > 0 {
			out = strconv.Itoa(s.Count) + " " + out
		}
		if s.ForCouple {
			out += ", one for both"
		}
		return out
	case KSet:
		out := assigned(s.Sets)
		if s.For > 0 || s.ForOf != "" {
			out += " for " + spanWritten(s.For, s.ForOf)
		}
		return out
	case KOpen:
		return assigned([]Assign{*s.Open}) + " for " + spanWritten(s.For, s.ForOf)
	case KClose:
		return targets(s.Close)
	case KBoth:
		return s.instant("by")
	case KWaitFor:
		return s.instant("until")
	case KAdd:
		if s.Copy {
			return "from the record at hand"
		}
		return assigned(s.With)
	case KUpdate:
		return assigned(s.To)
	case KPick, KList:
		if s.Where != nil {
			return "where " + s.Where.Src
		}
	case KCheck:
		return s.Check + " against " + s.Against
	case KTakeBack:
		return "what was shared lately"
	}
	return ""
}

// instant is when a step acts that waits for a time of day.
func (s *Step) instant(word string) string { return word + " " + s.At + plusSpoken(s.Plus) }

// spanWritten is a length of time as it is written, or the fact that says it.
func spanWritten(d time.Duration, of string) string {
	if of != "" {
		return of
	}
	return writtenDuration(d)
}

func assigned(all []Assign) string {
	var out []string
	for _, a := range all {
		value := "?"
		if a.Expr != nil {
			value = a.Expr.Src
		}
		if _, field, ok := strings.Cut(value, "."); ok && field == a.Name {
			out = append(out, a.Name) // what: me.what
			continue
		}
		out = append(out, a.Name+" = "+value)
	}
	return strings.Join(out, ", ")
}

func targets(all []Target) string {
	var out []string
	for _, t := range all {
		out = append(out, t.Step)
	}
	return strings.Join(out, ", ")
}

// passes is what a door lets through.
func (l *Library) passes(s *Step) string {
	if s.ShareText != "" {
		return cutText(strings.Join(strings.Fields(s.ShareText), " "), maxExcerpt)
	}
	return targets(s.Items)
}

func (l *Library) titleOf(flow string) string {
	if f := l.Flows[flow]; f != nil {
		return f.Title
	}
	return flow
}

// wayLabel is what a picture writes beside a way on. What is a button stands in brackets, as in transcripts.
func (l *Library) wayLabel(f *Flow, s *Step, w Way) string {
	switch w.Kind {
	case edgeGo:
		return map[StepKind]string{KAsk: "an answer", KShare: "shared or not", KTogether: "shared or not", KOpen: "opened or not", KClose: "closed or not",
			KTakeBack: "taken back or not", KPick: "picked", KAdd: "added", KSleep: "then", KRun: "then", KDraw: "drawn"}[s.Kind]
	case edgeTimeout:
		return "after " + spanWritten(s.Timeout.After, s.Timeout.AfterOf)
	case edgeExit:
		if i := slices.IndexFunc(s.Exits, func(e Exit) bool { return e.ID == w.Key }); i >= 0 && s.Exits[i].Label != "" {
			return "[" + s.Exits[i].Label + "]"
		}
	case edgeBranch:
		if n, err := strconv.Atoi(w.Key); err == nil && n >= 1 && n <= len(s.Branches) && s.Branches[n-1].If != nil {
			return "if " + s.Branches[n-1].If.Src
		}
	case edgeNone:
		return "nothing to " + strings.ReplaceAll(strings.ReplaceAll(string(s.Kind), "_", " "), "together", "share")
	case edgeNoneLeft:
		return "none left"
	case edgeTooMany:
		return "after " + strconv.Itoa(s.Visits) + " times"
	case edgeOption, edgeThen:
		if d := f.Answers[s.Ask]; d != nil {
			q := question{step: s, decl: d}
			for _, o := range q.options(l) {
				if o.ID == w.Key && o.Label != "" {
					return "[" + o.Label + "]"
				}
			}
		}
		return "[" + w.Key + "]"
	case edgeResult, edgeOutcome:
		return w.Key
	}
	return w.Kind
}
