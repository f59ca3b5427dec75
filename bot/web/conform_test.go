package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"rewoo/bot"
	"rewoo/bot/bottest"
	"rewoo/bot/web"
)

func TestConforms(t *testing.T) {
	bottest.Conform(t, bottest.Harness{
		New: func(t *testing.T) bottest.Platform {
			return platform{t.TempDir()}
		},
		Store:  func(*testing.T) bot.Store { return bottest.NewMemStore() },
		People: [2]string{"a", "b"},
		Drops:  true,
	})
}

// platform is what outlives a page: its directory.
type platform struct{ dir string }

func (p platform) Start(t *testing.T, s bottest.Setup) bottest.Running {
	ready := make(chan string, 1)
	page, err := web.Open(web.Options{Dir: p.dir, Log: s.Log, Ready: func(url string) { ready <- url }})
	if err != nil {
		t.Fatal(err)
	}
	o := bot.Options{Store: s.Store, Machine: s.Machine, Log: s.Log, Adapters: []bot.Adapter{page}, Now: page.Now, Manual: true}
	b := bot.New(o)
	page.Attach(b)
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{T: t, page: page, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		r.err = b.Run(ctx)
	}()
	select {
	case r.url = <-ready:
	case <-r.done:
		t.Fatalf("the bot ended: %v", r.err)
	case <-time.After(20 * time.Second):
		t.Fatal("the page does not start")
	}
	return r
}

type running struct {
	*testing.T
	page   *web.Page
	url    string
	cancel func()
	done   chan struct{}
	err    error // once done is closed
}

var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// call asks the page, and gives an error for everything that is not 200.
func (r *running) call(method, path, body string, into any) error {
	req, err := http.NewRequest(method, r.url+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", resp.Status, b)
	}
	return json.Unmarshal(b, into)
}

type messages struct {
	Messages []struct {
		ID      int
		From    string
		Text    string
		Choices []struct{ ID, Label string }
	}
}

func (r *running) Say(user, text string) error {
	return r.call("POST", "api/people/"+user+"/say", fmt.Sprintf(`{"text":%q}`, text), &messages{})
}

func (r *running) Press(user, label string) error {
	var m messages
	if err := r.call("GET", "api/people/"+user+"/messages", "", &m); err != nil {
		return err
	}
	for i := len(m.Messages) - 1; i >= 0; i-- {
		for _, c := range m.Messages[i].Choices {
			if c.Label == label {
				return r.call("POST", "api/people/"+user+"/press", fmt.Sprintf(`{"message":%d,"choice":%q}`, m.Messages[i].ID, label), &messages{})
			}
		}
	}
	return errors.New("no such button")
}

// Poison sends what is no update.
func (r *running) Poison(user string) error {
	err := r.call("POST", "api/people/"+user+"/say", `{"text":17,"file":{}}`, &messages{})
	if err == nil || !strings.HasPrefix(err.Error(), "400") {
		return fmt.Errorf("an unknown shape: %v", err)
	}
	return nil
}

func (r *running) PressLate(user, label string) error { return r.Press(user, label) }

func (r *running) Received(user string) (texts []string) {
	var m messages
	if err := r.call("GET", "api/people/"+user+"/messages", "", &m); err != nil {
		r.Logf("read the phone of %s: %v", user, err)
		return nil
	}
	for _, m := range m.Messages {
		if m.From == "bot" {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

func (r *running) Stop() error {
	r.cancel()
	<-r.done
	if err := r.page.Close(); err != nil {
		r.Error(err)
	}
	return r.err
}

func (r *running) Done() <-chan struct{} { return r.done }
