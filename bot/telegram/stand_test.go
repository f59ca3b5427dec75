package telegram_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/bot/bottest/faketelegram"
	"rewoo/bot/bottest/specs"
	"rewoo/bot/telegram"
	"rewoo/flows"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// word is in all that people say here, and in no log line.
const word = "xylophone"

const hookSecret = "a-secret-of-more-than-32-characters_01"

// TestSpecs says aloud whether the other tests here check what goes over the wire.
func TestSpecs(t *testing.T) { specs.NeedTelegram(t) }

// fake starts a platform whose every word is checked.
func fake(t testing.TB, o faketelegram.Options) *faketelegram.Server {
	if s := specs.OfTelegram(); s != nil && o.Check == nil {
		o.Check = s.Check
	}
	f := faketelegram.Start(o)
	t.Cleanup(func() {
		f.Close()
		for _, v := range f.Violations() {
			t.Errorf("against the description: %s", v)
		}
		if n := f.Calls("getFile"); n > 0 {
			t.Errorf("%d files were asked for", n)
		}
	})
	return f
}

// stand is a fake, a store and a log, which outlive the bots that are started on them.
type stand struct {
	testing.TB
	fake    *faketelegram.Server
	store   bot.Store
	machine flows.Machine
	log     bottest.Log
	opt     telegram.Options
	hook    bool
	hookURL string

	adapter *telegram.Adapter
	life    *bottest.Life
}

func newStand(t testing.TB, o faketelegram.Options) *stand {
	s := &stand{TB: t, fake: fake(t, o), store: bottest.NewMemStore(), machine: bottest.Echo{}}
	t.Cleanup(func() {
		for _, secret := range []string{word, s.fake.Token(), strings.Split(s.fake.Token(), ":")[1], hookSecret} {
			if strings.Contains(s.log.String(), secret) {
				t.Errorf("the log holds %q:\n%s", secret, s.log.String())
			}
		}
	})
	return s
}

func (s *stand) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// build makes a fresh adapter for the fake, and for nothing else.
func (s *stand) build() *telegram.Adapter {
	s.Helper()
	o := s.opt
	o.Token, o.APIURL = s.fake.Token(), s.fake.URL()
	if o.Log == nil {
		o.Log = s.logger()
	}
	o.Lines.PrivateOnly = "I only talk in private chats."
	var host string
	if s.hook {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			s.Fatal(err)
		}
		s.Cleanup(func() { l.Close() })
		s.hookURL = "http://" + l.Addr().String() + "/hook"
		o.Webhook = &telegram.Webhook{Listener: l, URL: s.hookURL, Secret: hookSecret}
	}
	host = strings.TrimPrefix(s.fake.URL(), "http://")
	if o.Client == nil {
		o.Client = &http.Client{Transport: &oneHost{TB: s.TB, host: host}}
	}
	a, err := telegram.New(o)
	if err != nil {
		s.Fatal(err)
	}
	a.Rest(20 * time.Millisecond)
	return a
}

// start runs a bot on a fresh adapter.
func (s *stand) start() {
	s.Helper()
	s.adapter = s.build()
	s.life = bottest.Start(s.TB, bot.Options{Store: s.store, Machine: s.machine, Log: s.logger(), Adapters: []bot.Adapter{s.adapter}})
}

// run runs an adapter without a bot. end ends it and gives what Run returned.
func run(t testing.TB, a *telegram.Adapter, handle func(context.Context, flows.Event) error) (end func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx, handle) }()
	end = sync.OnceValue(func() error {
		cancel()
		select {
		case err := <-done:
			return err
		case <-time.After(10 * time.Second):
			t.Error("Run does not return")
			return nil
		}
	})
	t.Cleanup(func() { end() })
	return end
}

// until waits for something that should be quick.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not in time: %s", what)
		}
	}
}

// expect waits until a person sees exactly want.
func (s *stand) expect(u *faketelegram.User, want ...string) {
	s.Helper()
	until(s.TB, strings.Join(want, " | "), func() bool { return slices.Equal(u.Texts(), want) })
}

// oneHost is the way out, to one host.
type oneHost struct {
	testing.TB
	host string
	http.Transport
}

func (o *oneHost) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != o.host {
		o.Errorf("a request to %s, which is not configured", r.URL.Host)
	}
	if r.Header.Get("Referer") != "" {
		o.Error("a request with a Referer")
	}
	return o.Transport.RoundTrip(r)
}
