package faketelegram

import (
	"bytes"
	"net/http"
	"net/url"
	"time"
)

// webhook is where updates are pushed; url "": nowhere.
type webhook struct {
	url, secret string
	client      *http.Client
	lanes       map[lane]bool // that have a goroutine
	failed      time.Time
}

// lane is what comes one after the other: the messages of a chat, and its taps apart from them.
type lane struct {
	chat int64
	tap  bool
}

func laneOf(u *update) lane { return lane{u.chat, u.kind == "callback_query"} }

func (s *Server) setWebhook(p params) reply {
	u, err := url.Parse(p.values["url"])
	secret := p.values["secret_token"]
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case p.values["url"] == "":
		s.hook = webhook{}
		return ok(true)
	case err != nil || u.Host == "":
		return failed(400, "Bad Request: bad webhook: invalid webhook URL specified")
	case len(secret) > 256:
		return failed(400, "Bad Request: secret token is too long")
	}
	var kinds []string
	if !p.object("allowed_updates", &kinds) {
		return failed(400, "Bad Request: can't parse allowed_updates")
	}
	if kinds != nil {
		s.allowed = kinds
	}
	if p.yes("drop_pending_updates") {
		s.queue = nil
	}
	if s.hook.url != p.values["url"] || s.hook.secret != secret {
		s.hook = webhook{
			url: p.values["url"], secret: secret, lanes: map[lane]bool{},
			client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
				DisableKeepAlives: s.o.HookConnections == 0, MaxConnsPerHost: s.o.HookConnections, MaxIdleConnsPerHost: s.o.HookConnections,
			}},
		}
	}
	s.stirred(s.queue...)
	return ok(true)
}

func (s *Server) deleteWebhook(p params) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = webhook{}
	if p.yes("drop_pending_updates") {
		s.queue = nil
	}
	s.stirred()
	return ok(true)
}

func (s *Server) getWebhookInfo() reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	info := map[string]any{"url": s.hook.url, "has_custom_certificate": false, "pending_update_count": len(s.queue)}
	if !s.hook.failed.IsZero() {
		info["last_error_date"] = s.hook.failed.Unix()
		info["last_error_message"] = "Wrong response from the webhook"
	}
	return ok(info)
}

// dispatch gives the lane of each update a goroutine that delivers it. s.mu is held.
func (s *Server) dispatch(updates []*update) {
	select {
	case <-s.done:
		return
	default:
	}
	if s.hook.url == "" {
		return
	}
	for _, u := range updates {
		if l := laneOf(u); !s.hook.lanes[l] {
			s.hook.lanes[l] = true
			hook := s.hook
			s.wg.Go(func() { s.deliver(hook, l) })
		}
	}
}

// deliver pushes what is on a lane, and tries again what is not taken, until nothing is left or the webhook is another.
func (s *Server) deliver(hook webhook, l lane) {
	pause := s.o.RetryFirst
	for {
		s.mu.Lock()
		s.expire()
		var next *update
		for _, u := range s.queue {
			if laneOf(u) == l {
				next = u
				break
			}
		}
		if next == nil || s.hook.url != hook.url || s.hook.secret != hook.secret {
			delete(hook.lanes, l)
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		if s.push(hook, next) {
			pause = s.o.RetryFirst
			continue
		}
		t := time.NewTimer(pause)
		pause = min(2*pause, 20*s.o.RetryFirst)
		select {
		case <-t.C:
		case <-s.done:
			t.Stop()
			return
		}
	}
}

// push makes one request, and confirms the update if it is taken.
func (s *Server) push(hook webhook, u *update) bool {
	req, err := http.NewRequest(http.MethodPost, hook.url, bytes.NewReader(u.raw))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	if hook.secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", hook.secret)
	}
	resp, err := hook.client.Do(req)
	taken := err == nil && resp.StatusCode/100 == 2
	if err == nil {
		resp.Body.Close()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !taken {
		s.hook.failed = s.o.Now()
		return false
	}
	for i, q := range s.queue {
		if q == u {
			s.queue = append(s.queue[:i:i], s.queue[i+1:]...)
			break
		}
	}
	return true
}
