package discord

import "time"

// leave keeps a message where it is, to be fetched when its turn comes. What is no message cannot be fetched: the app
// says that it failed.
func (l *lanes) leave(p *lane, it item) bool {
	if it.in.what != message || p.chat == "" {
		return false
	}
	if p.skipped == "" {
		p.queue = append(p.queue, item{fetch: &fetch{after: lastMessage(p.queue, it.in.id)}})
	}
	if newer(it.in.id, p.skipped) {
		p.skipped = it.in.id
	}
	return true
}

// lastMessage is the id behind which a fetch must begin.
func lastMessage(queue []item, next string) string {
	last := ""
	for _, it := range queue {
		if it.in.what == message && newer(it.in.id, last) {
			last = it.in.id
		}
	}
	if last == "" {
		last = before(moment(next)) // the queue is all taps; older messages are known and drop out by their ids
	}
	return last
}

// gap lets everything that a person wrote after a message be fetched before what they do from now on. There is no note that all is
// well until the first gapsMost are: with more, one would come so late that the platform seemed to have been away.
func (l *lanes) gap(user, chat, after string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.of(user, chat)
	for i, it := range p.queue {
		if it.fetch != nil && it.fetch.gap && !(i == 0 && p.busy) {
			if newer(it.fetch.after, after) {
				it.fetch.after = after
			}
			return
		}
	}
	f := &fetch{after: after, gap: true, counts: l.behind < gapsMost}
	p.queue = append(p.queue, item{fetch: f})
	if f.counts {
		l.behind++
	}
	l.ready(p)
}

// fetched is done for a fetch that got everything up to seen. If the gateway told of something newer that was left to
// the fetch, it stays for another try: false.
func (l *lanes) fetched(p *lane, seen string, last bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p.skipped != "" && newer(p.skipped, seen) && !last {
		return false
	}
	p.skipped = ""
	l.drop(p)
	l.release(p)
	return true
}

// giveUp is done for a fetch that can never be had.
func (l *lanes) giveUp(p *lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p.skipped = "" // what comes after it is worth another one
	l.drop(p)
	l.release(p)
}

// later gives the lane back and puts its first item, a fetch, in line again after d: what the person does meanwhile
// does not wait for it.
func (l *lanes) later(p *lane, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	it := p.queue[0]
	l.drop(p)
	if it.fetch.counts {
		l.behind++ // the gap is still open
	}
	chat := p.chat
	time.AfterFunc(d, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		p := l.of(p.user, chat)
		p.queue = append(p.queue, it)
		l.ready(p)
	})
	l.release(p)
}
