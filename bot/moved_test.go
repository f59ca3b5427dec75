package bot_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// moved is a machine whose person of anna, who was on another platform before, goes on in memory: what bela says there is theirs.
// Before an answer, op is done to the question that stands on the old account.
func moved(old string, op flows.Op) *machine {
	m := &machine{}
	m.step = func(in flows.Input, ev flows.Event) (flows.Output, bool) {
		out := m.Echo.Step(in, ev)
		if ev.From.User != bela || ev.Kind != flows.Said || len(in.Self.People) == 0 {
			return out, false
		}
		p := &in.Self.People[0]
		if p.Addr.Platform == old {
			p.Also, p.Addr = []flows.Address{p.Addr}, flows.Address{Platform: "memory", User: bela}
		}
		out = flows.Output{States: []flows.State{in.Self}}
		for i, msg := range []flows.Message{{Op: op, On: fmt.Sprintf("%.8s-1", p.ID)}, {Body: []flows.Block{{Text: "here"}}}} {
			msg.ID, msg.To, msg.Until = fmt.Sprint("m", i), p.ID, ev.At.Add(24*time.Hour)
			out.Messages = append(out.Messages, msg)
		}
		return out, true
	}
	return m
}

// ofOld lets what bela writes for the first time be taken for something that anna does on the old platform.
func ofOld(old string) func(bot.Store) bot.Store {
	return func(in bot.Store) bot.Store {
		return store{Store: in, step: func(ctx context.Context, ev flows.Event, m flows.Machine) (flows.Result, error) {
			if ev.From.User == bela {
				ev.From = flows.Address{Platform: old, User: anna}
				return in.Step(ctx, ev, joined{m})
			}
			return in.Step(ctx, ev, m)
		}}
	}
}

// Whoever went to another platform gets all there, though the old one is out of order, limits us, fails, or is not
// configured any more: what is still to be changed there holds up nothing for long.
func TestOldPlatformHoldsUpNothing(t *testing.T) {
	for what, op := range map[string]flows.Op{
		"removed": flows.Close, "down": flows.Close, "closed": flows.Close, "fails": flows.Close, "fails to delete": flows.Delete,
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStand(t)
				var refused atomic.Bool
				old := newShaky(func(context.Context) error {
					if refused.Load() {
						return &bot.PlatformError{Code: "401", Problem: "refused", Hint: "look"}
					}
					return nil
				})
				s.opt.Machine = moved("shaky", op)
				s.supervised(old)
				s.start()
				old.Say(anna, "ask")
				synctest.Wait()
				if got := old.Texts(anna); len(got) != 1 {
					t.Fatalf("on the old platform: %q", got)
				}
				s.stop()
				fails := bot.Transient
				switch what {
				case "removed":
					s.opt.Adapters = []bot.Adapter{s.mem}
				case "down":
					refused.Store(true)
				case "closed":
					fails = bot.Limited
				}
				old.Fail(func(flows.Queued) error {
					f := failure(fails)
					f.After, f.Global = time.Hour, true
					return f
				})
				s.start(ofOld("shaky"))
				time.Sleep(time.Second)
				if what == "closed" { // somebody else learned it
					old.Say("somebody", "hello")
				}
				time.Sleep(time.Second)
				s.mem.Say(bela, "I am here now")
				time.Sleep(30 * time.Second)
				synctest.Wait()
				if op == flows.Delete { // that is worth a while
					s.sees(bela)
					time.Sleep(time.Minute)
					synctest.Wait()
				}
				s.sees(bela, "here")
				if strings.Contains(s.log.String(), "level=INFO msg=\"passed") {
					t.Error("the log tells of an account that is used no more")
				}
				s.stop()
			})
		})
	}
}
