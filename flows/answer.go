package flows

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// verdict says what an input is to a question.
type verdict int

const (
	accepted verdict = iota
	wrong
	narrowed // zone: several places fit; the candidates are offered
)

// limits that hold whatever a flow says.
const (
	maxText  = 2000 // characters of one answer
	maxMulti = 3    // options of a multi, if it does not say
	// shortText is the longest answer that is kept on one line: in a name, a line break could fake a line of ours.
	shortText = 80
)

// question is an ask step as this person meets it: the declaration, or what the drawn item makes of it.
type question struct {
	step    *Step
	decl    *Decl
	item    *Item   // nil unless drawn
	offered []*Item // type item: what there is to choose from
	ready   []Ready // type text: sentences to choose from where no words can be written
	text    string
}

// options are the question's closed answers with their labels; empty for free text.
func (q *question) options(l *Library) []Option {
	points := 0
	if q.decl.Type == Scale {
		points = q.decl.To - q.decl.From + 1
	}
	out := slices.Grow([]Option(nil), max(0, points, len(q.decl.Options)+len(q.step.Options)))
	switch q.decl.Type {
	case Scale:
		for n := q.decl.From; n <= q.decl.To; n++ {
			id := strconv.Itoa(n)
			out = append(out, Option{ID: id, Label: id})
		}
	case YesNo:
		out = append(out, Option{ID: "yes", Label: l.word("label_yes")}, Option{ID: "no", Label: l.word("label_no")})
	}
	for i, it := range q.offered {
		n := strconv.Itoa(i + 1)
		out = append(out, Option{ID: it.ID, Label: l.word("label_item", "n", n), Also: []string{n}})
	}
	for _, o := range q.decl.Options {
		out = putOption(out, o)
	}
	for _, o := range q.step.Options {
		out = putOption(out, o)
	}
	return out
}

func putOption(out []Option, o Option) []Option {
	for i := range out {
		if out[i].ID == o.ID {
			if o.Label != "" {
				out[i].Label = o.Label
			}
			out[i].Also = append(slices.Clone(out[i].Also), o.Also...)
			return out
		}
	}
	return append(out, o)
}

// labelled is the declaration with the labels in force, for showing a value.
func (q *question) labelled(l *Library) *Decl {
	d := *q.decl
	d.Options = q.options(l)
	return &d
}

// match finds the option that text means: id, label, number or further word; folded, never fuzzy.
func match(options []Option, text string) (string, bool) {
	text = fold(text)
	for _, o := range options {
		if text == fold(o.ID) || text == fold(o.Label) {
			return o.ID, true
		}
		for _, also := range o.Also {
			if text == fold(also) {
				return o.ID, true
			}
		}
	}
	return "", false
}

// read reads text as an answer. candidates is set when the verdict is narrowed.
// A date without a year is the next one where its person is.
func (q *question) read(l *Library, text string, at time.Time, loc *time.Location) (v Value, what verdict, candidates []string) {
	options := q.options(l)
	switch q.decl.Type {
	case Scale:
		if id, ok := match(options, text); ok {
			n, err := strconv.Atoi(id)
			return Value{T: Scale, N: n}, verdictOf(err == nil), nil
		}
	case OneOf, YesNo, ItemOf:
		if id, ok := match(options, text); ok {
			return Value{T: q.decl.Type, S: id}, accepted, nil
		}
	case Multi:
		return q.readMulti(options, text)
	case Text:
		v, ok := q.readWords(text)
		return v, verdictOf(ok), nil
	case Time:
		if id, ok := match(options, text); ok {
			text = id
		}
		w, ok := readTime(text)
		return Value{T: Time, S: w.String()}, verdictOf(ok), nil
	case Number:
		if id, ok := match(options, text); ok {
			text = id
		}
		n, ok := readNumber(text)
		return Value{T: Number, N: n}, verdictOf(ok && q.decl.holds(n)), nil
	case Date:
		s, ok := readDate(text, l.Months, at.In(loc))
		return Value{T: Date, S: s}, verdictOf(ok), nil
	case Zone:
		found := l.readZone(text, at)
		switch len(found) {
		case 0:
		case 1:
			return Value{T: Zone, S: found[0]}, accepted, nil
		default:
			return Value{}, narrowed, found
		}
	}
	return Value{}, wrong, nil
}

// readWords reads a person's own words.
func (q *question) readWords(text string) (Value, bool) {
	text = clean(text)
	if q.maxText() <= shortText {
		text = oneLine(text)
	}
	return Value{T: Text, S: text}, text != "" && length(text) <= q.maxText()
}

// pick is the answer of a button: its option, whatever its label says.
func (q *question) pick(option string) (Value, bool) {
	switch q.decl.Type {
	case Scale:
		n, err := strconv.Atoi(option)
		return Value{T: Scale, N: n}, err == nil
	case Time:
		w, ok := readTime(option)
		return Value{T: Time, S: w.String()}, ok
	case Number:
		n, ok := readNumber(option)
		return Value{T: Number, N: n}, ok && q.decl.holds(n)
	case Zone:
		_, ok := lookupZone(option)
		return Value{T: Zone, S: option}, ok
	case Text:
		return q.pickReady(option)
	}
	return Value{T: q.decl.Type, S: option}, option != ""
}

func verdictOf(ok bool) verdict {
	if ok {
		return accepted
	}
	return wrong
}

func (q *question) maxText() int {
	if q.decl.Max > 0 {
		return min(q.decl.Max, maxText)
	}
	return maxText
}

func (q *question) maxMulti() int {
	if q.decl.Max > 0 {
		return q.decl.Max
	}
	return maxMulti
}

// readMulti reads a list parted by commas or lines; each option once.
func (q *question) readMulti(options []Option, text string) (Value, verdict, []string) {
	var ids []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;\n", r) }) {
		id, ok := match(options, part)
		if !ok {
			return Value{}, wrong, nil
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return Value{T: Multi, L: ids}, verdictOf(len(ids) > 0 && len(ids) <= q.maxMulti()), nil
}

func (w wall) String() string {
	return string([]byte{byte('0' + w.hour/10), byte('0' + w.hour%10), ':', byte('0' + w.minute/10), byte('0' + w.minute%10)})
}

var (
	timeForm   = regexp.MustCompile(`^(\d{1,2})(?:\s*[:.h]\s*(\d{2}))?\s*(a\.?m\.?|p\.?m\.?|h|uhr)?$`)
	timeDigits = regexp.MustCompile(`^(\d{2})(\d{2})$`)
	offsetForm = regexp.MustCompile(`^(?:utc|gmt)?\s*([+-−])\s*(\d{1,2})(?::?(\d{2}))?$`)
)

// readTime reads a time of day: 20:00, 8pm, 8:30 pm, 20.30, 2030, 20.
func readTime(text string) (wall, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	m := timeForm.FindStringSubmatch(text)
	if m == nil {
		if m = timeDigits.FindStringSubmatch(text); m == nil {
			return wall{}, false
		}
		m = append(m, "")
	}
	h, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	switch half := strings.ReplaceAll(m[3], ".", ""); half {
	case "am", "pm":
		if h < 1 || h > 12 {
			return wall{}, false
		}
		h %= 12
		if half == "pm" {
			h += 12
		}
	}
	return wall{h, minute}, h < 24 && minute < 60
}
