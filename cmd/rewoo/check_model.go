package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"rewoo/flows"
)

// everyFlow is the value of --model without a name.
const everyFlow = "all"

// modelled is what a model check of one conversation came to, and how long it took.
type modelled struct {
	flows.ModelReport
	took time.Duration
}

// modelAll walks conversations through the engine, two at a time, and prints a line for each.
func modelAll(w io.Writer, lib *flows.Library, dir, name string, as form) error {
	var names []string
	for n := range lib.Flows {
		if name == everyFlow || name == n {
			names = append(names, n)
		}
	}
	if slices.Sort(names); len(names) == 0 {
		return unknownFlow(lib, dir, name)
	}
	results := make([]chan modelled, len(names))
	work := make(chan int, len(names))
	for i := range names {
		results[i] = make(chan modelled, 1)
		work <- i
	}
	close(work)
	for range 2 {
		go func() {
			for i := range work {
				began := time.Now()
				report := lib.Model(names[i], flows.ModelOptions{})
				results[i] <- modelled{report, time.Since(began)}
			}
		}()
	}
	var findings []flows.Finding
	var ways [][]string
	for i := range names {
		r := <-results[i]
		if as == asLines {
			if _, err := fmt.Fprintf(w, "%s: %d states, %d transitions, %d ms\n", r.Flow, r.States, r.Transitions, r.took.Milliseconds()); err != nil {
				return err
			}
		}
		for _, f := range r.Findings {
			findings, ways = append(findings, f.Finding), append(ways, f.Way)
		}
	}
	return reportModel(w, dir, findings, ways, as)
}

// reportModel prints the findings, for people each with the way there.
func reportModel(w io.Writer, dir string, findings []flows.Finding, ways [][]string, as form) error {
	if as != asLines {
		if err := report(w, dir, findings, as); err != nil {
			return err
		}
	}
	for i, f := range findings {
		if as != asLines {
			break
		}
		if err := report(w, dir, []flows.Finding{f}, asLines); err != nil {
			return err
		}
		for _, line := range ways[i] {
			if _, err := fmt.Fprintln(w, "    "+line); err != nil {
				return err
			}
		}
	}
	if len(findings) > 0 {
		return errFindings
	}
	if as != asLines {
		return nil
	}
	_, err := fmt.Fprintln(w, "fine: nothing that can happen goes wrong")
	return err
}
