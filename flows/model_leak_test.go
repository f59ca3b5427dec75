//go:build leaks

package flows

import "testing"

// TestModelFindsLeaks plants each leak and asks that the model sees it.
func TestModelFindsLeaks(t *testing.T) {
	defer func() { planted = "" }()
	at := map[string]string{"quote": "daily_checkin", "status": "daily_checkin", "pause": "card", "timing": "card", "length": "card", "count": "daily_checkin", "order": "card",
		"account": "daily_checkin", "unasked": "card"}
	for _, planted = range append([]string{""}, leakNames...) {
		flow := at[planted]
		if planted == "" {
			flow = "daily_checkin"
		}
		r := mustShipped(t).Model(flow, ModelOptions{Around: 1})
		if (planted == "") != (len(r.Findings) == 0) {
			t.Errorf("leak %q in %s: %v", planted, flow, r.Findings)
		}
		if len(r.Findings) > 0 {
			t.Log(planted, r.Findings[0])
		}
	}
}
