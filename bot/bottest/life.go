package bottest

import (
	"context"
	"sync"
	"testing"

	"rewoo/bot"
)

// Life is a bot that runs.
type Life struct {
	*bot.Bot
	cancel func()
	done   chan struct{}
	once   sync.Once
	err    error
}

// Start runs a bot until Stop, or the end of the test at the latest.
func Start(t testing.TB, o bot.Options) *Life {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l := &Life{Bot: bot.New(o), cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(l.done)
		l.err = l.Run(ctx)
	}()
	t.Cleanup(func() { l.Stop() })
	return l
}

// Stop ends it in order, waits for that, and gives what Run returned.
func (l *Life) Stop() error {
	l.once.Do(l.cancel)
	<-l.done
	return l.err
}

// Done is closed when Run has returned, asked to or not.
func (l *Life) Done() <-chan struct{} { return l.done }
