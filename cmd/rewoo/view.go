package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

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
	b := web.Bonnet{People: []web.PersonView{}, Tracks: []web.TrackView{}, Timers: []web.TimerView{}, Outbox: []web.OutboxView{}}
	for _, s := range snap.States {
		for i := range s.People {
			p := &s.People[i]
			b.People = append(b.People, web.PersonView{Person: p.Addr.User, Zone: cmp.Or(p.Facts["zone"].S, "UTC")})
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

// belongs refuses a folder whose chats are gone while the bot still remembers people: new messages would be taken for old ones.
func (v viewer) belongs(ctx context.Context, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, web.LogName)); !errors.Is(err, fs.ErrNotExist) {
		return nil // there, or something that opening it will name
	}
	snap, err := v.db.Snapshot(ctx)
	if err != nil {
		return err
	}
	if len(snap.States) > 0 {
		return fmt.Errorf("%s: the bot remembers people, but their phones (%s) are gone; put that file back beside rewoo.db, or begin anew with another --data", dir, web.LogName)
	}
	return nil
}

// wholeFolder refuses the other half: chats whose bot is gone. It would know nobody in them.
func wholeFolder(dir string) error {
	_, phones := os.Stat(filepath.Join(dir, web.LogName))
	_, db := os.Stat(filepath.Join(dir, dbName))
	if phones == nil && errors.Is(db, fs.ErrNotExist) {
		return fmt.Errorf("%s: the phones are there, but what the bot remembers (%s) is gone; put that file back beside %s, or begin anew with another --data", dir, dbName, web.LogName)
	}
	return nil
}
