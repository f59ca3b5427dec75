package faketelegram

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"rewoo/bot/bottest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type stand struct {
	*testing.T
	*Server
	clock *bottest.Clock
}

func start(t *testing.T, o Options) *stand {
	c := &bottest.Clock{}
	c.Set(time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC))
	o.Now = c.Now
	s := &stand{t, Start(o), c}
	t.Cleanup(s.Server.Close)
	return s
}

var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// ask makes a call with a JSON body and gives the answer as it looks: "200 RESULT" or "400 DESCRIPTION".
func (s *stand) ask(method string, p map[string]any) string {
	s.Helper()
	body, _ := json.Marshal(p)
	return s.post(method, "application/json", body)
}

func (s *stand) post(method, kind string, body []byte) string {
	s.Helper()
	resp, err := client.Post(s.URL()+"/bot"+s.Token()+"/"+method, kind, bytes.NewReader(body))
	if err != nil {
		return "cut"
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	var a struct {
		OK          bool
		Result      json.RawMessage
		Description string
		Parameters  struct {
			After int `json:"retry_after"`
		}
	}
	if json.Unmarshal(raw, &a) != nil {
		return fmt.Sprint(resp.StatusCode, " ", string(raw))
	}
	if a.OK {
		return fmt.Sprint(resp.StatusCode, " ", string(a.Result))
	}
	if a.Parameters.After > 0 {
		return fmt.Sprint(resp.StatusCode, " after ", a.Parameters.After)
	}
	return fmt.Sprint(resp.StatusCode, " ", a.Description)
}

func (s *stand) want(got, want string) {
	s.Helper()
	if !strings.Contains(got, want) || want == "" {
		s.Errorf("%.300s\nwant %s", got, want)
	}
}

// ids are the update ids of a poll.
func (s *stand) poll(p map[string]any) (ids []int64) {
	s.Helper()
	got := s.ask("getUpdates", p)
	raw, ok := strings.CutPrefix(got, "200 ")
	var batch []struct {
		ID int64 `json:"update_id"`
	}
	if !ok || json.Unmarshal([]byte(raw), &batch) != nil {
		s.Errorf("%.200s", got)
	}
	for _, u := range batch {
		ids = append(ids, u.ID)
	}
	return ids
}

// Updates come again until the offset of a later call has passed them.
func TestConfirmOnOffset(t *testing.T) {
	s := start(t, Options{})
	u := s.User(7)
	a, b, c := u.Say("a"), u.Say("b"), u.Say("c")
	for _, step := range []struct {
		p    map[string]any
		want []int64
	}{
		{nil, []int64{a, b, c}}, {nil, []int64{a, b, c}},
		{map[string]any{"offset": b, "limit": 1}, []int64{b}},
		{nil, []int64{b, c}},
		{map[string]any{"offset": 5}, []int64{b, c}},
		{map[string]any{"offset": c + 1000}, []int64{b, c}},
		{map[string]any{"offset": c + 1}, nil},
		{nil, nil},
	} {
		if got := s.poll(step.p); !slices.Equal(got, step.want) {
			t.Errorf("%v: %v, want %v", step.p, got, step.want)
		}
	}
	s.Jump(3)
	d := u.Say("d")
	if got := s.poll(map[string]any{"offset": c + 1}); d != 3 || !slices.Equal(got, []int64{3}) {
		t.Errorf("%v", got)
	}
	if got := s.poll(map[string]any{"offset": 4}); got != nil {
		t.Errorf("%v", got)
	}
}

func TestLongPoll(t *testing.T) {
	s := start(t, Options{})
	time.AfterFunc(50*time.Millisecond, func() { s.User(7).Say("a") })
	begun := time.Now()
	if got := s.poll(map[string]any{"timeout": 20}); len(got) != 1 || time.Since(begun) > 5*time.Second {
		t.Errorf("%v after %v", got, time.Since(begun))
	}
	s.poll(map[string]any{"offset": 700_000_002})
	first := make(chan string, 1)
	go func() { first <- s.ask("getUpdates", map[string]any{"timeout": 20}) }()
	for s.Calls("getUpdates") < 3 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond)
	s.poll(nil) // the later one wins
	s.want(<-first, "409 Conflict: terminated by other getUpdates request")
}

