package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/config"
	"rewoo/flows"
	"rewoo/storage"
)

const (
	tripOne = `flow: trip
version: 1
title: Trip
start: { command: trip }
expires: { after: 20h }
answers:
  where: { type: text, max: 100, keep: none }
  when: { type: text, max: 100, keep: none }
steps:
  where: { ask: where, text: "Where to?", skip: when, timeout: { after: 2h, go: done }, go: when }
  when: { ask: when, text: "And when?", skip: done, timeout: { after: 2h, go: done }, go: done }
  done: { say: "Have a good trip.", end: done }
`
	tripTwo = `flow: trip
version: 2
title: Trip
start: { command: trip }
expires: { after: 20h }
answers:
  where: { type: text, max: 100, keep: none }
steps:
  where: { ask: where, text: "Where to?", skip: done, timeout: { after: 2h, go: done }, go: done }
  done: { say: "Off you go.", end: done }
`
)

// outing is a folder with flows of its own, a data file, and one person who talks to what is in place.
type outing struct {
	t     *testing.T
	dir   string
	file  string
	db    *storage.DB
	again *reloader
	now   time.Time
	seq   int
}

func newOuting(t *testing.T, files map[string]string) *outing {
	t.Helper()
	o := &outing{t: t, dir: t.TempDir(), file: filepath.Join(t.TempDir(), dbName), now: time.Date(2026, 3, 2, 18, 0, 0, 0, time.UTC)}
	for _, name := range []string{"words.yaml", "person.yaml", "couple.yaml", "zones.yaml", "lists/danger.yaml"} {
		data, err := fs.ReadFile(flows.Shipped(), name)
		if err != nil {
			t.Fatal(err)
		}
		o.write(name, string(data))
	}
	o.write("greeting.yaml", "flow: greeting\nversion: 1\ntitle: G\nstart: { on: welcome }\nsteps:\n  hi: { say: \"Hello.\", end: welcomed }\n")
	for name, text := range files {
		o.write(name, text)
	}
	o.start()
	t.Cleanup(func() { o.db.Close() })
	o.says("/start", "Hello.")
	return o
}

func (o *outing) write(name, text string) {
	o.t.Helper()
	path := filepath.Join(o.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		o.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		o.t.Fatal(err)
	}
}

// start opens the file and puts what is in the folder in place, as a program does that begins.
func (o *outing) start() {
	o.t.Helper()
	db, err := storage.Open(o.file, storage.Options{NoSync: true})
	if err != nil {
		o.t.Fatal(err)
	}
	lib, found := flows.Load(os.DirFS(o.dir))
	for _, f := range found {
		o.t.Fatal(f)
	}
	o.db = db
	o.again = &reloader{dir: o.dir, shelf: db, log: slog.New(slog.DiscardHandler), now: func() time.Time { return o.now },
		where: newPlace(lib), setup: func() flows.Setup { return flows.Setup{} }}
	if err := o.again.put(context.Background(), lib); err != nil {
		o.t.Fatal(err)
	}
}

func (o *outing) restart() {
	o.t.Helper()
	if err := o.db.Close(); err != nil {
		o.t.Fatal(err)
	}
	o.start()
}

// says lets the person write text, and demands the first line of the last thing that they are shown.
func (o *outing) says(text, want string) {
	o.t.Helper()
	ctx := context.Background()
	o.seq++
	ev := flows.Event{ID: fmt.Sprint("event ", o.seq), Kind: flows.Said, From: flows.Address{Platform: "x", User: "a"}, At: o.now, Text: text, Seed: flows.Seed{byte(o.seq)}}
	if _, err := o.db.Step(ctx, ev, o.again.where); err != nil {
		o.t.Fatal(err)
	}
	got := ""
	for {
		heads, err := o.db.Heads(ctx)
		if err != nil {
			o.t.Fatal(err)
		}
		if len(heads) == 0 {
			break
		}
		for _, q := range heads {
			if q.Message.Op == flows.Show {
				got = q.Message.Body[0].Text
			}
			if err := o.db.Done(ctx, q.Key, q.To, ""); err != nil {
				o.t.Fatal(err)
			}
		}
	}
	if got != want {
		o.t.Fatalf("%q gets %q, not %q", text, got, want)
	}
}

func (o *outing) reload(findings int) {
	o.t.Helper()
	found, err := o.again.reload(context.Background())
	if err != nil || len(found) != findings {
		o.t.Fatalf("reload: %v, findings %v", err, found)
	}
}

