package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"rewoo/bot/play"
	"rewoo/bot/web"
	"rewoo/flows"
)

// watchBeside watches until ctx ends or stop is called, which waits for it.
func (a *author) watchBeside(ctx context.Context, done looks, stdout, stderr io.Writer) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { a.watch(ctx, done, stdout, stderr) })
	return func() { cancel(); wg.Wait() }
}

// watch puts what changes in the folder, since it looked like done, in place, and plays the transcripts afterwards, until ctx ends. A further change ends the
// playing.
func (a *author) watch(ctx context.Context, done looks, stdout, stderr io.Writer) {
	var playing sync.WaitGroup
	stop := func() {}
	defer func() { stop(); playing.Wait() }()
	onChange(ctx, a.dir, done, watchEvery, func(flowsToo bool) {
		stop()
		run, warnings := a.changed(ctx, flowsToo, stdout, stderr)
		playing.Wait()
		if run == nil {
			return
		}
		var later context.Context
		later, stop = context.WithCancel(ctx)
		playing.Go(func() { a.play(later, run, warnings, stderr) })
	})
}

// changed takes a change in, and returns what is to be played over it; nil when there is nothing to play.
func (a *author) changed(ctx context.Context, flowsToo bool, stdout, stderr io.Writer) (*testRun, []flows.Finding) {
	if !flowsToo {
		fsys, err := flowFiles(a.dir)
		if err != nil {
			return nil, nil // the folder is gone; loading would say so, and nothing has changed in what is in place
		}
		lib := a.again.current()
		return &testRun{dir: a.dir, fsys: fsys, lib: lib, cover: lib.Cover()}, a.warned
	}
	run, found, err := a.again.reloadFirst(ctx)
	if ctx.Err() != nil {
		return nil, nil
	}
	a.tell(func(n *web.News) bool { *n = newsOf(n.Seq, found, run != nil, err); return true })
	sayReloaded(stdout, stderr, a.dir, found, run != nil, err)
	if err != nil || run == nil {
		return nil, nil
	}
	a.warned = found
	return run, found
}

func newsOf(seq int, found []flows.Finding, in bool, err error) web.News {
	n := web.News{Seq: seq, At: time.Now(), State: "kept", Findings: found}
	switch {
	case err != nil:
		n.State, n.Text = "failed", err.Error()
	case in:
		n.State, n.Played = "loaded", "playing"
	}
	return n
}

// play plays all transcripts over what is in place, the author's own first, and tells of those that do not hold.
func (a *author) play(ctx context.Context, run *testRun, warnings []flows.Finding, stderr io.Writer) {
	own, others, err := a.transcripts(run)
	count := 0
	run.say = func(string, ...any) { count++ }
	all := slices.Clip(warnings)
	for i, names := range [][]string{own, others} {
		var found []flows.Finding
		if err == nil && len(names) > 0 {
			found, err = run.playAll(ctx, names)
		}
		if ctx.Err() != nil {
			return
		}
		_ = report(stderr, run.dir, found, asLines) // a terminal that is gone is no reason to stop
		all = append(all, found...)
		if last := i == 1; last || len(found) > 0 || err != nil {
			a.tellPlayed(ctx, count, last, len(all) > len(warnings), all, err)
		}
		if err != nil {
			return
		}
	}
}

// tellPlayed tells what transcripts say, unless the flows themselves have to be mended first. Where nothing but transcripts changed and
// all is well, as it was before, nothing is told.
func (a *author) tellPlayed(ctx context.Context, count int, last, differ bool, found []flows.Finding, err error) {
	a.tell(func(n *web.News) bool {
		fine := !differ && err == nil
		if ctx.Err() != nil || n.State == "kept" || fine && n.Played != "playing" && n.Played != "differ" {
			return false
		}
		if n.Played != "playing" {
			n.State, n.At = "played", time.Now()
		}
		n.Transcripts, n.Findings, n.Text = count, found, ""
		switch {
		case err != nil:
			n.Played, n.Text = "differ", err.Error()
		case !last:
			n.Played = "playing"
		case differ:
			n.Played = "differ"
		default:
			n.Played = "hold"
		}
		return true
	})
}

// transcripts are those of the author's folder, and all others.
func (a *author) transcripts(run *testRun) (own, others []string, err error) {
	names, err := play.Names(run.fsys)
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(a.dir, filepath.FromSlash(play.Path(name)))); err == nil {
			own = append(own, name)
		} else {
			others = append(others, name)
		}
	}
	return own, others, err
}
