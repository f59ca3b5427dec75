package flows

import (
	"os"
	"testing"
	"time"
)

// TestModel walks every shipped flow. With REWOO_SOAK=1 all of it.
func TestModel(t *testing.T) {
	lib := mustShipped(t)
	opt := ModelOptions{Most: 40000}
	if os.Getenv("REWOO_SOAK") != "" {
		opt = ModelOptions{All: true}
	}
	for _, name := range keysOf(lib.Flows) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			r := lib.Model(name, opt)
			for _, f := range r.Findings {
				t.Error(f)
			}
			t.Logf("%d states, %d transitions, complete %v, %v, %d reached", r.States, r.Transitions, r.Complete, time.Since(began), len(r.Reached))
		})
	}
}
