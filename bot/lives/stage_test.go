package lives

import (
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"rewoo/bot/bottest"
	"rewoo/flows"
)

// carrier brings a life to a bot. What it returns is the end of the life.
type carrier interface {
	deliver(ev flows.Event) error // hands ev over until that is acknowledged
	settle() error                // waits until everything that can be delivered is
	fire(now time.Time) error
	nextDue() (time.Time, bool, error)
}

// stage is where a life is played, from where the book says it was left.
type stage struct {
	carrier
	book   *book
	phones *phones
	clock  *bottest.Clock
	alone  bool // one lane after the other
}

func (s *stage) play(scenes []scene) error {
	s.clock.Set(start)
	if !s.book.now.IsZero() {
		s.clock.Set(s.book.now)
	}
	for i, sc := range scenes {
		if i >= s.book.scene {
			if err := s.moveTo(start.Add(sc.until)); err != nil {
				return fmt.Errorf("before scene %d: %w", i, err)
			}
			if err := s.book.write(note{Begun: i + 1}); err != nil {
				return err
			}
		}
		if i < s.book.scene-1 { // the next one has begun, so this one is over
			continue
		}
		if err := s.scene(sc); err != nil {
			return fmt.Errorf("scene %d: %w", i, err)
		}
	}
	return nil
}

// scene plays all lanes, and waits until everybody has what it brought.
func (s *stage) scene(sc scene) error {
	var g errgroup.Group
	if s.alone {
		g.SetLimit(1)
	}
	for _, lane := range sc.lanes {
		g.Go(func() error {
			for _, a := range lane {
				if err := s.act(a); err != nil {
					return fmt.Errorf("act %s: %w", a.id, err)
				}
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return s.settle()
}

// act does one act. One that was said before goes out again as it was; one that is new depends on what its person sees, so
// everything has to have come first.
func (s *stage) act(a act) error {
	ev, said, over := s.book.find(a.id)
	if over {
		return nil
	}
	if !said {
		if err := s.settle(); err != nil {
			return err
		}
		var ok bool
		if ev, ok = s.phones.event(a); !ok {
			return s.book.write(note{Skip: a.id})
		}
		if err := s.book.say(ev); err != nil {
			return err
		}
	}
	if err := s.deliver(ev); err != nil {
		return err
	}
	return s.book.write(note{Over: a.id})
}

// moveTo takes the clock to target. Everything due on the way goes off at its own time, and has arrived before what comes next.
func (s *stage) moveTo(target time.Time) error {
	for {
		if err := s.settle(); err != nil {
			return err
		}
		next, ok, err := s.nextDue()
		if err != nil {
			return err
		}
		due := ok && !next.After(target)
		if !due {
			next = target
		}
		if next.After(s.clock.Now()) {
			if err := s.book.write(note{Now: next}); err != nil {
				return err
			}
			s.clock.Set(next)
		}
		if !due {
			return nil
		}
		if err := s.fire(s.clock.Now()); err != nil {
			return err
		}
	}
}
