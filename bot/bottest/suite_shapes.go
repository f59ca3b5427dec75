package bottest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// able gives what the running bot is besides, or leaves the part out.
func able[T any](s *stage, what string) T {
	s.Helper()
	t, ok := s.Running.(T)
	if !ok {
		s.Skipf("this platform cannot %s", what)
	}
	return t
}

// must be taken by the platform.
func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// sees waits until the texts that user sees satisfy ok; nothing is said of how many messages they are.
func (s *stage) sees(user, what string, ok func(all string) bool) {
	s.Helper()
	s.until(fmt.Sprintf("%s sees %s", user, what), func() bool { return ok(s.all(user)) },
		func() string { return fmt.Sprintf("it is %.2000q", s.all(user)) })
}

// all are the texts that user sees, as one.
func (s *stage) all(user string) string { return strings.Join(s.Received(user), "\n") }

func repeated(s *stage) {
	again := able[Repeater](s, "hand over anything twice")
	s.say(s.a, word+" one")
	s.expect(s.a, heard(word+" one"))
	s.must(again.Repeat(s.a))
	s.say(s.a, word+" two")
	s.expect(s.a, heard(word+" one"), heard(word+" two"))
	s.restart()
	s.must(able[Repeater](s, "hand over anything twice").Repeat(s.a))
	s.say(s.a, word+" three")
	s.expect(s.a, heard(word+" one"), heard(word+" two"), heard(word+" three"))
}

// latePress: that nobody can be told any more does no harm, and on a question that is closed it is refused kindly.
func latePress(s *stage) {
	late := able[LatePresser](s, "press so late")
	s.say(s.a, "ask")
	s.expect(s.a, "yes or no?")
	s.must(late.PressLate(s.a, "Yes"))
	s.until("the press counts", func() bool { return slices.Contains(s.Received(s.a), "you chose Yes") })
	late.PressLate(s.a, "No") // the platform may refuse that by itself
	s.say(s.a, word)
	s.until("the next thing is heard", func() bool { return slices.Contains(s.Received(s.a), heard(word)) })
	if n := strings.Count(s.all(s.a), "you chose"); n != 1 {
		s.Fatalf("%d presses count:\n%s", n, s.all(s.a))
	}
}

// poison: what cannot be read is passed over, or told so, once; nobody waits for it, and it does not come back.
func poison(s *stage) {
	s.say(s.a, word+" one")
	s.expect(s.a, heard(word+" one"))
	s.must(able[Poisoner](s, "send what cannot be read").Poison(s.a))
	s.say(s.a, word+" two")
	s.say(s.b, word)
	s.expect(s.b, heard(word))
	s.sees(s.a, "the next answer", func(all string) bool { return strings.Contains(all, heard(word+" two")) })
	s.restart()
	s.say(s.a, word+" three")
	s.sees(s.a, "the last answer", func(all string) bool { return strings.Contains(all, heard(word+" three")) })
	got := s.Received(s.a)
	told := len(got)
	got = slices.DeleteFunc(got, func(x string) bool { return x == "I cannot read that" })
	want := []string{heard(word + " one"), heard(word + " two"), heard(word + " three")}
	if told -= len(got); told > 1 || !slices.Equal(got, want) {
		s.Fatalf("%s sees %q\nwant %q", s.a, s.Received(s.a), want)
	}
}

// slowAck: a platform that is slow to take our word for it changes nothing of what people see.
func slowAck(s *stage) {
	able[SlowAcker](s, "be slow").SlowAck(200 * time.Millisecond)
	var want []string
	for i := range 4 {
		s.say(s.a, fmt.Sprint(word, " ", i))
		want = append(want, heard(fmt.Sprint(word, " ", i)))
	}
	s.say(s.b, word)
	s.expect(s.b, heard(word))
	s.expect(s.a, want...)
}

// limitedAll: both wait, and get theirs when the platform takes something again; nothing is lost and nothing comes twice.
func limitedAll(s *stage) {
	const after = 1500 * time.Millisecond
	begun := time.Now()
	s.must(able[AllLimiter](s, "refuse everybody").LimitAll(after))
	s.say(s.a, word+" one")
	s.say(s.b, word)
	s.say(s.a, word+" two")
	s.expect(s.b, heard(word))
	if waited := time.Since(begun); waited < after {
		s.Errorf("it came after %v, while the platform took nothing", waited)
	}
	s.expect(s.a, heard(word+" one"), heard(word+" two"))
}

// startPayload: what a link brings along comes as if it was said.
func startPayload(s *stage) {
	s.say(s.a, "/start ABCD-efgh_12")
	s.expect(s.a, heard("/start ABCD-efgh_12"))
}

// shows: a kind of message shows the words that matter.
func shows(s *stage, kind, words string) {
	s.say(s.a, "show "+kind)
	s.sees(s.a, "the words", func(all string) bool { return strings.Contains(all, words) })
	s.say(s.a, word+" after")
	s.sees(s.a, "what comes after", func(all string) bool { return strings.Contains(all, heard(word+" after")) })
}

// long: in however many parts, all the words come, in order and each once.
func long(s *stage) {
	s.say(s.a, "show long")
	s.say(s.a, word+" after")
	s.sees(s.a, "what comes after", func(all string) bool { return strings.Contains(all, heard(word+" after")) })
	var want []string
	for _, b := range longBody() {
		want = append(want, strings.Fields(b.Text)...)
	}
	got := strings.Fields(s.all(s.a))
	if got = got[:max(len(got)-3, 0)]; !slices.Equal(got, want) {
		s.Fatalf("%d words came, want %d: %.300q … ", len(got), len(want), got)
	}
}

// many: each of many choices can be pressed.
func many(s *stage) {
	s.say(s.a, "show many")
	s.sees(s.a, "the question", func(all string) bool { return strings.Contains(all, "which one? "+word) })
	label := fmt.Sprint("Choice ", manyChoices-1)
	s.must(s.Press(s.a, label))
	s.sees(s.a, "what was chosen", func(all string) bool { return strings.Contains(all, "you chose "+label) })
}

// form: the question can be read; where there are forms it can be filled, once, and else words are just words.
func form(s *stage) {
	s.say(s.a, "show form")
	s.sees(s.a, "the question", func(all string) bool { return strings.Contains(all, "write here: "+word) })
	if f, ok := s.Running.(Filler); ok {
		s.must(f.Fill(s.a, word+" words"))
		s.sees(s.a, "the answer", func(all string) bool { return strings.Contains(all, "filled: "+word+" words") })
	}
	s.say(s.a, word+" after")
	s.sees(s.a, "what comes after", func(all string) bool { return strings.Contains(all, heard(word+" after")) })
}

func deleted(s *stage) {
	s.say(s.a, "show delete")
	s.sees(s.a, "that it is gone", func(all string) bool {
		return strings.Contains(all, "deleted") && !strings.Contains(all, "this goes")
	})
}

func closedQuestion(s *stage) {
	s.say(s.a, "show close")
	s.sees(s.a, "that it is closed", func(all string) bool { return strings.Contains(all, "closed") })
	s.Press(s.a, "Yes") // the platform may refuse that by itself
	s.say(s.a, word)
	s.sees(s.a, "the next answer", func(all string) bool { return strings.Contains(all, heard(word)) })
	if strings.Contains(s.all(s.a), "you chose") {
		s.Fatalf("a question that is closed was answered:\n%s", s.all(s.a))
	}
}
