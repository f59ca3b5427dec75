package bot_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
	"rewoo/storage"
)

// told is a platform that tells when it was sent a reply, and keeps nothing.
type told struct {
	*bottest.Memory
	pace    bot.Pace
	replies chan time.Time
}

func (p told) Pace() bot.Pace { return p.pace }

func (p told) Send(_ context.Context, q flows.Queued) (string, error) {
	if q.Message.Lane == flows.LaneReply {
		p.replies <- time.Now()
	}
	return "ref", nil
}

// A reply beside 20,000 scheduled messages that wait, at the pace of a platform and without one to speak of, with a disk that is
// waited for.
func BenchmarkReplyBesideBacklog(b *testing.B) {
	for name, pace := range map[string]bot.Pace{"25 a second": {PerSecond: 25}, "200 a second": {PerSecond: 200}} {
		b.Run(name, func(b *testing.B) {
			db, err := storage.Open(filepath.Join(b.TempDir(), "rewoo.db"), storage.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			p := told{bottest.NewMemory("memory"), pace, make(chan time.Time, 1)}
			o := bot.Options{Store: db, Machine: bottest.Echo{}, Adapters: []bot.Adapter{p}}
			mob(b, o, "memory", 20_000)
			life := bottest.Start(b, o)
			time.Sleep(500 * time.Millisecond)
			var took []time.Duration
			peak := uint64(0)
			for b.Loop() {
				began := time.Now()
				p.Say("anna", "hello")
				took = append(took, (<-p.replies).Sub(began))
				peak = max(peak, inUse())
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
			b.ReportMetric(float64(peak>>20), "MB")
			if err := life.Stop(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// An update to its reply, as far as the bot goes: a step on a disk that is waited for, and a send.
func BenchmarkReply(b *testing.B) {
	db, err := storage.Open(filepath.Join(b.TempDir(), "rewoo.db"), storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	p := told{bottest.NewMemory("memory"), bot.Pace{}, make(chan time.Time, 1)}
	life := bottest.Start(b, bot.Options{Store: db, Machine: bottest.Echo{}, Adapters: []bot.Adapter{p}})
	for b.Loop() {
		p.Say("anna", "hello")
		<-p.replies
	}
	if err := life.Stop(); err != nil {
		b.Fatal(err)
	}
}
