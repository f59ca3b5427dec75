package flows

import (
	"slices"
	"strings"
)

// Choosing one record of several, and showing them all.

const (
	pickPage  = maxOffered // records on one page
	pickMore  = "more"
	lineShown = 160 // characters of a record in a line of several
	listPart  = 2500
)

// pickable are the records that a step is for, newest first.
func (r *run) pickable(p *Person, t *Track, st *Step) []*Record {
	kind := r.lib.Records[st.Record]
	if kind == nil {
		return nil
	}
	shelf := *r.shelf(p, kind)
	var rec *Record
	names := r.names(p, t, nil)
	get := func(name string) (Value, bool) {
		if field, ok := cutScope(name, recordScope); ok {
			return rec.value(field)
		}
		return names(name)
	}
	var out []*Record
	for i := len(shelf) - 1; i >= 0; i-- {
		if rec = &shelf[i]; rec.Kind == st.Record && (st.Where == nil || st.Where.Bool(get)) {
			out = append(out, rec)
		}
	}
	return out
}

// page are the records that a pick shows now. Past the last one it begins again.
func (r *run) page(p *Person, t *Track, st *Step) (now []*Record, more bool) {
	all, f := r.pickable(p, t, st), t.top()
	if f.Page >= len(all) {
		f.Page = 0
	}
	return all[f.Page:min(f.Page+pickPage, len(all))], len(all) > pickPage
}

func (r *run) presentPick(p *Person, id int, st *Step) {
	t := p.track(id)
	now, more := r.page(p, t, st)
	if len(now) == 0 { // gone meanwhile
		r.next(p, id, st.None)
		return
	}
	t.Phase = Asking
	body := []Block{{Text: fill(st.Text, r.holes(p, t))}}
	var buttons []Button
	for i, rec := range now {
		n := itoa(i + 1)
		body = append(body, Block{Text: r.lib.word("item_line", "n", n, "text", r.lib.recordLine(rec))})
		buttons = append(buttons, Button{Choice: n, Label: r.lib.word("label_item", "n", n), Value: "answer:" + rec.ID})
	}
	if more {
		buttons = append(buttons, Button{Choice: pickMore, Label: r.lib.word("label_more"), Value: pickMore})
	}
	for _, e := range st.Exits {
		buttons = append(buttons, Button{Choice: e.ID, Label: e.Label, Value: "exit:" + e.ID})
	}
	r.prompt(p, id, body, append(buttons, r.skipButton()))
}

// pickText reads a number of the page.
func (r *run) pickText(p *Person, id int, st *Step, text string) {
	now, _ := r.page(p, p.track(id), st)
	for i, rec := range now {
		if fold(text) == itoa(i+1) {
			r.pickButton(p, id, st, "answer:"+rec.ID)
			return
		}
	}
	r.say(p, r.lib.word("wrong_choice", "options", strings.Join(r.liveLabels(p, id), " / ")))
}

// pickButton takes the record of a button, or turns the page.
func (r *run) pickButton(p *Person, id int, st *Step, value string) {
	t := p.track(id)
	if value == pickMore {
		t.top().Page += pickPage
		r.present(p, id)
		return
	}
	chosen, _ := strings.CutPrefix(value, "answer:")
	if !slices.ContainsFunc(r.pickable(p, t, st), func(rec *Record) bool { return rec.ID == chosen }) {
		r.present(p, id)
		return
	}
	t.top().Record = &Bound{Kind: st.Record, ID: chosen}
	t.Marks = append(t.Marks, Mark{Depth: len(t.Frames), Step: st.ID})
	r.closePrompt(p, id)
	r.next(p, id, st.Go)
}

// listRecords shows all of them. Where a timer led there it keeps quiet, as say does.
func (r *run) listRecords(p *Person, t *Track, st *Step) (next Target, waits bool) {
	if r.moved && r.holding {
		t.Phase = Quiet
		return Target{}, true
	}
	all := r.pickable(p, t, st)
	if len(all) == 0 {
		return st.None, false
	}
	body, size := []Block{{Text: fill(st.Text, r.holes(p, t))}}, 0
	for i, rec := range all {
		line := r.listLine(p, i+1, rec)
		if size += length(line) + lineBreaks; size > listPart { // what is long comes in parts
			r.sayBlocks(p, body)
			body, size = nil, length(line)
		}
		body = append(body, Block{Text: line})
	}
	r.sayBlocks(p, body)
	return st.Go, false
}

func (r *run) sayBlocks(p *Person, body []Block) {
	if !r.moved {
		r.emit(p, Message{Body: body, Private: true})
	}
}

func (r *run) listLine(p *Person, n int, rec *Record) string {
	holes := []string{"n", itoa(n), "text", r.lib.recordLine(rec), "date", r.shownDay(p, rec.now().At)}
	if versions := len(rec.Versions); versions > 1 {
		return r.lib.word("record_line_versions", append(holes, "versions", itoa(versions))...)
	}
	return r.lib.word("record_line", holes...)
}

// recordLine is a record in one line: its first text, or what it has instead.
func (l *Library) recordLine(rec *Record) string {
	kind := l.Records[rec.Kind]
	if kind == nil {
		return ""
	}
	fields := rec.now().Fields
	i := slices.IndexFunc(kind.Fields, func(d *Decl) bool { return d.Type == Text })
	if i < 0 {
		i = slices.IndexFunc(kind.Fields, func(d *Decl) bool { _, ok := fields[d.Name]; return ok })
	}
	if i < 0 {
		return l.word("record_untold")
	}
	v, ok := fields[kind.Fields[i].Name]
	if !ok {
		return l.word("record_untold")
	}
	line := []rune(oneLine(l.shownField(v, kind.Fields[i])))
	if len(line) > lineShown {
		line = append(line[:lineShown-1], '…')
	}
	return string(line)
}

// shownField is a value as people read it.
func (l *Library) shownField(v Value, d *Decl) string {
	if v.T == YesNo && d != nil {
		return l.word("label_" + v.S)
	}
	return l.show(v, d)
}