// What is allowed stays allowed, and kinds that are not are dropped at once.
func TestAllowedUpdates(t *testing.T) {
	s := start(t, Options{})
	u := s.User(7)
	u.Say("a")
	if u.Edit("b") == 0 {
		t.Error("by default edits come")
	}
	s.poll(map[string]any{"allowed_updates": []string{"message"}})
	s.poll(nil)
	if u.Edit("c") != 0 || u.Say("d") == 0 {
		t.Error("the list does not count")
	}
}

func TestExpiry(t *testing.T) {
	s := start(t, Options{})
	u := s.User(7)
	m := u.Say("a")
	s.ask("sendMessage", map[string]any{"chat_id": 7, "text": "x"})
	u.PressData("tap")
	s.clock.Move(149 * time.Second)
	if got := s.poll(nil); len(got) != 2 {
		t.Errorf("%v", got)
	}
	s.clock.Move(time.Second)
	if got := s.poll(nil); !slices.Equal(got, []int64{m}) {
		t.Errorf("%v", got)
	}
	s.clock.Move(24 * time.Hour)
	if got := s.poll(nil); got != nil {
		t.Errorf("%v", got)
	}
}

func TestRefusals(t *testing.T) {
	s := start(t, Options{})
	s.User(7).Start("code")
	s.User(8) // never started
	s.User(9).Start("")
	s.User(9).Block()
	s.User(10).Start("")
	s.User(10).Vanish()
	keys := func(text, data string) any {
		return map[string]any{"inline_keyboard": [][]any{{map[string]any{"text": text, "callback_data": data}}}}
	}
	for _, c := range []struct {
		p    map[string]any
		want string
	}{
		{map[string]any{"chat_id": 7, "text": "x"}, "200 {"},
		{map[string]any{"text": "x"}, "400 Bad Request: chat_id is empty"},
		{map[string]any{"chat_id": nil, "text": "x"}, "400 Bad Request: chat not found"},
		{map[string]any{"chat_id": 99, "text": "x"}, "400 Bad Request: chat not found"},
		{map[string]any{"chat_id": 8, "text": "x"}, "403 Forbidden: bot can't initiate"},
		{map[string]any{"chat_id": 9, "text": "x"}, "403 Forbidden: bot was blocked"},
		{map[string]any{"chat_id": 10, "text": "x"}, "403 Forbidden: user is deactivated"},
		{map[string]any{"chat_id": 7, "text": " \n"}, "400 Bad Request: message text is empty"},
		{map[string]any{"chat_id": 7, "text": strings.Repeat("😀", 2048)}, "200 {"},
		{map[string]any{"chat_id": 7, "text": strings.Repeat("😀", 2048) + "x"}, "400 Bad Request: message is too long"},
		{map[string]any{"chat_id": 7, "text": "x", "parse_mode": "HTML"}, "400 Bad Request: can't parse entities"},
		{map[string]any{"chat_id": 7, "text": "x", "entities": []any{map[string]any{"type": "blockquote", "offset": 0, "length": 2}}}, "400 Bad Request: can't parse entities"},
		{map[string]any{"chat_id": 7, "text": "x", "reply_markup": keys("a", strings.Repeat("ä", 32))}, "200 {"},
		{map[string]any{"chat_id": 7, "text": "x", "reply_markup": keys("a", strings.Repeat("ä", 32)+"x")}, "400 Bad Request: BUTTON_DATA_INVALID"},
		{map[string]any{"chat_id": 7, "text": "x", "reply_markup": keys("a", "")}, "400 Bad Request: BUTTON_DATA_INVALID"},
		{map[string]any{"chat_id": 7, "text": "x", "reply_markup": keys(" ", "a")}, "400 Bad Request: can't parse inline keyboard button"},
	} {
		s.want(s.ask("sendMessage", c.p), c.want)
	}
	s.want(s.ask("nonsense", nil), "404 Not Found")
	resp, err := client.Get(s.URL() + "/bot1:wrong/getMe")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 401 {
		t.Error(resp.Status)
	}
}

