package telegram

import "time"

// Probe sets how often a webhook is looked at.
func (a *Adapter) Probe(d time.Duration) { a.probe = d }

// Grace sets how long requests under way at the end may take.
func (a *Adapter) Grace(d time.Duration) { a.grace = d }

// Rest sets the first wait after a failure.
func (a *Adapter) Rest(d time.Duration) { a.rest = d }
