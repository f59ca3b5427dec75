package telegram

import "time"

// Rest sets the first wait after a failure.
func (a *Adapter) Rest(d time.Duration) { a.rest = d }
