package discord

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"rewoo/flows"
)

func TestInteractions(t *testing.T) {
	const who = `"user":{"id":"12"},"channel_id":"34","locale":"pt-BR"`
	inter := func(kind int, more, data string) string {
		return fmt.Sprintf(`{"id":"56","token":"t","application_id":"9","type":%d,%s,"data":%s}`, kind, more, data)
	}
	dm := who + `,"context":1`
	for _, c := range []struct {
		name, raw string
		what      what
		kind      flows.Kind
		action    string
		text      string
	}{
		{"button", inter(3, dm, `{"component_type":2,"custom_id":"a"}`), tap, flows.Pressed, "a", ""},
		{"list", inter(3, dm, `{"component_type":3,"custom_id":"s:0","values":["b","c"]}`), tap, flows.Pressed, "b", ""},
		{"empty list", inter(3, dm, `{"component_type":3,"custom_id":"s:0","values":[]}`), tap, flows.Other, "", ""},
		{"form button", inter(3, dm, `{"component_type":2,"custom_id":"w:10:1:x"}`), opening, flows.Other, "", ""},
		{"form in a list", inter(3, dm, `{"component_type":3,"custom_id":"s:0","values":["w:10:1:x"]}`), opening, flows.Other, "", ""},
		{"form, rows", inter(5, dm, `{"custom_id":"f:x","components":[{"type":1,"components":[{"type":4,"custom_id":"words","value":"hi"}]}]}`), tap, flows.Filled, "x", "hi"},
		{"form, labels", inter(5, dm, `{"custom_id":"f:x","components":[{"type":18,"component":{"type":4,"custom_id":"words","value":"hi"}}]}`), tap, flows.Filled, "x", "hi"},
		{"form of somebody else", inter(5, dm, `{"custom_id":"x","components":[{"type":1,"components":[{"value":"hi"}]}]}`), tap, flows.Other, "", ""},
		{"form without words", inter(5, dm, `{"custom_id":"f:x","components":[]}`), tap, flows.Other, "", ""},
		{"command", inter(2, dm, `{"name":"start","type":1}`), command, flows.Said, "", "/start"},
		{"command on a person", inter(2, dm, `{"name":"start","type":2}`), command, flows.Other, "", ""},
		{"autocomplete", inter(4, dm, `{"name":"start"}`), nothing, "", "", ""},
		{"no context", inter(2, who, `{"name":"start","type":1}`), command, flows.Said, "", "/start"},
		{"a server", inter(2, who+`,"context":0`, `{"name":"start"}`), foreign, "", "", ""},
		{"a server, by its id", inter(2, who+`,"guild_id":"7"`, `{"name":"start"}`), foreign, "", "", ""},
		{"a server, by its member", inter(2, `"member":{"user":{"id":"12"}}`, `{"name":"start"}`), foreign, "", "", ""},
		{"a group", inter(2, who+`,"context":2`, `{"name":"start"}`), foreign, "", "", ""},
		{"a group, by its channel", inter(2, who+`,"channel":{"id":"34","type":3}`, `{"name":"start"}`), foreign, "", "", ""},
		{"nobody", inter(2, `"context":1`, `{"name":"start"}`), nothing, "", "", ""},
		{"a bot", inter(2, `"context":1,"user":{"id":"12","bot":true}`, `{"name":"start"}`), nothing, "", "", ""},
		{"no token", `{"id":"56","type":2,"context":1,"user":{"id":"12"},"data":{"name":"start"}}`, nothing, "", "", ""},
		{"ping", `{"type":1}`, ping, "", "", ""},
	} {
		in := ofInteraction("9", []byte(c.raw))
		if in.what != c.what || in.event.Kind != c.kind || in.event.Action != c.action || in.event.Text != c.text {
			t.Errorf("%s: %d %+v", c.name, in.what, in.event)
		}
		if in.what == tap || in.what == command {
			if in.event.ID != "discord/9/i/56" || in.event.From != (flows.Address{Platform: "discord", User: "12", Chat: "34"}) || in.event.Locale != "pt-br" {
				t.Errorf("%s: %+v", c.name, in.event)
			}
		}
	}
}

func TestSnowflakes(t *testing.T) {
	at := time.Date(2026, 11, 1, 20, 0, 0, int(7*time.Millisecond), time.UTC)
	if got := moment(before(at)); !got.Equal(at) {
		t.Errorf("%v", got)
	}
	if before(time.Time{}) != "0" || !moment("x").IsZero() {
		t.Error("nonsense has a time")
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{{"10", "9", true}, {"9", "10", false}, {"9", "9", false}, {"11", "10", true}, {"1", "", true}} {
		if newer(c.a, c.b) != c.want {
			t.Errorf("%s after %s", c.a, c.b)
		}
	}
	for s, want := range map[string]bool{"1": true, "0": false, "": false, "-1": false, "x": false, "1575340000000000001": true, "99999999999999999999": false} {
		if snowflake(s) != want {
			t.Errorf("%q", s)
		}
	}
}

func TestBounded(t *testing.T) {
	b := newBounded[int](3)
	for i := range 1000 {
		b.put(fmt.Sprint(i), i)
		b.put("kept", i)
		if i%3 == 0 {
			b.drop(fmt.Sprint(i))
		}
	}
	if len(b.m) > 3 || len(b.order) > 6 {
		t.Errorf("%d entries, %d in order", len(b.m), len(b.order))
	}
	if v, ok := b.get("999"); ok || v != 0 {
		t.Errorf("what was dropped is there: %d", v)
	}
	if v, ok := b.get("998"); !ok || v != 998 {
		t.Error("the newest is not there")
	}
}

// When something was done counts, not when it was fetched.
func TestEventsKnowWhen(t *testing.T) {
	at := time.Date(2026, 11, 3, 4, 5, 6, 0, time.UTC)
	n, _ := strconv.ParseInt(before(at), 10, 64)
	id := strconv.FormatInt(n+7, 10)
	said := ofMessage("1", []byte(`{"id":"`+id+`","channel_id":"5","content":"hello","author":{"id":"100"}}`))
	odd := ofMessage("1", []byte(`{"id":"`+id+`","channel_id":"5","content":7,"author":{"id":"100"}}`))
	tap := ofInteraction("1", []byte(`{"id":"`+id+`","type":3,"token":"t","channel_id":"5","user":{"id":"100"},"data":{"custom_id":"a"}}`))
	for _, in := range []incoming{said, odd, tap} {
		if !in.event.Sent.Equal(at) || in.event.Kind == "" {
			t.Errorf("a %s of %v", in.event.Kind, in.event.Sent)
		}
	}
}
