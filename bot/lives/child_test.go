package lives

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/flows"
	"rewoo/storage"
)

// What the child is told: a folder, and how long the life is.
const (
	childEnv = "REWOO_LIVES_CHILD"
	shapeEnv = "REWOO_LIVES_SHAPE" // "couples days life", where life counts the children before
)

const (
	bookName  = "book"
	marksName = "marks" // one for each child that got as far as to go on
	dbName    = "rewoo.db"
)

// child goes on with the life in dir until it is through, or until the process is killed.
func child(dir string) (err error) {
	var couples, days, before int
	if _, err := fmt.Sscan(os.Getenv(shapeEnv), &couples, &days, &before); err != nil {
		return err
	}
	lib, err := shipped()
	if err != nil {
		return err
	}
	ph, err := newPhones(dir)
	if err != nil {
		return err
	}
	ph.begin(before)
	bk, err := openBook(filepath.Join(dir, bookName))
	if err != nil {
		return err
	}
	db, err := storage.Open(filepath.Join(dir, dbName), storage.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()

	c := &bottest.Clock{}
	b := newBot(crosser{db, ph}, lib, ph, c)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- b.Run(ctx)
		cancel()
	}()
	<-ph.ready
	if err := mark(filepath.Join(dir, marksName)); err != nil {
		return err
	}
	s := &stage{carrier: direct{ctx, ph, b}, book: bk, phones: ph, clock: c}
	err = s.play(life(couples, days))
	cancel()
	return errors.Join(err, <-ended)
}

func mark(path string) error {
	f, _, err := openLines(path)
	if err != nil {
		return err
	}
	_, err = f.WriteString(".\n")
	return errors.Join(err, f.Close())
}

// direct is a carrier to a bot whose end is the end.
type direct struct {
	ctx context.Context
	ph  *phones
	bot *bot.Bot
}

func (d direct) deliver(ev flows.Event) error { return d.ph.handle(d.ctx, ev) }
func (d direct) settle() error                { return d.bot.Settle(d.ctx) }

func (d direct) fire(now time.Time) error {
	_, err := d.bot.Fire(d.ctx, now)
	return err
}

func (d direct) nextDue() (time.Time, bool, error) { return d.bot.NextDue(d.ctx) }

// crosser notes on the phones what was crossed off for good, as soon as the store says so.
type crosser struct {
	bot.Store
	ph *phones
}

func (c crosser) Heads(ctx context.Context, of ...flows.PersonID) ([]flows.Queued, error) {
	rows, err := c.Store.Heads(ctx, of...)
	c.ph.learn(rows)
	return rows, err
}

func (c crosser) Done(ctx context.Context, key string, at flows.Address, ref string) error {
	if err := c.Store.Done(ctx, key, at, ref); err != nil {
		return err
	}
	return c.ph.crossed(key)
}
