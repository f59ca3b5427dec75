package bot_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
)

// desked is a platform in memory that gets a desk.
type desked struct {
	*bottest.Memory
	desk bot.Desk
}

func (d *desked) Attach(desk bot.Desk) { d.desk = desk }

// online says that the platform is in reach.
func (d *desked) online(t *testing.T) {
	t.Helper()
	if err := d.desk.Online(t.Context(), "memory"); err != nil {
		t.Fatal(err)
	}
}

// desk puts the stand on it.
func (s *stand) desk() *desked {
	d := &desked{Memory: s.mem}
	s.opt.Adapters = []bot.Adapter{d}
	return d
}

// again counts who was shown their question again, and how often.
func (s *stand) again(user string) (n int) {
	for _, text := range s.mem.Texts(user) {
		if text == "again" {
			n++
		}
	}
	return n
}

func TestGapShowsOpenQuestionsAgain(t *testing.T) {
	for _, c := range []struct {
		away time.Duration
		want int
	}{{150 * time.Second, 0}, {151 * time.Second, 1}, {50 * time.Hour, 1}} {
		for _, over := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				s := newStand(t)
				d := s.desk()
				s.start()
				synctest.Wait()
				d.online(t) // the first time ever is no gap
				s.mem.Say(anna, "ask")
				s.say(bela, "nothing is open here")
				time.Sleep(time.Second)
				for range 5 {
					time.Sleep(15 * time.Second)
					d.online(t)
				}
				if over {
					s.restart()
					synctest.Wait()
				}
				time.Sleep(c.away)
				if last, err := d.desk.LastOnline(t.Context(), "memory"); err != nil || time.Since(last) != c.away {
					t.Errorf("last contact %v ago, want %v; %v", time.Since(last), c.away, err)
				}
				d.online(t)
				time.Sleep(time.Minute)
				d.online(t)
				time.Sleep(time.Minute)
				synctest.Wait()
				if n := s.again(anna); n != c.want {
					t.Errorf("away for %v, restart %v: asked again %d times, want %d", c.away, over, n, c.want)
				}
				if n := s.again(bela); n != 0 {
					t.Errorf("asked again without a question")
				}
				s.stop()
				for _, user := range []string{anna, bela} { // what is logged names a person, and no account, not even in a digest
					if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(user))); strings.Contains(s.log.String(), sum[:16]) {
						t.Error("the log holds a digest of an account, which trying all numbers undoes")
					}
				}
			})
		}
	}
}

// Asking goes gently, and over restarts: everybody is asked once for a gap, and anew for the next one.
func TestAskingAgainIsGentleAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		d := s.desk()
		s.start()
		synctest.Wait()
		d.online(t)
		const people = 130
		var users []string
		for i := range people {
			users = append(users, fmt.Sprintf("user%03d", i))
			s.mem.Say(users[i], "ask")
		}
		counts := func() (once, twice int) {
			for _, u := range users {
				switch s.again(u) {
				case 0:
				case 1:
					once++
				case 2:
					once++
					twice++
				default:
					t.Fatalf("%s was asked %d times", u, s.again(u))
				}
			}
			return once, twice
		}
		synctest.Wait()
		time.Sleep(5 * time.Second)
		d.online(t) // too soon to be written down
		time.Sleep(3 * time.Minute)
		d.online(t)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if once, _ := counts(); once < 35 || once > 45 {
			t.Errorf("%d were asked within 2 s, want 40", once)
		}
		s.restart() // in the midst of it
		synctest.Wait()
		d.online(t)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if once, twice := counts(); once != people || twice != 0 {
			t.Errorf("after a restart %d are asked, %d twice", once, twice)
		}
		d.online(t)
		time.Sleep(3 * time.Minute)
		d.online(t)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if _, twice := counts(); twice < 35 || twice > 45 {
			t.Errorf("for the next gap %d were asked within 2 s", twice)
		}
		time.Sleep(20 * time.Second)
		if once, twice := counts(); once != people || twice != people {
			t.Errorf("for the next gap %d are asked, %d twice", once, twice)
		}
		s.stop()
	})
}

// A gap that begins while people are asked for the one before is for all of them.
func TestSecondGapWhileAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		d := s.desk()
		slow := &machine{}
		s.opt.Machine = slow
		s.start(func(in bot.Store) bot.Store {
			return store{Store: in, step: func(ctx context.Context, ev flows.Event, m flows.Machine) (flows.Result, error) {
				if ev.Kind == flows.Away {
					time.Sleep(100 * time.Second)
				}
				return in.Step(ctx, ev, m)
			}}
		})
		synctest.Wait()
		d.online(t)
		for _, u := range []string{"a", "b", "c"} {
			s.mem.Say(u, "ask")
		}
		synctest.Wait()
		time.Sleep(151 * time.Second)
		d.online(t)
		time.Sleep(151 * time.Second) // a was asked, b is being asked
		d.online(t)
		time.Sleep(time.Hour)
		synctest.Wait()
		if a, b, c := s.again("a"), s.again("b"), s.again("c"); a != 2 || b != 2 || c != 1 {
			t.Errorf("asked %d, %d and %d times", a, b, c)
		}
		s.stop()
	})
}

// That a platform is back says nothing of who can be reached there: nothing is tried again for that.
func TestGapEndsNoHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		d := s.desk()
		m := &machine{}
		s.opt.Machine = m
		try := s.fail(anna, bot.Unreachable)
		s.start()
		synctest.Wait()
		d.online(t)
		s.mem.Say(anna, "ask")
		time.Sleep(3 * time.Minute)
		d.online(t)
		time.Sleep(time.Minute)
		synctest.Wait()
		if try.n() != 1 || m.runs(flows.Away) != 1 {
			t.Errorf("%d attempts, %d Away events", try.n(), m.runs(flows.Away))
		}
		s.stop()
	})
}

// notes counts what is written down.
type notes struct {
	bot.Store
	n int
}

func (n *notes) Online(ctx context.Context, platform string, at time.Time) error {
	n.n++
	return n.Store.Online(ctx, platform, at)
}

func TestContactIsWrittenDownRarely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		d := s.desk()
		n := &notes{}
		s.start(func(st bot.Store) bot.Store { n.Store = st; return n })
		synctest.Wait()
		for range 600 {
			d.online(t)
			time.Sleep(100 * time.Millisecond)
		}
		if n.n != 4 {
			t.Errorf("written %d times in a minute, want 4", n.n)
		}
		if err := d.desk.Online(t.Context(), "nobody's"); err == nil {
			t.Error("a platform that does not exist is in reach")
		}
		s.stop()
	})
}

// Everybody may have written meanwhile, also who was asked nothing.
func TestPeopleOfAPlatform(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		d := s.desk()
		s.start()
		for i := range 5 {
			s.mem.Say(fmt.Sprint("asked", i), "ask")
			s.mem.Say(fmt.Sprint("other", i), "hello")
		}
		synctest.Wait()
		var got []string
		for after := ""; ; {
			page, next, err := d.desk.People(t.Context(), "memory", after, 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range page {
				got = append(got, a.User)
			}
			if after = next; next == "" {
				break
			}
		}
		if want := []string{"asked0", "asked1", "asked2", "asked3", "asked4", "other0", "other1", "other2", "other3", "other4"}; !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
		s.stop()
	})
}
