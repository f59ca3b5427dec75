package telegram

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"rewoo/bot"
)

// failure says what became of a call: nil when it had its effect. once is for what is better lost than said twice. Only
// err's kind is kept in it, and a code of digits; texts may hold what people wrote.
func (c *call) failure(err error, once bool) *bot.SendError {
	f := &bot.SendError{Code: strconv.Itoa(c.code), Err: err}
	switch {
	case !c.answered && c.written.Load():
		f.Class, f.Code = bot.Ambiguous, ""
	case !c.answered:
		f.Class, f.Code = bot.Transient, ""
	case c.api && c.ok:
		return nil // even if the library did not understand the result
	case c.code >= 500 && once:
		f.Class = bot.Ambiguous // a server in front may hide a send that was done
	case c.code >= 500:
		f.Class = bot.Transient
	case c.code == 429:
		f.Class, f.After = bot.Limited, max(c.after, time.Second)
	case !c.api && c.code < 300:
		f.Class = bot.Ambiguous // done, by all that is known, but the answer is of something in between
	case !c.api:
		f.Class = bot.Transient // a redirect, or a proxy's page: nothing reached the Bot API
	default:
		f.Class = refusal(c.code, c.description)
	}
	if c.answered {
		f.Err = nil // the library's text quotes the response
		if c.api && c.code == 409 {
			f.Err = conflictOf(c.description)
		}
	}
	return f
}

// refusal is the class of what the Bot API refused.
func refusal(code int, description string) bot.Class {
	says := func(texts ...string) bool {
		for _, text := range texts {
			if strings.Contains(strings.ToLower(description), text) {
				return true
			}
		}
		return false
	}
	switch {
	case code == 401 || code == 404:
		return bot.Fatal
	case code == 403:
		return bot.Unreachable
	case code == 409:
		return bot.Transient // nothing that a send should meet
	case says("message is not modified"):
		return bot.Unchanged
	case says("message to edit not found", "message to delete not found", "can't be deleted", "can't be edited", "message_id_invalid", "query is too old", "query id is invalid"):
		return bot.Stale
	case says("chat not found", "user not found", "peer_id_invalid", "user is deactivated"):
		return bot.Unreachable
	}
	return bot.Invalid
}

// limits tells a limit for one chat from one for all: when two chats are refused within a second, it is for all.
type limits struct {
	mu   sync.Mutex
	chat int64
	at   time.Time
}

// refused notes that chat was refused at now, and tells whether everybody should wait.
func (l *limits) refused(chat int64, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.chat != 0 && l.chat != chat && now.Sub(l.at) < time.Second
	l.chat, l.at = chat, now
	return all
}
