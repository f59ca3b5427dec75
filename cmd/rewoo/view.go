package main

import (
	"context"

	"rewoo/bot/web"
	"rewoo/flows"
	"rewoo/storage"
)

// viewer shows the page where things stand. It hands on no words: only places, times and ids.
type viewer struct{ db *storage.DB }

// title is what the person on a phone wants to be called; "" while they have not said.
func (v viewer) title(ctx context.Context, user string) string {
	snap, err := v.db.Snapshot(ctx)
	if err != nil {
		return ""
	}
	for _, s := range snap.States {
		for i := range s.People {
			if p := &s.People[i]; p.Addr.User == user {
				return p.Name()
			}
		}
	}
	return ""
}

func (v viewer) bonnet(ctx context.Context) (web.Bonnet, error) {
	snap, err := v.db.Snapshot(ctx)
	if err != nil {
		return web.Bonnet{}, err
	}
	b := web.Bonnet{Tracks: []web.TrackView{}, Timers: []web.TimerView{}, Outbox: []web.OutboxView{}}
	for _, s := range snap.States {
		for i := range s.People {
			p := &s.People[i]
			for _, t := range p.Tracks {
				top := t.Frames[len(t.Frames)-1]
				b.Tracks = append(b.Tracks, web.TrackView{Person: p.Addr.User, Flow: top.Flow, Step: top.Step, Phase: string(t.Phase), Expires: t.Expires})
			}
			for _, t := range p.Timers {
				b.Timers = append(b.Timers, web.TimerView{Person: p.Addr.User, What: t.What, Due: t.Due, Flow: flowOf(p, t)})
			}
		}
	}
	lanes := map[flows.Lane]string{flows.LaneReply: "reply", flows.LaneCard: "card", flows.LaneScheduled: "scheduled"}
	for _, q := range snap.Outbox {
		b.Outbox = append(b.Outbox, web.OutboxView{Person: q.To.User, ID: q.Message.ID, Lane: lanes[q.Message.Lane], Queued: q.At})
	}
	return b, nil
}

// flowOf names the conversation a timer belongs to.
func flowOf(p *flows.Person, timer flows.Timer) string {
	for _, t := range p.Tracks {
		if t.ID == timer.Track {
			return t.Frames[len(t.Frames)-1].Flow
		}
	}
	return timer.Flow
}
