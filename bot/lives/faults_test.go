package lives

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
	"rewoo/storage"
)

// The life that is broken at every moment.
const faultCouples, faultDays = 2, 1

// Wherever a write, a send or an acknowledgement fails, the life ends as in peace. What a failure between sending and
// crossing off explains comes once more, and nothing else does. Without REWOO_SOAK there is time for a part, spread over the life.
func TestEveryFailure(t *testing.T) {
	breakAll(t, soaked(4*time.Second, 5*time.Minute), 0, func(*testing.T, string) kept { return memory{bottest.NewMemStore()} })
}

// The same with the file that is used in earnest, which is slower: as many moments as there is time for, spread over the life. Chance
// says which, so that many runs see all.
func TestFailuresOnDisk(t *testing.T) {
	breakAll(t, soaked(2*time.Second, 20*time.Second), int(time.Now().UnixNano()&0xffff), func(t *testing.T, path string) kept {
		db, err := storage.Open(path, storage.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		return db
	})
}

func soaked(without, with time.Duration) time.Duration {
	if soak() {
		return with
	}
	return without
}

type opener func(t *testing.T, path string) kept

// breakAll breaks a life at every moment, each in a run of its own, as far as the time goes.
func breakAll(t *testing.T, enough time.Duration, first int, open opener) {
	lib, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	calm := broken(t, lib, moment{}, open)
	if calm.err != nil {
		t.Fatal(calm.err)
	}
	if err := calm.rich(calm.book, faultCouples, faultDays); err != nil {
		t.Fatal(err)
	}
	moments := spread(calm.moments)
	count := counted(t, moments)
	var next, repeats atomic.Int64
	t.Cleanup(func() {
		t.Logf("%d of %d moments broken, %d repeats, %v; there are %v",
			min(int(next.Load()), len(moments)), len(moments), repeats.Load(), time.Since(began).Round(time.Millisecond), count)
	})
	for w := range runtime.GOMAXPROCS(0) {
		t.Run(fmt.Sprint("worker ", w), func(t *testing.T) {
			t.Parallel()
			for time.Since(began) < enough && !t.Failed() {
				i := int(next.Add(1)) - 1
				if i >= len(moments) {
					break
				}
				m := moments[(first+i)%len(moments)]
				e := broken(t, lib, m, open)
				if why := e.wrong(m, calm); why != "" {
					t.Errorf("%s, %s: %s", m.op, m.at, why)
				}
				repeats.Add(int64(len(e.repeats)))
			}
		})
	}
}

// counted counts moments by kind, and sees to it that each is there once.
func counted(t *testing.T, ms []moment) map[string]int {
	seen, count := map[moment]bool{}, map[string]int{}
	for _, m := range ms {
		if seen[m] {
			t.Fatalf("%v comes twice: it does not tell where a life breaks", m)
		}
		seen[m] = true
		op, _, _ := strings.Cut(m.op, " ")
		count[op+" "+m.at]++
	}
	return count
}

// ended is a life that is over.
type ended struct {
	outcome
	book    *book
	moments []moment
	struck  bool
	lives   int
	err     error
}

// broken plays a life that breaks at m; at none, if that is zero. No real time passes in it but what it computes.
func broken(t *testing.T, lib *flows.Library, m moment, open opener) (e ended) {
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	synctest.Test(t, func(t *testing.T) {
		tr := &trouble{fault: m}
		ph, err := newPhones("")
		if err != nil {
			t.Fatal(err)
		}
		ph.fault = tr.send
		if e.book, err = openBook(""); err != nil {
			t.Fatal(err)
		}
		c := &troubled{lib: lib, db: open(t, filepath.Join(dir, dbName)), tr: tr, ph: ph, clock: &bottest.Clock{}}
		c.begin()
		s := &stage{carrier: c, book: e.book, phones: ph, clock: c.clock, alone: true}
		e.err = s.play(life(faultCouples, faultDays))
		if err := c.end(); e.err == nil {
			e.err = err
		}
		if e.err == nil {
			e.outcome, e.err = outcomeOf(ph.got, c.db)
		}
		e.moments, e.struck, e.lives = tr.moments, tr.struck, c.lives
	})
	return e
}

// send fails a send that has not reached anybody, and one that has.
func (tr *trouble) send(op string) error {
	if op, ok := strings.CutSuffix(op, arrived); ok {
		if tr.strikes(moment{op, after}) {
			return &bot.SendError{Class: bot.Ambiguous, Code: "fault"}
		}
		return nil
	}
	if tr.strikes(moment{op, before}) {
		return &bot.SendError{Class: bot.Transient, Code: "fault"}
	}
	return nil
}

// wrong says what is not as in peace, apart from what a life that breaks at m may repeat.
func (e ended) wrong(m moment, calm ended) string {
	if e.err != nil {
		return e.err.Error()
	}
	if !e.struck {
		return "it never came"
	}
	op := strings.Fields(m.op)
	var may []repeat
	switch {
	case op[0] == "done" && m.at == before: // the next life sends it
		may = []repeat{{op[1], op[2], 1, false}}
	case op[0] == "send" && m.at == after: // the same one does
		may = []repeat{{op[1], op[2], 0, true}}
	}
	var all []string
	if !slices.Equal(e.repeats, may) {
		all = append(all, fmt.Sprintf("repeated %v, wanted %v", e.repeats, may))
	}
	lives := 1
	if op[0] != "send" && m.at != again && m.at != late {
		lives = 2
	}
	if e.lives != lives {
		all = append(all, fmt.Sprintf("%d bots, wanted %d", e.lives, lives))
	}
	if d := e.differs(calm.outcome); d != "" {
		all = append(all, d)
	}
	return strings.Join(all, "\n")
}

// spread puts moments into an order in which every beginning is spread evenly over the whole life.
func spread(ms []moment) []moment {
	step := len(ms)*618/1000 | 1
	for gcd(step, len(ms)) != 1 {
		step += 2
	}
	out := make([]moment, len(ms))
	for i := range out {
		out[i] = ms[i*step%len(ms)]
	}
	return out
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
