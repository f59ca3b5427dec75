package bot_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
)

// twoDoors is a person with two accounts. Each input is answered where it came from, after a line to the other account.
type twoDoors struct{ bottest.Echo }

func (twoDoors) Step(in flows.Input, ev flows.Event) flows.Output {
	s := flows.State{Unit: flows.UnitID(fmt.Sprintf("%032x", 1)), People: []flows.Person{{ID: flows.PersonID(fmt.Sprintf("%032x", 2))}}}
	if len(in.Self.People) > 0 {
		s = in.Self.Clone()
	}
	p := &s.People[0]
	if ev.Kind != flows.Said {
		p.Gone = ev.Kind == flows.Gone
		return flows.Output{States: []flows.State{s}}
	}
	other := flows.Address{Platform: ev.From.Platform, User: map[string]string{anna: bela, bela: anna}[ev.From.User]}
	p.Addr, p.Also = ev.From, []flows.Address{other}
	p.LastMsg += 2
	say := func(n int, text string, at *flows.Address) flows.Message {
		return flows.Message{ID: fmt.Sprint("m", n), To: p.ID, Body: []flows.Block{{Text: text}}, At: at}
	}
	return flows.Output{States: []flows.State{s}, Messages: []flows.Message{say(p.LastMsg-1, "aside", &other), say(p.LastMsg, "here", nil)}}
}

// A line to another account that cannot be reached is dropped: its person is elsewhere, in reach, and nothing waits behind it.
func TestAnAccountOutOfReachHoldsUpNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.opt.Machine = twoDoors{}
		s.start()
		s.say(anna, "one")
		synctest.Wait()
		s.sees(anna, "here")
		s.sees(bela, "aside")
		s.fail(anna, bot.Unreachable)
		for range 3 {
			s.say(bela, "more")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		s.sees(bela, "aside", "here", "here", "here")
		s.sees(anna, "here")
		for _, u := range s.units() {
			if u.People[0].Gone {
				t.Error("somebody who has an account in reach is gone")
			}
		}
	})
}

// A message to an account that is nobody's, or somebody else's, is an output that breaks the rules: none of it counts.
func TestMessagesGoToOnesOwnAccounts(t *testing.T) {
	s := newStand(t)
	s.opt.Machine = stray{}
	s.start()
	s.say(anna, "one")
	s.settled()
	s.sees(anna)
	s.sees(bela)
	if got := s.units(); len(got[0].People) != 0 {
		t.Errorf("%+v", got)
	}
}

type stray struct{ twoDoors }

func (stray) Step(in flows.Input, ev flows.Event) flows.Output {
	out := (twoDoors{}).Step(in, ev)
	out.States[0].People[0].Also = nil
	return out
}
