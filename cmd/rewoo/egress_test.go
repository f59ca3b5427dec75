package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"rewoo/bot/bottest"
	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/bottest/faketelegram"
)

// border sees what this process wants of the network: each look-up of a name, each connection of Go's own HTTP client and of what
// was made from it, as the adapters' are, each connection to the trap, and, as often as it can look, every socket.
type border struct {
	*testing.T
	trap string // an address that nobody has configured; what is led there is caught

	mu      sync.Mutex
	crossed []string
}

func (b *border) cross(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s := fmt.Sprintf(format, args...); !slices.Contains(b.crossed, s) {
		b.crossed = append(b.crossed, s)
	}
}

// newBorder watches until the test ends. Sockets may have an address of allowed at one of their ends.
func newBorder(t *testing.T, allowed ...string) *border {
	t.Helper()
	b := &border{T: t}
	resolver, transport := net.DefaultResolver, http.DefaultTransport
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(_ context.Context, network, address string) (net.Conn, error) {
		b.cross("a name is looked up: %s %s", network, address)
		return nil, errors.New("not from here")
	}}
	http.DefaultTransport = &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		if !slices.Contains(allowed, address) {
			b.cross("a connection to %s", address)
			return nil, errors.New("not from here")
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip("no second address of loopback on this machine")
	}
	b.trap = l.Addr().String()
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b.cross("somebody is at the trap")
			c.Close()
		}
	})
	end := make(chan struct{})
	wg.Go(func() {
		for {
			select {
			case <-end:
				return
			case <-time.After(20 * time.Millisecond):
				b.sockets(allowed)
			}
		}
	})
	t.Cleanup(func() {
		close(end)
		l.Close()
		wg.Wait()
		net.DefaultResolver, http.DefaultTransport = resolver, transport
		for _, s := range b.crossed {
			t.Error(s)
		}
	})
	return b
}

// sockets looks at what is open in this process.
func (b *border) sockets(allowed []string) {
	own := map[string]bool{}
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return // another system; the rest holds there too
	}
	for _, fd := range fds {
		if to, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && strings.HasPrefix(to, "socket:[") {
			own[strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]")] = true
		}
	}
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		f, err := os.Open("/proc/self/net/" + table)
		if err != nil {
			continue
		}
		for sc := bufio.NewScanner(f); sc.Scan(); {
			w := strings.Fields(sc.Text())
			if len(w) < 10 || !own[w[9]] {
				continue
			}
			local, remote := kernelAddr(w[1]), kernelAddr(w[2])
			if !slices.Contains(allowed, local) && !slices.Contains(allowed, remote) && local != b.trap {
				b.cross("a socket (%s) from %s to %s", table, local, remote)
			}
		}
		f.Close()
	}
}

// kernelAddr reads "0100007F:1F90".
func kernelAddr(s string) string {
	host, port, _ := strings.Cut(s, ":")
	raw, err := hex.DecodeString(host)
	if err != nil {
		return s
	}
	for i := 0; i+4 <= len(raw); i += 4 {
		slices.Reverse(raw[i : i+4])
	}
	a, ok := netip.AddrFromSlice(raw)
	var n int
	if _, err := fmt.Sscanf(port, "%X", &n); err != nil || !ok {
		return s
	}
	return netip.AddrPortFrom(a.Unmap(), uint16(n)).String()
}

// rewoo serve speaks to the hosts of its two api_urls and to nobody else, whatever it is told to: not to a gateway elsewhere, not
// where a redirect points, not for a file, and to no name server.
func TestServeSpeaksToNobodyElse(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) }) // after all others
	w := newWire(t, faketelegram.Options{}, fakediscord.Options{}, "people: { open_to: anyone }")
	b := newBorder(t, strings.TrimPrefix(w.tg.URL(), "http://"), strings.TrimPrefix(w.dc.URL(), "http://"))
	ana, ben := w.tg.User(5), w.dc.User("200000000000000001")
	w.people["ana"], w.people["ben"] = telegramPhone{ana}, discordPhone{ben}
	var astray sync.WaitGroup
	w.dc.Gateway().At("ws://" + b.trap)
	astray.Go(func() {
		for !strings.Contains(w.log.String(), "not configured") && t.Context().Err() == nil {
			time.Sleep(5 * time.Millisecond)
		}
		w.dc.Gateway().At("")
	})
	w.start()
	astray.Wait()
	w.do("ana", "/start", "Would you like to go on?")
	ben.Say("hello")
	w.sees("ben", 0, "Nothing is kept before you agree")
	for _, c := range []map[string]any{faketelegram.Photo("a picture"), faketelegram.Voice(), faketelegram.Document(), {"text": "see http://" + b.trap + "/page"}} {
		ana.Send(c)
	}
	ben.Say("and https://example.org/picture.png")

	w.tg.Fail(faketelegram.Fault{Method: "getUpdates", Times: 2, Status: 307, Body: "{}", Header: http.Header{"Location": {"http://" + b.trap + "/x"}}})
	w.tg.Fail(faketelegram.Fault{Method: "sendMessage", Status: 307, Body: "{}", Header: http.Header{"Location": {"http://" + b.trap + "/x"}}})
	w.do("ana", "/help", "findahelpline.com")
	w.dc.Gateway().At("ws://gateway.discord.example")
	n := strings.Count(w.log.String(), "not configured")
	w.dc.Gateway().Cut()
	w.until("it was led astray", func() bool { return strings.Count(w.log.String(), "not configured") > n })
	w.dc.Gateway().At("")
	w.until("it is back", func() bool {
		var got statusReport
		return askAdmin(t.Context(), w.data, "/status", &got) == nil && platformOf(got.Bot, "discord").Health.Connected
	})
	w.do("ben", "/help", "findahelpline.com")
	w.stop()
	if n := w.tg.Calls("getFile"); n > 0 {
		t.Errorf("%d files were asked for", n)
	}
}

// rewoo try speaks to nobody at all: the page is asked for.
func TestTrySpeaksToNobody(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) }) // after all others
	page := freePort(t)
	newBorder(t, page)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out bottest.Log
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"try", "--listen", page, "--data", filepath.Join(t.TempDir(), "d")}, &out, &out)
	}()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	var got string
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end) && !strings.Contains(got, "<html"); time.Sleep(10 * time.Millisecond) {
		if resp, err := client.Get("http://" + page + "/"); err == nil {
			b, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			got = string(b)
		}
	}
	cancel()
	if code := <-done; code != exitFine || !strings.Contains(got, "<html") {
		t.Errorf("exit code %d, page %q\n%s", code, got, out.String())
	}
}

// A proxy that the environment names is no host that the configuration names: it would see the token where api_url is in the clear.
func TestServeTakesNoProxyFromTheEnvironment(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan string, 10)
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.Method + " " + r.Host })}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"} {
		t.Setenv(name, "http://"+l.Addr().String())
	}
	file, _ := desk(t, "telegram: { token_file: t, api_url: \"http://telegram.localhost:1\" }\ndiscord: { token_file: d, api_url: \"http://discord.localhost:1\" }\npeople: { open_to: anyone }\n")
	c := spawn(t, filepath.Dir(file), "exec rewoo serve --config rewoo.yaml")
	for end := time.Now().Add(20 * time.Second); strings.Count(c.out.String(), "is out of reach; it is tried again") < 2; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it does not try:\n%s", c.out.String())
		}
		select {
		case what := <-asked:
			t.Fatalf("the proxy was asked: %s", what)
		default:
		}
	}
	c.interrupt()
	select {
	case what := <-asked:
		t.Fatalf("the proxy was asked: %s", what)
	default:
	}
}
