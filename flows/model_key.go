package flows

import (
	"slices"
	"strings"
)

// The key of a state: what of it can still make a difference. Ids, tokens, counters and times are none of it.

// key appends all that counts.
func (m *model) key(out []byte, w *modelWorld) []byte {
	out = m.surroundings(out, w)
	p := w.me()
	if p == nil {
		return out
	}
	for i := range p.Tracks {
		out = m.trackKey(append(out, '|'), w, p, &p.Tracks[i])
	}
	return out
}

// place is the part of the key by which things around the flow are tried once.
func (m *model) place(w *modelWorld) string {
	out := m.surroundings(nil, w)
	if t := m.own(w); t != nil {
		for i := range t.Frames {
			f := &t.Frames[i]
			out = append(append(append(append(out, f.Flow...), '.'), f.Step...), '/')
			if f.Held {
				out = append(out, '!')
			}
		}
		out = append(append(out, t.Phase...), "01"[btoi(t.Parked)])
	}
	return string(out)
}

// surroundings are all but the conversation itself.
func (m *model) surroundings(out []byte, w *modelWorld) []byte {
	flag := func(b bool) { out = append(out, "01"[btoi(b)]) }
	count := func(n, most int) { out = append(out, byte('0'+min(n, most))) }
	p := w.me()
	if flag(p == nil); p == nil {
		return out
	}
	q, coupled := w.self.Partner(p.ID)
	for _, b := range []bool{w.self.paired(), coupled, w.peer != nil, p.Welcomed, p.Stopped, p.Gone, p.Parked != "", p.Budget.Unasked >= m.lib.dailyUnasked(p, w.now) && p.Budget.Date == m.lib.localDate(p, w.now), p.Budget.Knocks >= maxKnocks && p.Budget.Date == m.lib.localDate(p, w.now)} {
		flag(b)
	}
	count(len(p.Inbox), 2)
	count(len(p.Coming), 1)
	count(len(p.Passed), 2)
	count(len(p.Tries), maxTries)
	count(len(p.Also), 3)
	undo := 0
	for _, x := range p.Passed {
		undo += btoi(x.Undo != "")
	}
	count(undo, 1)
	for _, x := range p.Waiting {
		out = append(append(out, x.Flow...), ',')
	}
	out = m.pairKey(out, p)
	out = m.coupleKey(out, w, p)
	if coupled {
		count(len(q.Coming), 1)
		count(len(q.Inbox), 1)
		count(len(q.Shown), 1)
		count(len(q.Passed), 1)
	}
	if w.peer != nil {
		_, q := w.person(modelOther)
		if q != nil {
			out = m.pairKey(append(out, '~'), q)
			for i := range q.Tracks {
				f := q.Tracks[i].top()
				out = append(append(append(append(out, f.Flow...), f.Step...), q.Tracks[i].Phase...), ',')
			}
		}
	}
	return m.sideKey(out, p)
}

// sideKey is other conversations, and timers that belong to none.
func (m *model) sideKey(out []byte, p *Person) []byte {
	for i := range p.Tracks {
		t := &p.Tracks[i]
		if f := t.Frames[0].Flow; f != m.flow.Name {
			out = append(append(append(append(append(out, f...), ' '), t.Phase...), "01"[btoi(t.Parked)]), t.top().Step...)
		} else {
			out = append(out, '*')
		}
	}
	var others []string
	for _, t := range p.Timers {
		if t.Track == 0 && t.What != "schedule" && t.What != "reveal" {
			others = append(others, t.What+t.Nominal)
		}
	}
	slices.Sort(others)
	return append(out, strings.Join(others, ",")...)
}

func (m *model) pairKey(out []byte, p *Person) []byte {
	x := p.Pair
	if x == nil {
		return append(out, '-')
	}
	for _, b := range []bool{x.Code != "", x.Peer != "", x.Confirmed, x.Account, x.Move, x.Ended} {
		out = append(out, "01"[btoi(b)])
	}
	return out
}

// coupleKey is what lies with the couple: whose it is, and whether the other's fits.
func (m *model) coupleKey(out []byte, w *modelWorld, p *Person) []byte {
	c := &w.self.Couple
	var some []string
	add := func(mine bool, what, key string) { some = append(some, what+string("yn"[btoi(!mine)])+key) }
	for _, o := range c.Opened {
		add(o.By == p.ID, "o", o.Name)
	}
	for _, o := range c.Offers {
		add(o.By == p.ID, "h", likeOffer(o.Key))
	}
	for _, v := range c.Votes {
		add(v.By == p.ID, "v", v.Key)
	}
	for _, shelf := range [][]Record{c.Records, p.Records} {
		for _, r := range shelf {
			some = append(some, "r"+r.Kind+r.State)
		}
		for _, name := range keysOf(m.lib.Records) {
			n := 0
			for _, r := range shelf {
				n += btoi(r.Kind == name)
			}
			if n >= m.lib.Records[name].Most {
				some = append(some, "all"+name)
			}
		}
	}
	slices.Sort(some)
	return append(append(out, c.Facts[wordsFact].S...), strings.Join(slices.Compact(some), ",")...)
}

