package discord_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/discord"
	"rewoo/flows"
)

var publicKey, privateKey = func() (ed25519.PublicKey, ed25519.PrivateKey) {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	return private.Public().(ed25519.PublicKey), private
}()

// endpoint gives s a place for interactions over HTTP, and the fake knows it.
func (s *stand) endpoint(o discord.Options) (discord.Options, string) {
	s.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.Fatal(err)
	}
	o.Interactions = &discord.Endpoint{Listener: l, PublicKey: hex.EncodeToString(publicKey)}
	url := "http://" + l.Addr().String() + "/"
	s.fake.UseEndpoint(url, privateKey)
	return o, url
}

func newEndpoint(t *testing.T, handle func(flows.Event) error) (*stand, *runner, string) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	o, url := s.endpoint(s.options())
	s.fake.User(anna)
	return s, s.run(o, handle).connected(), url
}

func TestInteractionsOverHTTP(t *testing.T) {
	s, r, _ := newEndpoint(t, nil)
	r.asked()
	tapped, err := s.fake.User(anna).Press("Bad")
	if err != nil {
		t.Fatal(err)
	}
	s.await("the tap is answered", func() bool { return tapped.Answer() == 6 })
	sent, err := s.fake.User(anna).Write("so so")
	if err != nil {
		t.Fatal(err)
	}
	s.await("the form is answered", func() bool { return sent.Answer() == 6 })
	outside := s.fake.User(anna).CommandInGuild("help")
	s.await("the server is answered", func() bool { return outside.Answer() == 4 })
	i := s.fake.User(anna).Command("start")
	s.await("the command is handled", func() bool { return len(r.got()) == 3 })
	q := queued(anna, r.got()[2].From.Chat, "m-1", "welcome")
	q.Answers = r.got()[2].ID
	r.send(q)
	if m, ok := i.Original(); !ok || m.Content != "welcome" || m.Loading {
		t.Errorf("the answer is %+v", m)
	}
	s.fake.User(anna).Say("and words come through the gateway")
	s.await("they come", func() bool { return len(r.texts(anna)) == 2 })
	if n := count(s, "POST", "/callback"); n != 0 {
		t.Errorf("%d answers went the other way", n)
	}
}

func TestNothingIsAnsweredOverHTTPWhenHandleFails(t *testing.T) {
	s, r, _ := newEndpoint(t, func(flows.Event) error { return io.ErrUnexpectedEOF })
	i := s.fake.User(anna).Command("start")
	<-r.done
	if i.Answer() != 0 {
		t.Errorf("answered with %d", i.Answer())
	}
}

func TestSlowCommitOverHTTP(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	o, _ := s.endpoint(s.options())
	o.Times.Defer = 50 * time.Millisecond
	commit := make(chan struct{})
	r := s.run(o, func(flows.Event) error { <-commit; return nil }).connected()
	i := s.fake.User(anna).Command("start")
	s.await("it is deferred", func() bool { return i.Answer() == 5 })
	close(commit)
	s.await("it is handled", func() bool { return len(r.got()) == 1 })
}

