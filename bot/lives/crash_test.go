package lives

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"rewoo/storage"
)

// maxFlying is how many sends of one adapter may be under way, and so cut off, when a process dies.
const maxFlying = 16

// A life in which the process is killed at random moments ends as the same life in peace: for everybody the same messages in the
// same order with the same ids, texts and buttons, the same states, answers and timers. The only thing that may come twice, one
// right after the other, is what was on its way to somebody when the process died.
func TestKilledCouples(t *testing.T) {
	couples, days, kills := 8, 1, 20
	if soak() {
		couples, days, kills = 20, 2, 200
	}
	calm := &killer{t: t, dir: t.TempDir(), couples: couples, days: days}
	began := time.Now()
	calm.play(0, nil)
	want, bk := calm.outcome()
	took := time.Since(began)
	if err := want.rich(bk, couples, days); err != nil {
		t.Fatal(err)
	}
	if len(want.repeats) > 0 {
		t.Fatalf("in peace, these came twice: %v", want.repeats)
	}

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed of the kills %d", seed)
	wild := &killer{t: t, dir: t.TempDir(), couples: couples, days: days, rng: rand.New(rand.NewPCG(seed, 1)), begin: 50 * time.Millisecond}
	began = time.Now()
	wild.play(kills, calm.moves())
	got, bk := wild.outcome()
	messages := 0
	for _, m := range got.phones {
		messages += len(m)
	}
	t.Logf("%d couples, %d kills, %d acts and %d passed over, %d messages, %d repeats; %v in peace, %v with kills",
		couples, wild.kills, len(bk.over)-bk.skipped, bk.skipped, messages, len(got.repeats), took, time.Since(began))
	if d := got.differs(want); d != "" {
		t.Error(d)
	}
	if wild.kills < kills*9/10 {
		t.Errorf("only %d kills", wild.kills)
	}
	inLife := map[int]int{}
	for _, r := range got.repeats {
		if r.within {
			t.Fatalf("without a kill between, %s came twice to %s", r.message, r.user)
		}
		if inLife[r.life]++; inLife[r.life] > maxFlying {
			t.Fatalf("life %d repeats more than was on its way", r.life)
		}
	}
}

// killer plays a life in processes of its own.
type killer struct {
	t             *testing.T
	dir           string
	couples, days int
	rng           *rand.Rand
	lives, kills  int
	begin         time.Duration // how long a process needs to begin
}

// play starts children until the life is through. It kills so many of them, each some time after the book reached a random length:
// so kills fall on every part of the life, and on the start of a process, too. Each fourth comes after a move of the clock, when
// timers go off, of which a book tells little. moves are the lengths at which those end, and then that of the whole book.
func (k *killer) play(kills int, moves []int64) {
	k.t.Helper()
	aims := make([]int64, kills)
	for i := range aims {
		aims[i] = k.rng.Int64N(moves[len(moves)-1])
		if i%4 == 0 {
			aims[i] = moves[k.rng.IntN(len(moves)-2)] // but for the last, which is the end
		}
	}
	slices.Sort(aims)
	for through := false; !through; k.lives++ {
		exe, err := os.Executable()
		if err != nil {
			k.t.Fatal(err)
		}
		var stderr bytes.Buffer
		cmd := exec.CommandContext(k.t.Context(), exe)
		cmd.Env = append(os.Environ(), childEnv+"="+k.dir, fmt.Sprintf("%s=%d %d %d", shapeEnv, k.couples, k.days, k.lives))
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			k.t.Fatal(err)
		}
		ended := make(chan struct{})
		shot := make(chan bool, 1)
		go func() { shot <- k.lives < kills && k.shoot(cmd.Process, aims[k.lives], ended) }()
		err = cmd.Wait()
		close(ended)
		switch killed := <-shot; {
		case err == nil:
			through = true
		case killed && cmd.ProcessState.ExitCode() == -1:
			k.kills++
		default:
			k.t.Fatalf("life %d ended by itself: %v\n%s", k.lives, err, stderr.String())
		}
	}
}

// shoot kills p a moment after the book has got so far, unless p ended before. When it had got so far already, p dies a moment
// after it went on with the life, or before that.
func (k *killer) shoot(p *os.Process, aim int64, ended chan struct{}) bool {
	spawned, marks := time.Now(), k.size(marksName)
	moment := 10 * time.Millisecond // an act, with all that follows from it
	if passed := k.size(bookName) >= aim; passed && k.rng.IntN(3) == 0 {
		moment = k.begin // the start of a process
	} else {
		for k.size(bookName) < aim || k.size(marksName) == marks {
			select {
			case <-ended:
				return false
			case <-time.After(time.Millisecond):
			}
		}
		if passed {
			k.begin = time.Since(spawned)
		}
	}
	select {
	case <-ended:
		return false
	case <-time.After(time.Duration(k.rng.Int64N(int64(moment)))):
	}
	return p.Kill() == nil
}

// size tells how long a file of the life is.
func (k *killer) size(name string) int64 {
	info, err := os.Stat(filepath.Join(k.dir, name))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			k.t.Error(err)
		}
		return 0
	}
	return info.Size()
}

// moves gives the lengths of the book after each move of the clock, and in the end. A killed life has the same: whatever the
// order of acts, all of a scene are in the book before the clock moves on.
func (k *killer) moves() (out []int64) {
	k.t.Helper()
	all, err := os.ReadFile(filepath.Join(k.dir, bookName))
	if err != nil {
		k.t.Fatal(err)
	}
	at := int64(0)
	for l := range bytes.Lines(all) {
		at += int64(len(l))
		var n note
		if err := json.Unmarshal(l, &n); err != nil {
			k.t.Fatal(err)
		}
		if !n.Now.IsZero() {
			out = append(out, at)
		}
	}
	return append(out, at)
}

func (k *killer) outcome() (outcome, *book) {
	k.t.Helper()
	ph, err := newPhones(k.dir)
	if err != nil {
		k.t.Fatal(err)
	}
	bk, err := openBook(filepath.Join(k.dir, bookName))
	if err != nil {
		k.t.Fatal(err)
	}
	db, err := storage.Open(filepath.Join(k.dir, dbName), storage.Options{})
	if err != nil {
		k.t.Fatal(err)
	}
	defer db.Close()
	o, err := outcomeOf(ph.got, db)
	if err != nil {
		k.t.Fatal(err)
	}
	return o, bk
}
