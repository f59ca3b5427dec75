package storage

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"rewoo/flows"
)

// childEnv makes the test binary a process that steps until it is killed.
const childEnv = "REWOO_STORAGE_TEST_CHILD"

// count is a machine that counts events in the state, and queues and keeps the number.
var count = does(func(in flows.Input, ev flows.Event) flows.Output {
	s := in.Self
	if s.Unit == "" {
		s = alone(1, 1)
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

// child prints the number of every event that Step acknowledged.
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
	n := 0
	if len(snap.States) > 0 {
		n = snap.States[0].People[0].LastMsg
	}
	for {
		n++
		if _, err := db.Step(ctx, said(fmt.Sprint("event ", n), 1), count); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println(n)
	}
}

func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rewoo.db")
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	acknowledged := 0
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
		last := lastNumber(t, first, lines)
		cmd.Wait()
		if last <= acknowledged {
			t.Fatalf("it went on at %d after %d", last, acknowledged)
		}
		acknowledged = last
		verify(t, path, acknowledged)
	}
	t.Logf("%d commits acknowledged", acknowledged)
}

// lastNumber reads to the end; a line that was cut off does not count.
func lastNumber(t *testing.T, line string, r *bufio.Reader) (last int) {
	for err := error(nil); err == nil; line, err = r.ReadString('\n') {
		n, perr := strconv.Atoi(line[:len(line)-1])
		if perr != nil {
			t.Fatal(perr)
		}
		last = n
	}
	io.Copy(io.Discard, r)
	return last
}

func verify(t *testing.T, path string, acknowledged int) {
	t.Helper()
	db := reopen(t, path)
	defer db.Close()
	check(t, db)
	snap := snapshot(t, db)
	n := snap.States[0].People[0].LastMsg
	if n != acknowledged && n != acknowledged+1 { // the last one may have committed unheard
		t.Errorf("%d commits are there, %d were acknowledged", n, acknowledged)
	}
	if len(snap.Outbox) != n || len(snap.Journal) != n {
		t.Errorf("%d events, %d messages, %d entries: half a step", n, len(snap.Outbox), len(snap.Journal))
	}
	for i := max(1, n-3); i <= n; i++ {
		if res, err := db.Step(ctx, said(fmt.Sprint("event ", i), 1), never(t)); err != nil || !res.Seen {
			t.Errorf("event %d is not marked seen: %v", i, err)
		}
	}
}
