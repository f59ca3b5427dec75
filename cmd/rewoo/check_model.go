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
func modelAll(w io.Writer, lib *flows.Library, name string, asJSON bool) error {
	var names []string
	for n := range lib.Flows {
		if name == everyFlow || name == n {
			names = append(names, n)
		}
	}
	if slices.Sort(names); len(names) == 0 {
		return usagef("--model=%s: there is no such conversation", name)
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
		if !asJSON {
			if _, err := fmt.Fprintf(w, "%s: %d states, %d transitions, %d ms\n", r.Flow, r.States, r.Transitions, r.took.Milliseconds()); err != nil {
				return err
			}
		}
		for _, f := range r.Findings {
			findings, ways = append(findings, f.Finding), append(ways, f.Way)
		}
	}
	return reportModel(w, findings, ways, asJSON)
}

// reportModel prints the findings, for people each with the way there.
func reportModel(w io.Writer, findings []flows.Finding, ways [][]string, asJSON bool) error {
	if asJSON {
		if err := report(w, findings, true); err != nil {
			return err
		}
	}
	for i, f := range findings {
		if asJSON {
			break
		}
		if err := report(w, []flows.Finding{f}, false); err != nil {
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
	if asJSON {
		return nil
	}
	_, err := fmt.Fprintln(w, "fine: nothing that can happen goes wrong")
	return err
}