// likeOffer is the question of an offer, without the item that was drawn.
func likeOffer(key string) string {
	if parts := strings.SplitN(key, "/", 3); len(parts) == 3 {
		return parts[0] + "/" + parts[1]
	}
	return key
}

// trackKey is a conversation.
func (m *model) trackKey(out []byte, w *modelWorld, p *Person, t *Track) []byte {
	out = append(append(out, t.Phase...), "01"[btoi(t.Parked)], "01"[btoi(t.Prompt != "")])
	for i := range t.Frames {
		out = m.frameKey(append(out, '/'), w, p, t, i)
	}
	marks := t.Marks
	if len(marks) > 2 {
		marks = marks[len(marks)-2:]
	}
	for _, k := range marks {
		out = append(append(append(out, '<'), byte('0'+k.Depth)), k.Step...)
	}
	out = append(out, ' ')
	for _, timer := range p.Timers {
		if timer.Track == t.ID {
			out = append(append(out, timer.What...), "01"[btoi(timer.Visit == t.Visit)], ',')
		}
	}
	live := 0
	for _, b := range p.Buttons {
		if b.Track == t.ID {
			live++
			if b.shows() {
				out = append(out, 'o')
			}
		}
	}
	return append(out, byte('0'+min(live, 9)))
}

// frameKey is a flow under way.
func (m *model) frameKey(out []byte, w *modelWorld, p *Person, t *Track, i int) []byte {
	f := &t.Frames[i]
	out = append(append(append(out, f.Flow...), '.'), f.Step...)
	flow := m.lib.flowOf(f)
	var st *Step
	if flow != nil {
		st = flow.ByID[f.Step]
	}
	out = append(out, "01"[btoi(f.Followed)], byte('0'+len(f.Picked)), byte('0'+len(f.Both)), "01"[btoi(f.Page > 0)])
	if st != nil && st.Kind.previews() {
		out = append(out, "01"[btoi(f.Held)], byte('0'+f.Sharing+1), "01"[btoi(f.Preview != nil)])
		if f.Preview != nil && m.lib.soundsLikeDanger(f.Preview) {
			out = append(out, '!')
		}
	}
	for _, name := range keysOf(f.Visits) {
		out = append(append(out, name...), byte('0'+min(f.Visits[name], 30)))
	}
	if f.Record != nil {
		out = append(append(append(out, 'R'), "01"[btoi(f.Record.Fields != nil)]), recordState(w, p, f.Record)...)
	}
	if st == nil {
		return out
	}
	return m.sessionKey(out, t, i, flow, st)
}

// sessionKey is what was answered and drawn in a flow under way, as far as it is still to be read.
func (m *model) sessionKey(out []byte, t *Track, i int, flow *Flow, st *Step) []byte {
	f := &t.Frames[i]
	live := func(name string) bool {
		return m.fold.live[st][name] || slices.ContainsFunc(t.Marks, func(k Mark) bool { return k.Depth == i+1 && m.fold.live[flow.ByID[k.Step]][name] })
	}
	for _, name := range keysOf(f.Answers) {
		sees := m.seesOf(f, flow, name)
		shared := sees != SeesNever && live("sh."+name)
		if shared || live("me."+name) || i < len(t.Frames)-1 && st.Ask == name {
			out = m.fold.answer(append(append(append(out, ';'), name...), '='), flow, name, f.Answers[name])
		}
		if shared {
			out = append(append(out, ' '), sees...)
		}
	}
	for _, name := range keysOf(f.Items) {
		binding := strings.TrimSuffix(name, " offered")
		switch {
		case name == shownCard || strings.HasSuffix(name, " seen") || !live("it."+name):
		case binding != name:
			out = append(append(append(out, ';'), name...), byte('0'+len(strings.Fields(f.Items[name]))))
		default:
			out = append(append(append(append(out, ';'), name...), ':'), m.fold.like(m.listOf(flow, name), f.Items[name])...)
		}
	}
	return out
}

// seesOf is who may come to see an answer: of a drawn question, as that says.
func (m *model) seesOf(f *Frame, flow *Flow, name string) string {
	d := flow.Answers[name]
	if d == nil {
		return SeesNever
	}
	if d.Type == FromList {
		if l := m.listOf(flow, name); l != nil {
			if it := l.ByID[f.Items[name]]; it != nil && it.Decl != nil {
				return it.Decl.PartnerSees
			}
		}
	}
	return d.PartnerSees
}

// listOf is where a binding is drawn from.
func (m *model) listOf(f *Flow, binding string) *List {
	for _, s := range f.Steps {
		if s.Kind == KDraw && s.Draw == binding {
			return m.lib.Lists[s.From]
		}
	}
	return nil
}

// recordState is that of the record at hand; "" when it is gone.
func recordState(w *modelWorld, p *Person, b *Bound) string {
	for _, shelf := range [][]Record{w.self.Couple.Records, p.Records} {
		for _, r := range shelf {
			if r.ID == b.ID && r.Kind == b.Kind {
				return r.State + "."
			}
		}
	}
	return ""
}
