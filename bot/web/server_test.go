package web

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"rewoo/flows"
)

// live is a page that runs.
type live struct {
	*stand
	url    string
	cancel context.CancelFunc
	ended  chan error
}

// run starts the page of s. Its end leaves no goroutine behind.
func (s *stand) run() *live {
	s.Helper()
	leak := goleak.IgnoreCurrent()
	s.Cleanup(func() { goleak.VerifyNone(s, leak) })
	ctx, cancel := context.WithCancel(context.Background())
	l := &live{stand: s, cancel: cancel, ended: make(chan error, 1)}
	ready := make(chan string, 1)
	s.page.opts.Ready = func(url string) { ready <- url }
	go func() { l.ended <- s.page.Run(ctx, s.handle) }()
	s.Cleanup(func() { l.stop() })
	select {
	case l.url = <-ready:
	case err := <-l.ended:
		l.ended <- err
	case <-time.After(10 * time.Second):
		s.Fatal("the page does not start")
	}
	return l
}

func (l *live) stop() error {
	l.cancel()
	err := <-l.ended
	l.ended <- err
	return err
}

// client keeps no connection, so that none outlives its test.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

func (l *live) post(path, body string) (int, string, error) {
	resp, err := client.Post(l.url+strings.TrimPrefix(path, "/"), "application/json", strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

func TestRunServesAndEnds(t *testing.T) {
	s := newStand(t, t.TempDir())
	l := s.run()
	if u, err := url.Parse(l.url); err != nil || u.Hostname() != "127.0.0.1" || u.Port() == "0" || u.Path != "/" {
		t.Errorf("it is at %q", l.url)
	}
	if status, answer, err := l.post("api/people/a/say", `{"text":"hello"}`); err != nil || status != 200 {
		t.Errorf("%d %s %v", status, answer, err)
	}
	if err := l.stop(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if _, _, err := l.post("api/people/a/say", `{"text":"hello"}`); err == nil {
		t.Error("it still answers")
	}
}

func TestRunNeedsABot(t *testing.T) {
	page, err := Open(Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	if err := page.Run(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "Attach") {
		t.Errorf("got %v", err)
	}
}

// What was said and not taken by the bot comes again at the next start, once and in order, under its name; and a bot
// that takes nothing ends the page, so that nobody goes on writing into a hole.
func TestHandedOverAgain(t *testing.T) {
	s := newStand(t, t.TempDir())
	s.answer = func(flows.Event) error { return errors.New("disk gone") }
	l := s.run()
	status, answer, err := l.post("api/people/a/say", `{"text":"one"}`)
	if err != nil || status != 503 || !strings.Contains(answer, `"kept"`) {
		t.Errorf("%d %s %v", status, answer, err)
	}
	select {
	case err := <-l.ended:
		l.ended <- err
		if err == nil || !strings.Contains(err.Error(), "hand update 1 of a to the bot: disk gone") {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it did not end")
	}
	s.page.Close()
	s.answer = nil
	s.open()
	if _, err := s.page.accept(s.page.phones["a"], record{Kind: "say", Person: "a", Text: "two"}); err != nil { // and then: kill -9
		t.Fatal(err)
	}
	for range 2 {
		s.again()
		s.run().stop()
	}
	var got []string
	for _, ev := range s.events {
		got = append(got, ev.ID+" "+ev.Text)
	}
	s.same("handed over", strings.Join(got, "\n"), "web/a/1 one\nweb/a/2 two")
	s.same("a", brief(s.messages("a", 0)), `1/1 me "one"
2/2 me "two"
3/3 bot "heard: one"
4/4 bot "heard: two"`)
}

func TestRunEndsWhenNothingCanBeHandedOver(t *testing.T) {
	s := newStand(t, t.TempDir())
	if _, err := s.page.accept(s.page.phones["b"], record{Kind: "say", Person: "b", Text: "x"}); err != nil {
		t.Fatal(err)
	}
	s.answer = func(flows.Event) error { return errors.New("disk gone") }
	if err := s.page.Run(t.Context(), s.handle); err == nil || !strings.Contains(err.Error(), "disk gone") {
		t.Errorf("got %v", err)
	}
}

// slow is a page whose bot takes the word "first" and holds on to it.
func slow(t *testing.T) (l *live, inside, goOn chan struct{}) {
	s := newStand(t, t.TempDir())
	inside, goOn = make(chan struct{}), make(chan struct{})
	s.answer = func(ev flows.Event) error {
		if ev.Text == "first" {
			close(inside)
			<-goOn
		}
		s.bot(ev.From.User, "heard: "+ev.Text)
		return nil
	}
	return s.run(), inside, goOn
}

// A stop waits for a step under way; what waits behind it is told that it was not taken.
func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	l, inside, goOn := slow(t)
	var wg sync.WaitGroup
	var first, second string
	say := func(text string, answer *string) {
		status, body, err := l.post("api/people/a/say", fmt.Sprintf(`{"text":%q}`, text))
		*answer = fmt.Sprint(status, " ", body, err)
	}
	wg.Go(func() { say("first", &first) })
	<-inside
	wg.Go(func() { say("second", &second) })
	time.Sleep(20 * time.Millisecond)
	l.cancel()
	time.Sleep(20 * time.Millisecond)
	close(goOn)
	if err := l.stop(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if !strings.HasPrefix(first, "200") || !strings.HasPrefix(second, "503") || !strings.Contains(second, `"stopping"`) {
		t.Errorf("answers %s, %s", first, second)
	}
	l.same("a", brief(l.messages("a", 0)), "1/1 me \"first\"\n2/2 bot \"heard: first\"")
}

// However long a step takes, nothing of the page is left when Run returns.
func TestRunOutlastsEveryRequest(t *testing.T) {
	l, inside, goOn := slow(t)
	var wg sync.WaitGroup
	wg.Go(func() { l.post("api/people/a/say", `{"text":"first"}`) }) // its answer is cut off
	<-inside
	l.cancel()
	select {
	case err := <-l.ended:
		l.ended <- err
		t.Errorf("it ended in the middle of a step: %v", err)
	case <-time.After(graceTime + 100*time.Millisecond):
	}
	close(goOn)
	if err := l.stop(); err != nil {
		t.Error(err)
	}
	wg.Wait()
}

func TestListen(t *testing.T) {
	for _, c := range []struct {
		listen string
		remote bool
		want   string // of the error; "" for none
	}{
		{"", false, ""}, {"127.0.0.1:0", false, ""}, {"localhost:0", false, ""}, {"[::1]:0", false, ""}, {"127.8.8.8:0", false, ""},
		{"0.0.0.0:0", false, "--allow-remote"}, {":8080", false, "--allow-remote"}, {"[::]:0", false, "--allow-remote"},
		{"192.168.1.7:0", false, "use 127.0.0.1:0"}, {"example.org:80", false, "--allow-remote"}, {"localhost.example.org:80", false, "--allow-remote"},
		{"0.0.0.0:0", true, ""}, {"8080", false, "host:port"}, {"127.0.0.1", true, "host:port"},
	} {
		page, err := Open(Options{Dir: t.TempDir(), Listen: c.listen, AllowRemote: c.remote})
		if err == nil {
			page.Close()
		}
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("listen on %q, remote %v: %v", c.listen, c.remote, err)
		}
	}
}

func TestHostsWithRemote(t *testing.T) {
	for _, c := range []struct {
		listen, host string
		want         bool
	}{
		{"0.0.0.0:80", "192.168.1.7:80", true}, {":80", "[fe80::1]:80", true}, {"0.0.0.0:80", "evil.example:80", false},
		{"myhost:80", "MyHost:80", true}, {"myhost:80", "localhost:80", true}, {"myhost:80", "192.168.1.7:80", false},
		{"192.168.1.7:80", "192.168.1.7", true}, {"192.168.1.7:80", "192.168.1.8", false},
	} {
		h, err := allowedHosts(c.listen, true)
		if err != nil || h.known(c.host) != c.want {
			t.Errorf("listening on %s, asked for %s: %v %v", c.listen, c.host, !c.want, err)
		}
	}
}

func TestPortTaken(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	s := newStand(t, t.TempDir(), func(o *Options) { o.Listen = ln.Addr().String() })
	if err := s.page.Run(t.Context(), s.handle); err == nil || !strings.Contains(err.Error(), "--listen") {
		t.Errorf("got %v", err)
	}
}

// A body of any size costs no memory, and its sender hears what was wrong with it.
func TestHugeBody(t *testing.T) {
	s := newStand(t, t.TempDir())
	l := s.run()
	before := allocated()
	for name, size := range map[string]int64{"announced": 100 << 20, "in chunks": -1} {
		r, err := http.NewRequest("POST", l.url+"api/people/a/say", io.LimitReader(filler{}, 100<<20))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = size
		resp, err := client.Do(r)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %d", name, resp.StatusCode)
		}
	}
	if grown := allocated() - before; grown > 8<<20 {
		t.Errorf("200 MiB sent, %d KiB allocated", grown>>10)
	}
}

// Who sends everything before listening hears the answer too.
func TestHugeBodyOfABluntSender(t *testing.T) {
	l := newStand(t, t.TempDir()).run()
	conn := l.dial()
	const size = 16 << 20
	fmt.Fprintf(conn, "POST /api/people/a/say HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n", size)
	if _, err := io.CopyN(conn, filler{}, size); err != nil {
		t.Fatalf("it was cut off: %v", err)
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.Contains(line, " 413 ") {
		t.Errorf("%q %v", line, err)
	}
}

// filler is an endless say.
type filler struct{}

func (filler) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// Who asks first whether to send a large body is told no, and not told to go on.
func TestHugeBodyIsNotAskedFor(t *testing.T) {
	l := newStand(t, t.TempDir()).run()
	conn := l.dial()
	fmt.Fprintf(conn, "POST /api/people/a/say HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n")
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.Contains(line, " 413 ") {
		t.Errorf("%q %v", line, err)
	}
}

// dial connects without HTTP.
func (l *live) dial() net.Conn {
	l.Helper()
	conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(l.url, "http://"), "/"))
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() { conn.Close() })
	return conn
}