// A session that stands at a step which is gone finishes on the flow as it was, over a restart too; the next begins on the new one.
func TestReloadLeavesSessionsOnTheirShape(t *testing.T) {
	for _, restarts := range []bool{false, true} {
		o := newOuting(t, map[string]string{"trip.yaml": tripOne})
		o.says("/trip", "Where to?")
		o.says("Brest", "And when?")
		o.write("trip.yaml", tripTwo)
		if restarts {
			o.restart()
		} else {
			o.reload(0)
		}
		if r := o.again.report(); r.Old != 1 || !r.Failed.IsZero() {
			t.Fatalf("%+v", r)
		}
		o.says("what?", "Have a good trip.")
		o.says("/trip", "Where to?")
		o.restart()
		o.says("Brest", "Off you go.")
	}
}

// Nobody can be on a flow that was replaced so long ago: it goes, and its sessions with it.
func TestReplacedFlowsGo(t *testing.T) {
	o := newOuting(t, map[string]string{"trip.yaml": tripOne})
	o.write("trip.yaml", tripTwo)
	o.reload(0)
	o.now = o.now.Add(20*time.Hour + 48*time.Hour)
	if err := o.db.Prune(context.Background(), o.now); err != nil {
		t.Fatal(err)
	}
	o.restart()
	if r := o.again.report(); r.Old != 0 {
		t.Fatalf("%+v", r)
	}
}

// A removed flow ends its sessions with one plain sentence.
func TestReloadWithoutAFlow(t *testing.T) {
	o := newOuting(t, map[string]string{"trip.yaml": tripOne})
	o.says("/trip", "Where to?")
	if err := os.Remove(filepath.Join(o.dir, "trip.yaml")); err != nil {
		t.Fatal(err)
	}
	o.reload(0)
	o.says("Brest", o.again.where.lib.Load().Word("flow_gone"))
}

// On any finding, of the checker or of a transcript, all stays as it is, and says so.
func TestReloadKeepsTheOldOnFindings(t *testing.T) {
	o := newOuting(t, map[string]string{"trip.yaml": tripOne})
	o.says("/trip", "Where to?")
	for name, text := range map[string]string{
		"trip.yaml":         strings.Replace(tripTwo, "go: done }, go: done }", "go: don }, go: done }", 1),
		"transcripts/x.txt": "# x\nAna > /start\nAna < Good day.\n",
	} {
		before := o.again.where.lib.Load()
		o.write(name, text)
		o.now = o.now.Add(time.Minute)
		o.reload(1)
		r := o.again.report()
		if o.again.where.lib.Load() != before || r.Findings != 1 || !r.Failed.Equal(o.now) || !strings.Contains(r.First, name) {
			t.Fatalf("%s: %+v", name, r)
		}
		if s := r.text(o.now); !strings.Contains(s, "for 1 finding: "+r.First) {
			t.Errorf("status says %q", s)
		}
		o.write("trip.yaml", tripOne)
		os.RemoveAll(filepath.Join(o.dir, "transcripts"))
		o.reload(0)
		if r := o.again.report(); !r.Failed.IsZero() || strings.Contains(r.text(o.now), "were not") {
			t.Fatalf("mended: %+v", r)
		}
	}
	o.says("Brest", "And when?")
}

// brokenShelf writes, and then the program is gone.
type brokenShelf struct{ shelf }

func (b brokenShelf) PutShapes(ctx context.Context, now time.Time, current []flows.Kept) ([]flows.Kept, error) {
	if _, err := b.shelf.PutShapes(ctx, now, current); err != nil {
		return nil, err
	}
	return nil, errors.New("killed")
}

// Whether the program that was killed between writing the shapes and swapping comes back with the new flows or with the old ones,
// a session finishes on its shape.
func TestKilledBetweenShapesAndSwap(t *testing.T) {
	for _, back := range []string{tripOne, tripTwo} {
		o := newOuting(t, map[string]string{"trip.yaml": tripOne})
		o.says("/trip", "Where to?")
		o.write("trip.yaml", tripTwo)
		o.again.shelf = brokenShelf{o.db}
		before := o.again.where.lib.Load()
		if _, err := o.again.reload(context.Background()); err == nil || o.again.where.lib.Load() != before {
			t.Fatal("swapped although the shapes were not written")
		}
		o.write("trip.yaml", back)
		o.restart()
		o.says("Brest", "And when?")
		o.says("in May", "Have a good trip.")
	}
}

