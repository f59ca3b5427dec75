package discord_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/discord"
	"rewoo/flows"
)

// Nothing that is logged, printed, or shown to the operator holds a secret, a word, or who somebody is.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	o := s.options()
	o.Times.Unused = time.Millisecond
	var shown []string
	show := func(v any) {
		shown = append(shown, fmt.Sprint(v), fmt.Sprintf("%+v %#v", v, v))
	}
	show(o)
	s.fake.User(anna)
	r := s.run(o, nil).connected()
	show(r.Adapter)
	person := s.fake.User(anna)
	r.asked()
	chat := func() string { return chatOf(anna, r) }
	person.Say("xylophone")
	s.await("it is heard", func() bool { return chat() != "" })
	for _, how := range []fakediscord.Failure{{Status: 502, HTML: true}, {Cut: true}, {Lose: true}, {Status: 403, Code: 50007}, {Status: 401}, {Status: 429, After: time.Millisecond}, {Status: 400, Code: 50035}} {
		s.fake.Fail(func(req fakediscord.Request) *fakediscord.Failure {
			if strings.Contains(req.Path, "callback") || strings.Contains(req.Path, "webhooks") || strings.HasSuffix(req.Path, "/messages") {
				return &how
			}
			return nil
		})
		person.Press("Good")
		person.Command("xylophone")
		q := queued(anna, chat(), "m-1", "xylophone")
		_, err := r.Send(context.Background(), q)
		show(err)
		e, _ := errors.AsType[*bot.SendError](err)
		shown = append(shown, fmt.Sprint(e.LogValue()))
		time.Sleep(20 * time.Millisecond)
	}
	s.fake.Fail(nil)
	s.fake.Dispatch("UNKNOWN", []byte(`{"xylophone":1}`))
	s.fake.Dispatch("MESSAGE_CREATE", []byte(`{"id":"1575340000000000001","channel_id":"1","author":{"id":"`+anna+`"},"content":["xylophone"]}`))
	s.fake.Gateway().Raw(`{"op":99,"d":"xylophone"}`)
	s.fake.Gateway().Raw(`{"op":"xylophone"}`)
	s.fake.Gateway().Cut()
	r.back(2)
	s.fake.Gateway().Silent(1)
	s.fake.Gateway().Down(1)
	s.fake.Gateway().CloseOnIdentify(1, 4000)
	s.fake.Gateway().Close(4009)
	r.back(5)
	show(r.Health())
	r.stop()
	show(r.err)
	shown = append(shown, s.log.String())
	_, err := discord.New(discord.Options{Token: "xylophone-" + s.fake.Token()})
	if err == nil {
		err = discord.CheckToken("xylophone")
	}
	show(err)
	for _, text := range shown {
		for name, secret := range map[string]string{
			"the token": s.fake.Token()[10:], "its end": "one-0123456789", "an interaction's token": "interaction-token", "a word": "xylophone", "a person": anna, "a chat": chat(), "the address": s.fake.URL()[7:],
		} {
			if strings.Contains(text, secret) {
				t.Errorf("%s is in:\n%.2000s", name, text)
			}
		}
	}
	if len(s.log.String()) < 500 {
		t.Error("little was logged: this test sees nothing")
	}
}

func TestTokenShape(t *testing.T) {
	good := fakediscord.DefaultToken
	if err := discord.CheckToken(good); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", good + "\n", " " + good, "Bot " + good, "abc", strings.ReplaceAll(good, ".", ""), good + ".x", "a.b.c", strings.Replace(good, "G", "é", 1)} {
		err := discord.CheckToken(bad)
		if err == nil {
			t.Errorf("%q is taken", bad)
		} else if bad != "" && strings.Contains(err.Error(), strings.TrimSpace(bad)) {
			t.Errorf("the error quotes it: %v", err)
		}
	}
}

func TestAPIURL(t *testing.T) {
	for url, ok := range map[string]bool{
		"": true, "https://discord.com": true, "http://127.0.0.1:8080/": true, "ftp://x": false, "discord.com": false, "https://user@x": false, "https://x/api": false, "https://x?y": false, ":": false,
	} {
		if _, err := discord.New(discord.Options{Token: fakediscord.DefaultToken, APIURL: url}); (err == nil) != ok {
			t.Errorf("%q: %v", url, err)
		}
	}
}

// No redirect and no gateway leads to a host that is not configured.
func TestEgress(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	evil := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer evil.Close()
	where := strings.Replace(evil.URL, "127.0.0.1", "localhost", 1)
	redirecting := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/elsewhere") {
			asked.Add(1)
		}
		if r.Method == "GET" {
			where = "" // the same host
		}
		http.Redirect(w, r, where+r.URL.Path+"/elsewhere", http.StatusTemporaryRedirect)
	}))
	defer redirecting.Close()
	a, err := discord.New(discord.Options{Token: fakediscord.DefaultToken, APIURL: redirecting.URL})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Send(t.Context(), queued(anna, "1", "m-1", "x")); err == nil {
		t.Error("a redirect was taken for an answer")
	}
	if _, err := a.Me(t.Context()); err == nil { // this one stays on its host
		t.Error("a redirect was taken for an answer")
	}
	s := newStand(t, fakediscord.Options{})
	s.fake.Gateway().At(strings.Replace(strings.Replace(evil.URL, "127.0.0.1", "localhost", 1), "http", "ws", 1))
	r := s.run(s.options(), nil)
	s.await("the problem shows", func() bool { return strings.Contains(r.Health().Problem, "not configured") })
	if n := asked.Load(); n != 0 {
		t.Errorf("another host was asked %d times", n)
	}
}

