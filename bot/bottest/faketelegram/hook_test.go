package faketelegram

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// One a second to a chat beyond the burst, 30 a second to all.
func TestRate(t *testing.T) {
	s := start(t, Options{Rate: &Rate{ChatBurst: 3}})
	send := func(chat int64) string {
		s.User(chat).Start("")
		return s.ask("sendMessage", map[string]any{"chat_id": chat, "text": "x"})
	}
	for range 3 {
		s.want(send(7), "200 {")
	}
	s.want(send(7), "429 after 1")
	s.want(send(8), "200 {")
	s.clock.Move(time.Second)
	s.want(send(7), "200 {")
	s.want(send(7), "429 after 1")
	for i := range 28 {
		s.want(send(int64(100+i)), "200 {")
	}
	s.want(send(200), "429 after 1")
	if n := s.TooFast(); n != 3 {
		t.Errorf("%d refused", n)
	}
}

func TestFaults(t *testing.T) {
	s := start(t, Options{})
	u := s.User(7)
	u.Start("")
	s.User(8).Start("")
	send := func(chat int) string { return s.ask("sendMessage", map[string]any{"chat_id": chat, "text": "x"}) }
	s.Fail(Flood(7, 1, 3))
	s.Fail(Forbidden(7, 1))
	s.Fail(BadGateway(7, 1))
	s.Fail(Fault{Chat: 7, Cut: true})
	s.Fail(Fault{Chat: 7, Lost: true})
	s.Fail(Fault{Method: "getMe", Status: 401, Text: "Unauthorized"})
	for _, want := range []string{"429 after 3", "403 Forbidden", "502 <html>", "cut", "cut"} {
		s.want(send(8), "200 {")
		s.want(send(7), want)
	}
	if got := u.Texts(); len(got) != 1 { // the lost one had its effect, the cut one had not
		t.Errorf("%q", got)
	}
	s.want(send(7), "200 {")
	s.want(s.ask("getMe", nil), "401 Unauthorized")
	s.want(s.ask("getMe", nil), "200 {")
	s.Fail(Fault{Times: -1, Status: 500, Text: "no"})
	s.want(send(7), "500 no")
	s.want(send(8), "500 no")
	s.Mend()
	s.want(send(7), "200 {")
}

// The webhook gets an update until it says 2xx; messages of one chat in order; a poller is refused meanwhile.
func TestWebhook(t *testing.T) {
	s := start(t, Options{RetryFirst: time.Millisecond})
	var mu sync.Mutex
	var got []string
	var refuse atomic.Int32
	refuse.Store(3)
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		if r.Header.Get("X-Telegram-Bot-Api-Secret-Token") != "secret" {
			t.Error("no secret")
		}
		if refuse.Add(-1) >= 0 {
			w.WriteHeader(500)
			return
		}
		var u struct{ Message struct{ Text string } }
		json.Unmarshal(raw, &u)
		mu.Lock()
		got = append(got, u.Message.Text)
		mu.Unlock()
	}))
	defer h.Close()
	u := s.User(7)
	u.Say("a")
	s.want(s.ask("setWebhook", map[string]any{"url": h.URL, "secret_token": "secret"}), "200 true")
	s.want(s.ask("getUpdates", nil), "409 Conflict: can't use getUpdates method while webhook is active")
	u.Say("b")
	u.Say("c")
	for end := time.Now().Add(5 * time.Second); len(s.Pending()) > 0 && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	mu.Lock()
	if !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("%q", got)
	}
	mu.Unlock()
	s.want(s.ask("getWebhookInfo", nil), `"pending_update_count":0`)
	s.want(s.ask("deleteWebhook", nil), "200 true")
	u.Say("d")
	if got := s.poll(nil); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

// A repeat has the id of what it repeats; a late tap cannot be answered.
func TestRepeatAndLate(t *testing.T) {
	s := start(t, Options{})
	u := s.User(7)
	if u.Repeat() == nil {
		t.Error("there is nothing to repeat")
	}
	a := u.Say("a")
	s.poll(map[string]any{"offset": a + 1})
	for range 2 {
		if err := u.Repeat(); err != nil {
			t.Error(err)
		}
	}
	if got := s.poll(nil); !slices.Equal(got, []int64{a}) {
		t.Errorf("%v", got)
	}
	s.ask("sendMessage", map[string]any{"chat_id": 7, "text": "x", "reply_markup": map[string]any{"inline_keyboard": [][]any{{map[string]any{"text": "Yes", "callback_data": "y"}}}}})
	if u.Press("Yes") != nil || u.PressLate("Yes") != nil || u.PressLate("No") == nil {
		t.Error("the wrong buttons are there")
	}
	answered := map[string]int{}
	for id := range s.queries {
		answered[s.ask("answerCallbackQuery", map[string]any{"callback_query_id": id})[:3]]++
	}
	if answered["200"] != 1 || answered["400"] != 1 {
		t.Errorf("%v", answered)
	}
}

// Check sees requests, answers and updates.
func TestCheck(t *testing.T) {
	var seen sync.Map
	s := start(t, Options{Check: func(direction, method string, body any) error {
		seen.Store(direction+" "+method, true)
		if _, form := body.(map[string]string); direction == "request" && form {
			return fmt.Errorf("a form")
		}
		return nil
	}})
	s.User(7).Start("")
	s.photo(map[string]string{"chat_id": "7"}, 1)
	s.ask("getMe", map[string]any{})
	for _, want := range []string{"request sendPhoto", "response sendPhoto", "request getMe", "response getMe", "update "} {
		if _, ok := seen.Load(want); !ok {
			t.Errorf("not seen: %s", want)
		}
	}
	if v := s.Violations(); !slices.Equal(v, []string{"request sendPhoto: a form"}) {
		t.Errorf("%q", v)
	}
	if v := s.Violations(); v != nil {
		t.Errorf("%q", v)
	}
}

// Blocking tells the bot, and writing again unblocks.
func TestBlocking(t *testing.T) {
	s := start(t, Options{Lean: true})
	u := s.User(7)
	u.Say("a")
	u.Block()
	u.Block()
	u.Say("b")
	var kinds []string
	s.mu.Lock()
	for _, q := range s.queue {
		kinds = append(kinds, q.kind)
	}
	s.mu.Unlock()
	if !slices.Equal(kinds, []string{"message", "my_chat_member", "my_chat_member", "message"}) {
		t.Errorf("%q", kinds)
	}
}
