package web

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/flows"
)

// lived is a log with a bit of everything in it.
func lived(t *testing.T) (dir, content string) {
	t.Helper()
	s := newStand(t, t.TempDir())
	id := s.bot("a", "How?", "1", "low", "5", "high")
	s.say("a", "hello")
	get[messagesBody](s, "POST", "/api/people/a/press", `{"message":1,"choice":"5"}`)
	s.change("a", flows.Close, id)
	s.change("a", flows.Delete, id)
	s.clock(`{"forward":"90m"}`)
	s.say("b", "line\u2028one\ntwo")
	if err := s.page.Close(); err != nil {
		t.Fatal(err)
	}
	return s.dir, s.file()
}

func write(t *testing.T, dir, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, LogName), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestLogIsPrivate(t *testing.T) {
	s := newStand(t, filepath.Join(t.TempDir(), "made", "here"))
	for path, want := range map[string]os.FileMode{s.dir: 0o700, filepath.Join(s.dir, LogName): 0o600} {
		fi, err := os.Stat(path)
		if err != nil || fi.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want %v", path, fi.Mode(), err, want)
		}
	}
}

// Wherever a crash cuts the file, the next start has all whole lines and goes on after them.
func TestTornLastLine(t *testing.T) {
	_, content := lived(t)
	for cut := 0; cut <= len(content); cut++ {
		if cut > 40 && cut < len(content)-200 {
			cut += 16 // every byte of the first and the last line, some of the others
		}
		dir := t.TempDir()
		write(t, dir, content[:cut])
		s := newStand(t, dir)
		whole := content[:strings.LastIndexByte(content[:cut], '\n')+1]
		if !strings.HasPrefix(s.file(), whole) || !strings.HasSuffix(s.file(), "\n") {
			t.Fatalf("cut at %d: the file begins otherwise:\n%s", cut, s.file())
		}
		s.bot("a", "after")
		all, now := brief(s.messages("a", 0))+brief(s.messages("b", 0)), s.page.Now()
		s.again()
		if got := brief(s.messages("a", 0)) + brief(s.messages("b", 0)); got != all || !s.page.Now().Equal(now) {
			t.Fatalf("cut at %d: a restart shows\n%s\nwant\n%s", cut, got, all)
		}
		s.page.Close()
	}
}

func TestBrokenLogIsRefused(t *testing.T) {
	_, content := lived(t)
	lines := strings.SplitAfter(content, "\n")
	lines = lines[:len(lines)-1]
	line := func(prefix string) int {
		for i, l := range lines {
			if strings.HasPrefix(l, `{"kind":"`+prefix) {
				return i
			}
		}
		t.Fatalf("no %s line in\n%s", prefix, content)
		return 0
	}
	with := func(i int, l ...string) string {
		return strings.Join(lines[:i], "") + strings.Join(l, "") + strings.Join(lines[i+1:], "")
	}
	say, ack, clock := line("say"), line("ack"), line("clock")
	for _, c := range []struct{ name, content, want string }{
		{"half a line inside", with(say, lines[say][:9]+"\n"), "not a record"},
		{"zeros inside", with(say, strings.Repeat("\x00", 40)+"\n"), "not a record"},
		{"an empty line", with(say, "\n", lines[say]), "not a record"},
		{"two records in a line", with(say, strings.TrimSpace(lines[say])+lines[say]), "more than one record"},
		{"an unknown field", with(say, strings.Replace(lines[say], "}", `,"more":1}`, 1)), "not a record"},
		{"an unknown kind", with(say, strings.Replace(lines[say], `"say"`, `"sing"`, 1)), "kind"},
		{"a stranger", with(say, strings.Replace(lines[say], `"a"`, `"c"`, 1)), "nobody"},
		{"a line twice", with(say, lines[say], lines[say]), "update 1 of a after update 1"},
		{"a line missing", with(say), "acknowledged out of turn"},
		{"an ack twice", with(ack, lines[ack], lines[ack]), "out of turn"},
		{"a clock that goes back", with(clock, lines[clock], lines[clock]), "goes back"},
		{"a message twice", with(line("bot"), lines[line("bot")], lines[line("bot")]), "without an id of its own"},
		{"a change of nothing", with(line("close"), strings.Replace(lines[line("close")], `"on":"m-1"`, `"on":"m-9"`, 1)), "never got"},
		{"a newer format", with(0, `{"kind":"header","version":2,"sealed":true}`+"\n"), "newer rewoo (format 2"},
		{"no header", with(0), "does not begin like"},
		{"something else", "PK\x03\x04 and so on", "does not begin like"},
		{"something else, in lines", "hello\nworld\n", "does not begin like"},
		{"a huge line", with(say, strings.Repeat("x", maxLine+99)+"\n"), "bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, c.content)
			page, err := Open(Options{Dir: dir})
			if err == nil {
				page.Close()
				t.Fatal("it was opened")
			}
			path := filepath.Join(dir, LogName)
			for _, want := range []string{path + ":", c.want, "another --data"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error does not say %q: %v", want, err)
				}
			}
			for _, secret := range []string{"hello", "line\\u2028one"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error quotes what was said: %v", err)
				}
			}
			if got, _ := os.ReadFile(path); string(got) != c.content {
				t.Errorf("the file was changed")
			}
		})
	}
}

func TestLogThatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, LogName), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("got %v", err)
	}
}

// A message that the deliverer sends twice, because it crashed before Done, is one message.
func TestSendDropsRepeats(t *testing.T) {
	s := newStand(t, t.TempDir())
	m := flows.Message{ID: "x-1", Body: []flows.Block{{Text: "once"}}}
	s.send("a", m)
	s.send("a", m)
	s.send("b", m) // ids are unique for one recipient
	shut := flows.Message{ID: "x-2", Op: flows.Close, On: "x-1"}
	s.send("a", shut)
	s.again()
	s.send("a", m)
	s.send("a", shut)
	s.same("a", brief(s.messages("a", 0)), `1/2 bot "once" closed`)
	s.same("b", brief(s.messages("b", 0)), `1/1 bot "once"`)
}

func TestSendRefuses(t *testing.T) {
	s := newStand(t, t.TempDir())
	body := []flows.Block{{Text: "x"}}
	elsewhere := queued("a", flows.Message{ID: "x", Body: body})
	elsewhere.To.Platform = "telegram"
	for _, c := range []struct {
		name string
		q    flows.Queued
		want bot.Class
	}{
		{"nobody", queued("c", flows.Message{ID: "x", Body: body}), bot.Invalid},
		{"elsewhere", elsewhere, bot.Invalid},
		{"no id", queued("a", flows.Message{Body: body}), bot.Invalid},
		{"no such op", queued("a", flows.Message{ID: "x", Op: "edit"}), bot.Invalid},
		{"too large", queued("a", flows.Message{ID: "x", Body: []flows.Block{{Text: strings.Repeat("x", maxLine)}}}), bot.Invalid},
		{"close what is not there", queued("a", flows.Message{ID: "x", Op: flows.Close, On: "y"}), bot.Stale},
		{"delete what is not there", queued("a", flows.Message{ID: "x", Op: flows.Delete, On: "y"}), bot.Stale},
	} {
		var e *bot.SendError
		if _, err := s.page.Send(t.Context(), c.q); !errors.As(err, &e) || e.Class != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	s.page.Close()
	var e *bot.SendError
	if _, err := s.page.Send(t.Context(), queued("a", flows.Message{ID: "x", Body: body})); !errors.As(err, &e) || e.Class != bot.Transient {
		t.Errorf("on a closed log: %v", err)
	}
	s.open()
	s.same("nothing was kept", brief(s.messages("a", 0)), "")
}

// A disk that takes half a line and then no more leaves no half line behind.
func TestFailedWriteLeavesNoTrace(t *testing.T) {
	s := newStand(t, t.TempDir())
	s.say("a", "hello")
	before := s.file()
	good := s.page.log.file
	path := filepath.Join(s.dir, LogName)
	bad, err := os.Open(path) // for reading: writing fails
	if err != nil {
		t.Fatal(err)
	}
	s.page.log.file = bad
	status, answer := s.do("POST", "/api/people/a/say", `{"text":"lost"}`)
	if status != 500 {
		t.Errorf("%d %s", status, answer)
	}
	s.same("after a failed write", brief(s.messages("a", 0)), "1/1 me \"hello\"\n2/2 bot \"heard: hello\"")
	s.page.log.file = good
	if status, answer = s.do("POST", "/api/people/a/say", `{"text":"more"}`); status != 500 || s.file() != before {
		t.Errorf("a log that may be torn takes more: %d %s", status, answer)
	}
	bad.Close()
}

// Whatever the file holds, it is opened and goes on, or refused and left alone.
func FuzzLog(f *testing.F) {
	f.Add("")
	f.Add(`{"kind":"header","version":1}` + "\n" + `{"kind":"clock","now":"2026-03-02T18:00:00Z"}` + "\n")
	f.Add(`{"kind":"header","version":1}` + "\n" + `{"kind":"bot","person":"a","id":"m","text":"?","choices":[{"id":"y","label":"Yes","action":"t"}]}` + "\n" +
		`{"kind":"press","person":"a","update":1,"message":1,"choice":"y","label":"Yes","action":"t"}` + "\n" + `{"kind":"close","person":"a","id":"n","on":"m"}` + "\n{")
	f.Fuzz(func(t *testing.T, content string) {
		if len(content) > 64<<10 {
			t.Skip()
		}
		began := time.Now()
		defer func() {
			if d := time.Since(began); d > 10*time.Second { // several restarts, each with a sync
				t.Errorf("it took %v", d)
			}
		}()
		dir := t.TempDir()
		write(t, dir, content)
		page, err := Open(Options{Dir: dir, At: start})
		if err != nil {
			if got, _ := os.ReadFile(filepath.Join(dir, LogName)); string(got) != content {
				t.Fatalf("refused, and changed: %v", err)
			}
			return
		}
		page.Close()
		s := newStand(t, dir)
		s.bot("a", "a message that goes on")
		all, now := brief(s.messages("a", 0))+brief(s.messages("b", 0)), s.page.Now()
		s.again()
		if brief(s.messages("a", 0))+brief(s.messages("b", 0)) != all || !s.page.Now().Equal(now) {
			t.Error("a restart changed something")
		}
	})
}