// form sends a photo the way libraries do.
func (s *stand) photo(fields map[string]string, size int) string {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range fields {
		w.WriteField(k, v)
	}
	if size > 0 {
		part, _ := w.CreateFormFile("photo", "x.png")
		part.Write(make([]byte, size))
	}
	w.Close()
	return s.post("sendPhoto", w.FormDataContentType(), b.Bytes())
}

func TestPhoto(t *testing.T) {
	s := start(t, Options{})
	s.User(7).Start("")
	s.want(s.photo(map[string]string{"chat_id": "7", "caption": strings.Repeat("ä", 1024), "protect_content": "true"}, 10), "200 {")
	s.want(s.photo(map[string]string{"chat_id": "7", "caption": strings.Repeat("ä", 1025)}, 10), "400 Bad Request: message caption is too long")
	s.want(s.photo(map[string]string{"chat_id": "7"}, 0), "400 Bad Request: there is no photo")
	if m := s.Messages(7); len(m) != 1 || !m[0].Photo || m[0].PhotoSize != 10 || !m[0].Protected {
		t.Errorf("%+v", m)
	}
	if r := s.Requests("sendPhoto"); len(r) != 3 || r[0].Values["photo"] != "file:x.png" || r[0].JSON || r[0].Code != 200 || r[1].Code != 400 {
		t.Errorf("%+v", r)
	}
}

func TestEdits(t *testing.T) {
	s := start(t, Options{})
	u := s.User(7)
	u.Start("")
	s.ask("sendMessage", map[string]any{"chat_id": 7, "text": "x", "reply_markup": map[string]any{"inline_keyboard": [][]any{{map[string]any{"text": "Yes", "callback_data": "y"}}}}})
	id := u.Messages()[0].ID
	on := map[string]any{"chat_id": 7, "message_id": id}
	if u.Press("No") == nil || u.Press("Yes") != nil {
		t.Error("the wrong buttons are there")
	}
	s.want(s.ask("editMessageReplyMarkup", on), "200 {")
	s.want(s.ask("editMessageReplyMarkup", on), "400 Bad Request: message is not modified")
	if u.Press("Yes") == nil || u.PressOld("Yes") != nil {
		t.Error("the button should be gone, but on an old screen")
	}
	s.want(s.ask("editMessageReplyMarkup", map[string]any{"chat_id": 7, "message_id": id - 1}), "400 Bad Request: message to edit not found")
	s.want(s.ask("editMessageText", map[string]any{"chat_id": 7, "message_id": id, "text": "y"}), "200 {")
	s.clock.Move(48*time.Hour - time.Second)
	s.want(s.ask("deleteMessage", on), "200 true")
	s.want(s.ask("deleteMessage", on), "400 Bad Request: message to delete not found")
	s.ask("sendMessage", map[string]any{"chat_id": 7, "text": "x"})
	s.clock.Move(48 * time.Hour)
	s.want(s.ask("deleteMessage", map[string]any{"chat_id": 7, "message_id": u.Messages()[1].ID}), "400 Bad Request: message can't be deleted")
	s.want(s.ask("answerCallbackQuery", map[string]any{"callback_query_id": "?"}), "400 Bad Request: query is too old")
	if taps, answered := s.Answered(); taps != 2 || answered != 0 {
		t.Errorf("%d taps, %d answered", taps, answered)
	}
}