// zeros is an endless body.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestForgedInteractions(t *testing.T) {
	_, r, url := newEndpoint(t, nil)
	post := func(method string, h http.Header, body io.Reader) int {
		req, err := http.NewRequestWithContext(t.Context(), method, url, body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header = h
		resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
		if err != nil {
			return 413 // the connection was shut while the rest came
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		if resp.StatusCode == 200 && string(b) != `{"type":1}` {
			t.Errorf("answered: %s", b)
		}
		return resp.StatusCode
	}
	ping := []byte(`{"id":"1575340000000000001","application_id":"` + fakediscord.AppID + `","type":1,"token":"t","version":1}`)
	now := time.Now()
	signed := func(at time.Time) http.Header { return fakediscord.Sign(privateKey, at, ping) }
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize))
	without := func(name string) http.Header { h := signed(now); h.Del(name); return h }
	with := func(name, value string) http.Header { h := signed(now); h.Set(name, value); return h }
	command := func(app string) []byte {
		return []byte(`{"id":"1575340000000000001","application_id":"` + app + `","type":2,"token":"t","context":1,"user":{"id":"` + anna + `"},"data":{"name":"start","type":1}}`)
	}
	for _, c := range []struct {
		name   string
		h      http.Header
		body   []byte
		status int
	}{
		{"a ping", signed(now), ping, 200},
		{"four minutes old", signed(now.Add(-4 * time.Minute)), ping, 200},
		{"six minutes old", signed(now.Add(-6 * time.Minute)), ping, 401},
		{"of the future", signed(now.Add(6 * time.Minute)), ping, 401},
		{"two years old", signed(now.AddDate(-2, 0, 0)), ping, 401},
		{"another key", fakediscord.Sign(other, now, ping), ping, 401},
		{"another body", signed(now), append(ping[:len(ping)-1:len(ping)-1], ' ', '}'), 401},
		{"another time", with("X-Signature-Timestamp", "1"), ping, 401},
		{"no time", without("X-Signature-Timestamp"), ping, 401},
		{"no signature", without("X-Signature-Ed25519"), ping, 401},
		{"a short signature", with("X-Signature-Ed25519", "abcd"), ping, 401},
		{"no hex", with("X-Signature-Ed25519", strings.Repeat("zz", 64)), ping, 401},
		{"no JSON", fakediscord.Sign(privateKey, now, []byte("{")), []byte("{"), 400},
		{"another application", fakediscord.Sign(privateKey, now, command("5")), command("5"), 400},
		{"1 MiB", fakediscord.Sign(privateKey, now, make([]byte, 1<<20)), make([]byte, 1<<20), 400},
		{"and one byte", fakediscord.Sign(privateKey, now, make([]byte, 1<<20+1)), make([]byte, 1<<20+1), 413},
	} {
		if got := post("POST", c.h, bytes.NewReader(c.body)); got != c.status {
			t.Errorf("%s: %d, want %d", c.name, got, c.status)
		}
	}
	if got := post("GET", signed(now), nil); got != 405 {
		t.Errorf("GET: %d", got)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if got := post("POST", signed(now), io.LimitReader(zeros{}, 100<<20)); got != 413 {
		t.Errorf("100 MB: %d", got)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 20<<20 {
		t.Errorf("100 MB took %d MB", grown>>20)
	}
	if n := len(r.got()); n != 0 {
		t.Errorf("%d events came of it", n)
	}
}

// A key of small order takes signatures that need no secret: S of zeros and a point R that is guessed. So none is taken as the
// application's; the example's zeros are one.
func TestAnybodysKey(t *testing.T) {
	const zeros = "0000000000000000000000000000000000000000000000000000000000000000"
	key, err := hex.DecodeString(zeros)
	if err != nil {
		t.Fatal(err)
	}
	forged := 0
	for i := range 64 {
		signature := make([]byte, ed25519.SignatureSize)
		signature[0] = 1 // R is the neutral point
		if ed25519.Verify(key, []byte{byte(i)}, signature) {
			forged++
		}
	}
	if forged == 0 {
		t.Error("nothing was forged: is there a reason for this test?")
	}
	rest := strings.Repeat("ff", 30)
	for _, key := range []string{zeros, zeros[:62] + "80", "01" + zeros[2:], "ec" + rest + "7f", "ed" + rest + "ff", "ee" + rest + "7f",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"} {
		_, err := discord.New(discord.Options{Token: fakediscord.DefaultToken, Interactions: &discord.Endpoint{Listen: "127.0.0.1:0", PublicKey: key}})
		if err == nil || !strings.Contains(err.Error(), "anybody can sign") {
			t.Errorf("%s is taken: %v", key, err)
		}
	}
}

func TestEndpointOptions(t *testing.T) {
	for _, e := range []discord.Endpoint{
		{Listen: "127.0.0.1:0"}, {Listen: "127.0.0.1:0", PublicKey: "abc"}, {Listen: "127.0.0.1:0", PublicKey: strings.Repeat("g", 64)}, {PublicKey: strings.Repeat("a", 64)},
	} {
		if _, err := discord.New(discord.Options{Token: fakediscord.DefaultToken, Interactions: &e}); err == nil {
			t.Errorf("%+v is taken", e)
		}
	}
}
