package flows

import (
	"slices"
	"strings"
)

// weekdays are the days as files name them, in the order of time.Weekday.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// days reads on which days a schedule comes, and on whose clock.
func (p *flowParser) days(n *yamlNode, f *Flow) {
	_, couple := cutScope(f.Start.Schedule, "couple")
	f.Start.Couple = couple
	if v := n.get("clock"); v != nil {
		f.Start.Couple = p.word(n, "clock", "couple") == "couple"
		switch {
		case f.Start.Schedule == "":
			p.log.add("F01", v.pos, "remove it, or add schedule:", "clock says on whose clock a schedule goes, and there is none")
		case own(f.Start.Schedule):
			p.log.add("F01", v.pos, "name a fact of the couple, or remove clock:", "%s is a time of one person, and goes by their own clock", f.Start.Schedule)
			f.Start.Couple = false
		}
	}
	v := n.get("days")
	switch {
	case v == nil:
		return
	case f.Start.Schedule == "":
		p.log.add("F01", v.pos, "remove it, or add schedule:", "days says on which days a schedule comes, and there is none")
		return
	case !spanFact(f.Start.Schedule):
		p.log.add("F01", v.pos, "write the days into the schedule", "five fields say on which days they come, and need no days beside them")
		return
	case v.kind == yamlScalar && spanFact(v.text):
		f.Start.Days = v.text
		if couple && own(v.text) {
			p.log.add("F01", v.pos, "name a fact of the couple", "both come together by the couple's clock, and %s is one person's own", v.text)
			f.Start.Days = ""
		}
		return
	}
	f.Start.Days = strings.Join(p.weekdays(v), " ")
}

func (p *flowParser) weekdays(v *yamlNode) (out []string) {
	list := v.list
	if v.kind != yamlList {
		list = []*yamlNode{v}
	} else if len(list) == 0 {
		p.log.add("F01", v.pos, "write days: [sun, wed], or remove it", "days is empty")
	}
	for _, d := range list {
		switch {
		case !p.isScalar(d, "days"):
		case !slices.Contains(weekdays, d.text):
			p.log.add("F01", d.pos, didYouMean(d.text, weekdays), "days cannot be %q", d.text)
		case slices.Contains(out, d.text):
			p.log.add("F01", d.pos, "keep one of the two", "%q is there twice", d.text)
		default:
			out = append(out, d.text)
		}
	}
	return out
}
