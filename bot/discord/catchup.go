package discord

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"rewoo/bot"
)

const (
	margin    = 2 * time.Minute    // how much earlier than the last note it begins
	longest   = 6 * 24 * time.Hour // seen marks live for a week
	firstTime = 24 * time.Hour     // when there was no note at all
	deskPage  = 500
	pageSize  = 100
	again     = 200 * time.Millisecond
)

// catchUp has everybody's missed messages fetched: a new session knows nothing of what came before it.
func (r *run) catchUp() error {
	if r.desk == nil {
		return nil
	}
	last, err := r.desk.LastOnline(r.ctx, Platform)
	if err != nil {
		return err
	}
	now := r.now()
	since := last.Add(-margin)
	if last.IsZero() {
		since = now.Add(-firstTime)
	}
	after := before(later(since, now.Add(-longest)))
	for user := ""; ; {
		page, next, err := r.desk.People(r.ctx, Platform, user, deskPage)
		if err != nil {
			return err
		}
		for _, a := range page {
			if a.Chat != "" {
				r.lanes.gap(a.User, a.Chat, after)
			}
		}
		if user = next; user == "" {
			return nil
		}
	}
}

// fetch gets one page of what a person wrote and hands it over, oldest first, under the ids that the gateway would have
// given: what is known drops out. It gives the lane back. Its error is one of handle.
func (r *run) fetch(p *lane, f *fetch, chat string, slow bool) error {
	ctx := patient(r.ctx, holdHere)
	if slow {
		if r.slow.Wait(r.ctx) != nil {
			return nil
		}
		ctx = unhurried(ctx)
	}
	var page []json.RawMessage
	query := url.Values{"after": {f.after}, "limit": {"100"}}
	err := r.rest.do(ctx, call{method: http.MethodGet, path: "/channels/" + url.PathEscape(chat) + "/messages", query: query}, &page)
	if err != nil {
		return r.fetchFailed(p, f, err)
	}
	type entry struct {
		id string
		in incoming
	}
	var all []entry
	for _, raw := range page {
		var m struct{ ID string }
		_ = json.Unmarshal(raw, &m)
		all = append(all, entry{m.ID, ofMessage(r.me.AppID, raw)})
	}
	slices.SortFunc(all, func(a, b entry) int {
		if newer(a.id, b.id) {
			return 1
		}
		return -1
	})
	for _, e := range all {
		if e.in.what == message && e.in.event.From.User == p.user {
			if err := r.handle(r.ctx, e.in.event); err != nil {
				return err
			}
		}
		if newer(e.id, f.after) {
			f.after = e.id
		}
	}
	switch {
	case len(page) >= pageSize:
		f.tries = 0
		r.lanes.more(p, 0)
	case !r.lanes.fetched(p, f.after, f.tries >= fetchTries): // told of by the gateway, and not there yet
		f.tries++
		r.lanes.more(p, again)
	}
	return nil
}

// fetchFailed tries again later: a while at the head of the person's line, then behind what they do meanwhile. It gives
// up only what can never be had.
func (r *run) fetchFailed(p *lane, f *fetch, err error) error {
	if r.ctx.Err() != nil {
		return nil
	}
	if unauthorized(err) {
		return refused("401")
	}
	failed := sendError(err, false)
	switch failed.Class {
	case bot.Limited:
		r.lanes.more(p, max(failed.After, again))
	case bot.Transient, bot.Ambiguous:
		if f.tries++; f.tries <= fetchTries {
			r.lanes.more(p, r.times.Backoff<<f.tries)
		} else {
			r.lanes.later(p, r.times.Longest)
		}
	default:
		level := slog.LevelWarn
		if failed.Class == bot.Unreachable { // nobody's business
			level = slog.LevelDebug
		}
		r.log.Log(r.ctx, level, "what somebody may have written meanwhile cannot be fetched", "platform", Platform, "failure", failed)
		r.lanes.giveUp(p)
	}
	return nil
}
