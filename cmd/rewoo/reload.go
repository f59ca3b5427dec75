package main

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"rewoo/flows"
)

// shelf keeps the flows that sessions under way may be on; see storage.DB.PutShapes.
type shelf interface {
	PutShapes(ctx context.Context, now time.Time, current []flows.Kept) (old []flows.Kept, err error)
}

// reloader puts libraries in place: the first one before the bot runs, others while it does. A library is loaded, checked and
// played through; then its shapes are written, together with what is replaced; then one pointer is swapped. If anything is found,
// all stays as it is. For an author, who waits for it and is alone with it, the playing comes last (reloadFirst). It is called from
// any goroutine, and does one thing at a time.
type reloader struct {
	dir    string // of the operator's own flows; "": those that ship
	shelf  shelf
	log    *slog.Logger
	now    func() time.Time
	where  *place
	setup  func() flows.Setup
	follow []func(*flows.Library) // whoever shows something of the library besides what its conversations say

	memory *flows.Memory // of what was loaded, for who loads again and again; nil: there is none

	turn sync.Mutex // of whoever reads the files; held for seconds

	mu    sync.Mutex
	lib   *flows.Library // in place, without a setup
	state flowsReport
}

// flowsReport is what rewoo status says of the conversations.
type flowsReport struct {
	Loaded   time.Time `json:"loaded"`
	Flows    int       `json:"flows"`
	Old      int       `json:"old"`                // flows that were replaced, and that sessions may still be on
	Failed   time.Time `json:"failed,omitzero"`    // a reload after Loaded
	Findings int       `json:"findings,omitempty"` // of it
	First    string    `json:"first,omitempty"`    // of these
}

// text is the report for people.
func (r flowsReport) text(now time.Time) string {
	s := fmt.Sprintf("%d, loaded %s ago", r.Flows, span(now.Sub(r.Loaded)))
	if r.Old > 0 {
		s += fmt.Sprintf("; %d older ones for sessions under way", r.Old)
	}
	switch {
	case r.Failed.IsZero():
		return s
	case r.Findings == 0:
		return s + fmt.Sprintf("; they were to be loaded again %s ago, and were not: %s", span(now.Sub(r.Failed)), r.First)
	}
	count := "1 finding"
	if r.Findings > 1 {
		count = fmt.Sprintf("%d findings, the first", r.Findings)
	}
	return s + fmt.Sprintf("; they were to be loaded again %s ago, and were not, for %s: %s", span(now.Sub(r.Failed)), count, r.First)
}

// put puts a library in place that was found to be fine. The shapes are on the disk before the first step with it.
func (l *reloader) put(ctx context.Context, lib *flows.Library) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	old, err := l.shelf.PutShapes(ctx, now, lib.Shapes())
	if err != nil {
		return err
	}
	lib, left := lib.Keep(old)
	for _, name := range left {
		l.log.Warn("an old flow does not stand beside the present ones; its sessions end with one sentence", "flow", name)
	}
	l.lib = lib
	l.where.lib.Store(lib.With(l.setup()))
	l.state = flowsReport{Loaded: now, Flows: len(lib.Flows), Old: len(old) - len(left)}
	for _, show := range l.follow {
		show(lib)
	}
	return nil
}

// moved says that the setup is another by now.
func (l *reloader) moved() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.where.lib.Store(l.lib.With(l.setup()))
}

// current is the library in place, without a setup.
func (l *reloader) current() *flows.Library {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lib
}

func (l *reloader) report() flowsReport {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state
}

// reload reads everything again. With findings, or an error, the old library stays.
func (l *reloader) reload(ctx context.Context) ([]flows.Finding, error) {
	l.turn.Lock()
	defer l.turn.Unlock()
	run, found, err := loadFlows(l.dir, l.memory)
	if err == nil && len(found) == 0 {
		found, err = run.playAll(ctx, nil)
	}
	return found, l.took(ctx, run, len(found) > 0, found, err)
}

// reloadFirst puts what was read in place as soon as it is checked: its transcripts are the caller's to play. Warnings are found, and
// keep nothing back.
func (l *reloader) reloadFirst(ctx context.Context) (*testRun, []flows.Finding, error) {
	l.turn.Lock()
	defer l.turn.Unlock()
	run, found, err := loadFlows(l.dir, l.memory)
	return run, found, l.took(ctx, run, run == nil, found, err)
}

// took puts a library in place, or notes why it was not.
func (l *reloader) took(ctx context.Context, run *testRun, kept bool, found []flows.Finding, err error) error {
	if err == nil && !kept {
		err = l.put(ctx, run.lib)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err != nil:
		l.state.Failed, l.state.Findings, l.state.First = l.now(), 0, err.Error()
	case kept:
		l.state.Failed, l.state.Findings, l.state.First = l.now(), len(found), found[0].String()
	}
	return err
}

// loadFlows loads the library and checks it. With errors among what is found there is nothing to run.
func loadFlows(dir string, memory *flows.Memory) (*testRun, []flows.Finding, error) {
	fsys, err := flowFiles(dir)
	if err != nil {
		return nil, nil, err
	}
	lib, found := flows.LoadWith(fsys, flows.LoadOptions{Memory: memory})
	if lib == nil {
		return nil, found, nil
	}
	return &testRun{dir: dir, fsys: fsys, lib: lib, cover: lib.Cover(), say: func(string, ...any) {}}, found, nil
}

// onSignal reloads whenever something comes through hup, until ctx ends.
func (l *reloader) onSignal(ctx context.Context, hup <-chan os.Signal) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-hup:
		}
		found, err := l.reload(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			l.log.Error("the flows were not loaded again; the old ones stay", "error", err)
		case len(found) > 0:
			l.log.Error("the flows were not loaded again; the old ones stay", "findings", len(found), "first", found[0].String())
		default:
			state := l.report()
			l.log.Info("the flows were loaded again", "flows", state.Flows, "old", state.Old)
		}
	}
}

// onChange calls do whenever files of a folder have changed and lain still for one look, until ctx ends. It says whether flow files
// were among them, or only others, such as transcripts. done is what they looked like before they were read.
func onChange(ctx context.Context, dir string, done looks, every time.Duration, do func(flowsToo bool)) {
	last := done
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := looksLike(dir)
		still := now == last
		last = now
		if !still || now == done {
			continue
		}
		flowsToo := now.flows != done.flows
		done = now
		do(flowsToo)
	}
}

// looks are what files looked like: how large they are and when they changed last.
type looks struct{ flows, others string }

// looksLike looks at the files of a folder and of the folders in it, which is where flows and transcripts lie, through links too. A
// file that cannot be looked at is left to loading, which says why.
func looksLike(dir string) looks {
	var f, others strings.Builder
	_ = fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case d.IsDir():
			if name != "." && (strings.HasPrefix(d.Name(), ".") || strings.Contains(name, "/")) {
				return fs.SkipDir // of another program's, or of none that is read
			}
			return nil
		}
		var b *strings.Builder
		switch strings.ToLower(path.Ext(name)) {
		case ".txt":
			b = &others
		case ".yaml", ".yml":
			b = &f
		default:
			return nil // an editor's own, as it comes and goes
		}
		if info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name))); err == nil {
			fmt.Fprintf(b, "%q %d %d\n", name, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return looks{f.String(), others.String()}
}