// Files are never fetched, and not even looked at: what comes with words is words, and what comes alone is nothing we read.
func TestFiles(t *testing.T) {
	t.Parallel()
	s, r := newRun(t, fakediscord.Options{}, nil)
	file := func(m map[string]any) {
		m["attachments"] = []any{map[string]any{"id": "5", "filename": "a.png", "size": 1, "url": s.fake.URL() + "/files/5", "proxy_url": s.fake.URL() + "/files/5"}}
	}
	s.fake.User(anna).Post("look", file)
	s.fake.User(anna).Post("", file)
	s.fake.User(anna).Post("", func(m map[string]any) {
		m["sticker_items"] = []any{map[string]any{"id": "6", "name": "s", "format_type": 1}}
	})
	s.await("they come", func() bool { return len(r.got()) == 3 })
	got := r.got()
	if got[0].Kind != flows.Said || got[0].Text != "look" || got[1].Kind != flows.Other || got[2].Kind != flows.Other || got[1].Text != "" {
		t.Errorf("%+v", got)
	}
}

// What the bot itself says, what other bots say, and what is said in servers is not for us.
func TestNotForUs(t *testing.T) {
	t.Parallel()
	s, r := newRun(t, fakediscord.Options{}, nil)
	r.send(queued(anna, "", "m-1", "my own words"))
	s.fake.User(ben).Post("of a server", func(m map[string]any) { m["guild_id"] = "5" })
	s.fake.User(ben).Post("of a bot", func(m map[string]any) { m["author"].(map[string]any)["bot"] = true })
	s.fake.User(ben).Post("a call", func(m map[string]any) { m["type"] = 3 })
	s.fake.User(ben).Post("of a webhook", func(m map[string]any) { m["webhook_id"] = "5" })
	s.fake.User(ben).Post("a reply", func(m map[string]any) { m["type"] = 19 })
	s.await("the reply comes", func() bool { return len(r.got()) > 0 })
	if got := r.got(); len(got) != 1 || got[0].Text != "a reply" || got[0].From.User != ben || !strings.HasPrefix(got[0].ID, "discord/"+fakediscord.AppID+"/m/") {
		t.Errorf("%+v", got)
	}
}

// When the flows were loaded again the menu is the new one.
func TestFollow(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	o := s.options()
	o.Commands = []flows.Command{{Name: "help", About: "What I do"}}
	r := s.run(o, nil).connected()
	s.await("the menu is there", func() bool { _, puts := s.fake.Commands(); return puts == 1 })
	r.Follow(bot.Lines{}, []flows.Command{{Name: "tour", About: "Go round"}})
	s.await("the new menu is there", func() bool { _, puts := s.fake.Commands(); return puts == 2 })
	if menu, _ := s.fake.Commands(); len(menu) != 1 || menu[0].Name != "tour" {
		t.Errorf("%+v", menu)
	}
}

func TestMenu(t *testing.T) {
	t.Parallel()
	s := newStand(t, fakediscord.Options{})
	o := s.options()
	o.Commands = []flows.Command{{Name: "help", About: "What I do"}, {Name: "stop", About: strings.Repeat("é", 120)}, {Name: "Not This", About: "x"}, {Name: "help", About: "again"}}
	r := s.run(o, nil).connected()
	s.await("the menu is there", func() bool { _, puts := s.fake.Commands(); return puts == 1 })
	menu, _ := s.fake.Commands()
	if len(menu) != 2 || fmt.Sprint(menu[0]) != "{help What I do 1 [0 1] [0 1]}" || fmt.Sprint(menu[1].Contexts, menu[1].IntegrationTypes) != "[1] [0 1]" {
		t.Errorf("%+v", menu)
	}
	r.stop()
	asked := count(s, "GET", "/commands")
	r = s.run(o, nil).connected()
	s.await("the menu is looked at", func() bool { return count(s, "GET", "/commands") > asked })
	r.stop()
	if _, puts := s.fake.Commands(); puts != 1 {
		t.Errorf("it was written %d times", puts)
	}
	s.fake.Fail(func(req fakediscord.Request) *fakediscord.Failure {
		if strings.HasSuffix(req.Path, "/commands") {
			return &fakediscord.Failure{Status: 500, HTML: true}
		}
		return nil
	})
	r = s.run(o, nil).connected()
	s.fake.User(anna).Say("all the same")
	s.await("it is heard", func() bool { return len(r.got()) == 1 })
}

func TestMe(t *testing.T) {
	s := newStand(t, fakediscord.Options{})
	me, err := s.adapter(s.options()).Me(t.Context())
	if want := (discord.Identity{ID: fakediscord.BotID, Username: fakediscord.BotName, AppID: fakediscord.AppID}); me != want || err != nil {
		t.Errorf("%+v, %v", me, err)
	}
	o := s.options()
	o.Token += "x"
	_, err = s.adapter(o).Me(t.Context())
	if e, ok := errors.AsType[*bot.PlatformError](err); !ok || e.Code != "401" {
		t.Errorf("%v", err)
	}
}