// The folder of try is looked at again and again; what has lain still after a change is loaded.
func TestChangesAreLoaded(t *testing.T) {
	o := newOuting(t, map[string]string{"trip.yaml": tripOne})
	ctx, cancel := context.WithCancel(t.Context())
	said, ended := make(chan int, 10), make(chan struct{})
	looked := looksLike(o.dir)
	o.write("trip.yaml", tripOne+"# saved after it was read\n")
	go func() {
		defer close(ended)
		onChange(ctx, o.dir, looked, 5*time.Millisecond, func(bool) {
			_, found, err := o.again.reloadFirst(ctx)
			if err != nil {
				t.Error(err)
			}
			said <- len(found)
		})
	}()
	for _, c := range []struct {
		text     string
		findings int
	}{{"", 0}, {tripTwo + "  no: { end: no }\n", 1}, {tripTwo, 0}} {
		if c.text == "" { // the one before
			if n := <-said; n != 0 {
				t.Fatalf("%d findings", n)
			}
			continue
		}
		time.Sleep(30 * time.Millisecond) // it looks, and nothing has changed
		select {
		case n := <-said:
			t.Fatalf("loaded without a change: %d findings", n)
		default:
		}
		o.write("trip.yaml", c.text)
		if n := <-said; n != c.findings {
			t.Fatalf("%d findings", n)
		}
	}
	cancel()
	<-ended
	o.says("/trip", "Where to?")
	o.says("Brest", "Off you go.")
}

// SIGHUP reads the flows again while the bot runs: what shows commands and sentences of its own follows, and a reload that
// finds something is a line in the log with the first of it, and stands in the status.
func TestServeReadsItsFlowsAgain(t *testing.T) {
	file, data := desk(t, both+"flows: mine\n")
	dir := filepath.Join(filepath.Dir(file), "mine")
	write := func(text string) {
		t.Helper()
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "trip.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(tripOne)
	tg, dc := &following{newPlatform("telegram"), make(chan []flows.Command, 9)}, newPlatform("discord")
	p := testParts(tg.platform, dc)
	p.telegram = func(*config.Config, *flows.Library, *slog.Logger) (bot.Adapter, error) { return tg, nil }
	p.identify = func(context.Context, bot.Adapter) (identity, error) { return identity{Shown: "@x", User: "x"}, nil }
	var out bottest.Log
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	hup, done := make(chan os.Signal), make(chan error, 1)
	go func() { done <- serve(ctx, serveOptions{config: file, hup: hup}, p, &out, &out) }()
	<-tg.running
	first := <-tg.follows
	var s statusReport
	ask := func() flowsReport {
		t.Helper()
		if err := askAdmin(ctx, data, "/status", &s); err != nil {
			t.Fatal(err)
		}
		return s.Flows
	}
	if r := ask(); r.Loaded.IsZero() || !r.Failed.IsZero() || r.Old != 0 {
		t.Errorf("at first: %+v", r)
	}
	write(strings.Replace(tripTwo, "command: trip", "command: tour", 1))
	hup <- os.Interrupt // whatever it is called
	second := <-tg.follows
	if !named(first, "trip") || named(first, "tour") || named(second, "trip") || !named(second, "tour") {
		t.Errorf("commands were %v, and are %v", first, second)
	}
	write("flow: trip\n")
	hup <- os.Interrupt
	hup <- os.Interrupt // taken only when the one before is through
	if r := ask(); r.Failed.IsZero() || r.Findings == 0 || r.Old != 1 || !strings.Contains(r.First, "trip.yaml") {
		t.Errorf("at last: %+v", r)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"the flows were loaded again"`, `"the flows were not loaded again; the old ones stay"`, `"first":"trip.yaml:`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the log has no %s:\n%s", want, out.String())
		}
	}
}

func named(commands []flows.Command, name string) bool {
	return slices.ContainsFunc(commands, func(c flows.Command) bool { return c.Name == name })
}

// following is a platform with a menu.
type following struct {
	*platform
	follows chan []flows.Command
}

func (f *following) Follow(_ bot.Lines, commands []flows.Command) { f.follows <- commands }

