package telegram_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/bot/bottest/faketelegram"
	"rewoo/flows"
)

// What is sent looks as it should: quotes, protection, no previews, a photo, the buttons on the last part.
func TestSendShows(t *testing.T) {
	s, a, u := sender(t, faketelegram.Options{})
	ctx := context.Background()
	long := strings.Repeat("A sentence of some length. ", 200)
	for i, m := range []flows.Message{
		{Body: []flows.Block{{Text: "😀"}, {Text: "*a* quote", Quote: true}}, Private: true},
		{Body: words(long), Choices: []flows.Choice{{Label: "Go on", Action: strings.Repeat("ä", 32)}}},
		{Body: words("Look"), Image: &flows.Image{Bytes: []byte("PNG")}, Private: true, Choices: []flows.Choice{{Label: "Nice", Action: "x"}}},
		{Body: words(strings.Repeat("😀", 2048))},
		{Body: words(strings.Repeat("😀", 512)), Image: &flows.Image{Bytes: []byte("PNG")}},
	} {
		if _, err := a.Send(ctx, say(fmt.Sprint(i), m)); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
	}
	got := u.Messages()
	if len(got) != 6 {
		t.Fatalf("%d messages", len(got))
	}
	if m := got[0]; !m.Protected || !m.NoPreview || m.Text != "😀\n*a* quote" || !slices.Equal(m.Entities, []faketelegram.Entity{{Type: "blockquote", Offset: 3, Length: 9}}) {
		t.Errorf("%+v", m)
	}
	if got[1].Buttons != nil || got[2].Buttons == nil || got[1].Protected || !got[1].NoPreview || !got[2].NoPreview {
		t.Errorf("%+v\n%+v", got[1], got[2])
	}
	if m := got[3]; !m.Photo || !m.Protected || m.Text != "Look" || m.PhotoSize != 3 || m.Buttons == nil {
		t.Errorf("%+v", m)
	}
	for _, r := range s.fake.Requests("") {
		if r.Values["parse_mode"] != "" {
			t.Errorf("%s with parse_mode", r.Method)
		}
	}
}

// A retry goes on where the first attempt failed; the ref names all parts, the one with the buttons first.
func TestSendGoesOn(t *testing.T) {
	s, a, u := sender(t, faketelegram.Options{})
	ctx := context.Background()
	q := say("m", flows.Message{Body: words(strings.Repeat("A sentence of some length. ", 400)), Choices: []flows.Choice{{Label: "Go on", Action: "x"}}})
	s.fake.Fail(faketelegram.Fault{Slow: time.Millisecond})
	s.fake.Fail(faketelegram.BadGateway(annaID, 2))
	for range 2 {
		if _, err := a.Send(ctx, q); class(err) != bot.Transient {
			t.Fatal(err)
		}
	}
	other := q
	other.Message.ID = "another"
	other.Message.Body = words("in between")
	if _, err := a.Send(ctx, other); err != nil {
		t.Fatal(err)
	}
	ref, err := a.Send(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	got := u.Messages()
	if len(got) != 4 {
		t.Fatalf("%d messages", len(got))
	}
	if want := fmt.Sprintf("%d,%d,%d", got[3].ID, got[2].ID, got[0].ID); ref != want {
		t.Errorf("ref %s, want %s", ref, want)
	}
	shut := say("c", flows.Message{Op: flows.Close, On: "m"})
	shut.Ref = ref
	if _, err := a.Send(ctx, shut); err != nil {
		t.Error(err)
	}
	if m := u.Messages()[3]; m.Buttons != nil {
		t.Error("the buttons are still there")
	}
	if _, err := a.Send(ctx, shut); class(err) != bot.Unchanged {
		t.Error(err)
	}
	gone := say("d", flows.Message{Op: flows.Delete, On: "m"})
	gone.Ref = ref
	s.fake.Fail(faketelegram.Fault{Slow: time.Millisecond})
	s.fake.Fail(faketelegram.BadGateway(annaID, 1))
	if _, err := a.Send(ctx, gone); class(err) != bot.Transient {
		t.Error(err)
	}
	if _, err := a.Send(ctx, gone); err != nil {
		t.Error(err)
	}
	if texts := u.Texts(); !slices.Equal(texts, []string{"in between"}) {
		t.Errorf("%d texts are left", len(texts))
	}
	if _, err := a.Send(ctx, gone); class(err) != bot.Stale {
		t.Error(err)
	}
}

func TestSendRefs(t *testing.T) {
	_, a, _ := sender(t, faketelegram.Options{})
	for _, op := range []flows.Op{flows.Close, flows.Delete} {
		for _, ref := range []string{"", "x", "0", "-1", "999"} {
			q := say("m", flows.Message{Op: op, On: "n"})
			q.Ref = ref
			if _, err := a.Send(context.Background(), q); class(err) != bot.Stale {
				t.Errorf("%s %q: %v", op, ref, err)
			}
		}
	}
}

// After 48 hours nothing can be deleted.
func TestSendDeleteTooLate(t *testing.T) {
	clock := &bottest.Clock{}
	clock.Set(time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC))
	_, a, u := sender(t, faketelegram.Options{Now: clock.Now})
	ref, err := a.Send(context.Background(), say("m", flows.Message{Body: words("a")}))
	if err != nil {
		t.Fatal(err)
	}
	clock.Set(clock.Now().Add(48 * time.Hour))
	q := say("d", flows.Message{Op: flows.Delete})
	q.Ref = ref
	if _, err := a.Send(context.Background(), q); class(err) != bot.Stale || u.Messages()[0].Deleted {
		t.Error(err)
	}
}

// Sixteen sends at a time, as the bot makes them.
func TestSendTogether(t *testing.T) {
	s, a, _ := sender(t, faketelegram.Options{})
	var wg sync.WaitGroup
	for i := range 16 {
		id := int64(2000 + i)
		s.fake.User(id).Start("")
		wg.Go(func() {
			for n := range 10 {
				q := flows.Queued{To: flows.Address{Platform: "telegram", User: fmt.Sprint(id)}, Message: flows.Message{ID: fmt.Sprint(n), Body: words(fmt.Sprint(n))}}
				if _, err := a.Send(context.Background(), q); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for i := range 16 {
		if got := s.fake.User(int64(2000 + i)).Texts(); len(got) != 10 || got[9] != "9" {
			t.Errorf("%q", got)
		}
	}
}
