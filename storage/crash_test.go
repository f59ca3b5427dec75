package storage

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"rewoo/flows"
)

// childEnv makes the test binary a process that steps until it is killed.
const childEnv = "REWOO_STORAGE_TEST_CHILD"

// tellers is how many people talk to the child at once, each in a unit of their own.
const tellers = 8

// count is a machine that counts the events of a unit in its state, and queues and keeps the number.
var count = does(func(in flows.Input, ev flows.Event) flows.Output {
	s := in.Self
	if s.Unit == "" {
		var n int
		fmt.Sscanf(ev.From.User, "user%d", &n)
		s = alone(n, n)
	}
	p := &s.People[0]
	p.LastMsg++
	p.Timers = []flows.Timer{timer("next", time.Duration(p.LastMsg)*time.Minute)}
	id := fmt.Sprint(p.LastMsg)
	return flows.Output{
		States:   []flows.State{s},
		Messages: []flows.Message{{ID: id, To: p.ID}},
		Journal:  []flows.Entry{{Person: p.ID, ID: id, Until: t0.AddDate(1, 0, 0)}},
	}
})

// child prints who told it, and the number, of every event that Step acknowledged.
func child(path string) int {
	db, err := Open(path, Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	snap, err := db.Snapshot(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	failed := make(chan error)
	for who, n := range told(snap) {
		go func() {
			for {
				n++
				if _, err := db.Step(ctx, event(who, n), count); err != nil {
					failed <- err
				}
				fmt.Println(who, n)
			}
		}()
	}
	fmt.Fprintln(os.Stderr, <-failed)
	return 1
}

func event(who, n int) flows.Event { return said(fmt.Sprintf("event %d of %d", n, who), who) }

// told gives the number of the last event of each teller.
func told(snap Snapshot) (last [tellers]int) {
	for who := range last {
		for _, s := range snap.States {
			if s.Unit == unit(who) {
				last[who] = s.People[0].LastMsg
			}
		}
	}
	return last
}

func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rewoo.db")
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var acknowledged [tellers]int
	for round := range 6 {
		cmd := exec.Command(exe)
		cmd.Env = append(os.Environ(), childEnv+"="+path)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(out)
		first, err := lines.ReadString('\n')
		if err != nil {
			cmd.Process.Kill()
			t.Fatal(err)
		}
		if round == 0 { // while it runs, nobody else gets in
			if db, err := Open(path, Options{LockTimeout: 60 * time.Millisecond}); err == nil {
				db.Close()
				t.Error("opened beside another process")
			}
		}
		time.AfterFunc(time.Duration(10+rand.IntN(150))*time.Millisecond, func() { cmd.Process.Kill() })
		listen(t, &acknowledged, first, lines)
		cmd.Wait()
		acknowledged = verify(t, path, acknowledged)
	}
	t.Logf("%d events acknowledged", acknowledged)
}

// listen reads to the end; a line that was cut off does not count.
func listen(t *testing.T, last *[tellers]int, line string, r *bufio.Reader) {
	for err := error(nil); err == nil; line, err = r.ReadString('\n') {
		var who, n int
		if _, err := fmt.Sscanf(line, "%d %d\n", &who, &n); err != nil {
			t.Fatal(err)
		}
		if n != last[who]+1 {
			t.Fatalf("teller %d went on at %d after %d", who, n, last[who])
		}
		last[who] = n
	}
	io.Copy(io.Discard, r)
}

// verify gives the number of the last event of each teller that is there.
func verify(t *testing.T, path string, acknowledged [tellers]int) [tellers]int {
	t.Helper()
	db := reopen(t, path)
	defer db.Close()
	check(t, db)
	snap := snapshot(t, db)
	all := 0
	for who, n := range told(snap) {
		all += n
		if n != acknowledged[who] && n != acknowledged[who]+1 { // the last one may have committed unheard
			t.Errorf("teller %d: %d events are there, %d were acknowledged", who, n, acknowledged[who])
		}
		for i := max(1, n-3); i <= n; i++ {
			if res, err := db.Step(ctx, event(who, i), never(t)); err != nil || !res.Seen {
				t.Errorf("event %d of %d is not marked seen: %v", i, who, err)
			}
		}
	}
	if len(snap.Outbox) != all || len(snap.Journal) != all {
		t.Errorf("%d events, %d messages, %d entries: half a step", all, len(snap.Outbox), len(snap.Journal))
	}
	return told(snap)
}