// BenchmarkReload reads the flows that ship again and again while somebody writes without end. gap-ms is the longest time
// between two steps that ended; step-ms is the longest of as many steps without a reload.
func BenchmarkReload(b *testing.B) {
	db, err := storage.Open(filepath.Join(b.TempDir(), dbName), storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	lib, err := flows.LoadShipped()
	if err != nil {
		b.Fatal(err)
	}
	again := &reloader{shelf: db, log: slog.New(slog.DiscardHandler), now: time.Now, where: newPlace(lib), setup: func() flows.Setup { return flows.Setup{} }}
	n := 0
	longest := func(until func() bool) (most time.Duration, steps int) {
		for last := time.Now(); !until(); steps++ {
			n++
			ev := flows.Event{ID: fmt.Sprint(n), Kind: flows.Said, From: flows.Address{Platform: "x", User: "a"}, At: time.Now(), Text: []string{"/start", "/help"}[min(n-1, 1)], Seed: flows.Seed{1}}
			if _, err := db.Step(context.Background(), ev, again.where); err != nil {
				b.Fatal(err)
			}
			now := time.Now()
			most, last = max(most, now.Sub(last)), now
		}
		return most, steps
	}
	var gap, step time.Duration
	for b.Loop() {
		ended := make(chan error, 1)
		go func() {
			found, err := again.reload(context.Background())
			ended <- errors.Join(err, func() error {
				if len(found) > 0 {
					return errors.New(found[0].String())
				}
				return nil
			}())
		}()
		most, steps := longest(func() bool {
			select {
			case err := <-ended:
				if err != nil {
					b.Error(err)
				}
				return true
			default:
				return false
			}
		})
		gap = max(gap, most)
		usual, _ := longest(func() bool { steps--; return steps < 0 })
		step = max(step, usual)
	}
	b.ReportMetric(float64(gap.Microseconds())/1000, "gap-ms")
	b.ReportMetric(float64(step.Microseconds())/1000, "step-ms")
}

// A folder behind a link is looked at as any other, and so is a file behind one. What other programs keep there is nobody's change.
func TestLooksAtWhatIsRead(t *testing.T) {
	real, dir := t.TempDir(), filepath.Join(t.TempDir(), "link")
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(real, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	write("elsewhere/deeper/far.yaml", "a")
	if err := errors.Join(os.Symlink(real, dir), os.Symlink(filepath.Join(real, "elsewhere", "deeper", "far.yaml"), filepath.Join(real, "near.yaml"))); err != nil {
		t.Skip(err) // not everybody may
	}
	for _, c := range []struct {
		name          string
		flows, others bool
	}{
		{"tea.yaml", true, false}, {"i18n/de.tea.yaml", true, false}, {"old.YML", true, false}, {"transcripts/tea.txt", false, true},
		{"elsewhere/deeper/far.yaml", true, false}, // by its link
		{".git/index", false, false}, {".git/x.yaml", false, false}, {"node_modules/a/b.yaml", false, false}, {".tea.yaml.swp", false, false}, {"tea.yaml~", false, false}, {"schema.json", false, false},
	} {
		before := looksLike(dir)
		write(c.name, "changed")
		if now := looksLike(dir); (now.flows != before.flows) != c.flows || (now.others != before.others) != c.others {
			t.Errorf("%s: flows %v, others %v", c.name, now.flows != before.flows, now.others != before.others)
		}
	}
}

// BenchmarkReloadForAuthors is the time from a file written to its flow in place, where the whole library lies in the author's
// folder: until it is seen that it changed, that it lies still, and that nothing is found.
func BenchmarkReloadForAuthors(b *testing.B) {
	dir := b.TempDir()
	if err := os.CopyFS(dir, flows.Shipped()); err != nil {
		b.Fatal(err)
	}
	db, err := storage.Open(filepath.Join(b.TempDir(), dbName), storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	lib, err := flows.LoadShipped()
	if err != nil {
		b.Fatal(err)
	}
	again := &reloader{dir: dir, shelf: db, log: slog.New(slog.DiscardHandler), now: time.Now, where: newPlace(lib), memory: &flows.Memory{}, setup: func() flows.Setup { return flows.Setup{} }}
	ctx, stop := context.WithCancel(b.Context())
	in, ended, looked := make(chan error), make(chan struct{}), looksLike(dir)
	go func() {
		defer close(ended)
		onChange(ctx, dir, looked, watchEvery, func(bool) {
			run, found, err := again.reloadFirst(ctx)
			if run == nil && err == nil {
				err = errors.New(found[0].String())
			}
			in <- err
		})
	}()
	checkin := filepath.Join(dir, "checkin.yaml")
	text, err := os.ReadFile(checkin)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		text = append(text, '\n')
		if err := os.WriteFile(checkin, text, 0o644); err != nil {
			b.Fatal(err)
		}
		if err := <-in; err != nil {
			b.Fatal(err)
		}
	}
	stop()
	<-ended
}

// BenchmarkLook is one look at such a folder.
func BenchmarkLook(b *testing.B) {
	dir := b.TempDir()
	if err := os.CopyFS(dir, flows.Shipped()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		looksLike(dir)
	}
}
