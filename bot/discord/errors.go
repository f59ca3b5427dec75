package discord

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"rewoo/bot"
)

// Codes of Discord that mean something here.
const (
	unknownChannel = 10003
	tooFastOpening = 40003
)

// sendError says what a failed call means for the message that it was for. once: it is better lost than said twice.
func sendError(err error, once bool) *bot.SendError {
	if done, ok := errors.AsType[*bot.SendError](err); ok {
		return done
	}
	f, ok := errors.AsType[*failure](err)
	if !ok {
		return &bot.SendError{Class: bot.Transient, Code: "unclassified", Err: err}
	}
	e := &bot.SendError{Err: f, Code: code(f)}
	e.Class, e.After = class(f, once)
	e.Global = e.Class == bot.Limited && f.global
	return e
}

// code is the short name of a failure.
func code(f *failure) string {
	switch {
	case f.held:
		return "held"
	case f.status == 0 && f.written:
		return "lost"
	case f.status == 0:
		return "unsent"
	case f.code != 0:
		return strconv.Itoa(f.code)
	}
	return strconv.Itoa(f.status)
}

// class is the table of what Discord says.
func class(f *failure, once bool) (bot.Class, time.Duration) {
	switch {
	case f.held, f.status == http.StatusTooManyRequests:
		return bot.Limited, f.after
	case f.status == 0 && f.written, f.status == http.StatusRequestTimeout:
		return bot.Ambiguous, 0
	case f.status == 0, f.status < 400:
		return bot.Transient, 0
	case f.status >= 500 && once:
		return bot.Ambiguous, 0 // a front server's error can hide a send that worked
	case f.status >= 500:
		return bot.Transient, 0
	}
	switch f.code {
	case 50007, 50278:
		return bot.Unreachable, 0
	case tooFastOpening:
		return bot.Limited, openingRest
	case 10008, 10062, 10015, unknownChannel, 40060, 50027:
		return bot.Stale, 0
	}
	switch {
	case f.status == http.StatusUnauthorized && f.open:
		return bot.Stale, 0
	case f.status == http.StatusUnauthorized:
		return bot.Fatal, 0
	case f.status == http.StatusForbidden && f.code < 50000:
		return bot.Limited, time.Minute // a front server that wants us to be quiet: asking again at once makes it worse
	}
	return bot.Invalid, 0
}

// refused is the end of everything: Discord does not know the token.
func refused(code string) *bot.PlatformError {
	return &bot.PlatformError{
		Code: code, Problem: "Discord refused the token",
		Hint: "make a new one in the Developer Portal, page Bot, Reset Token, put it into the token file, and start again",
	}
}

// unauthorized tells whether err says that the token is wrong.
func unauthorized(err error) bool {
	f, ok := errors.AsType[*failure](err)
	return ok && f.status == http.StatusUnauthorized && !f.open
}

// fatalClose is what a close code of the gateway means that no retry mends; nil for all others.
func fatalClose(code int) *bot.PlatformError {
	e := &bot.PlatformError{Code: strconv.Itoa(code)}
	switch code {
	case 4004:
		return refused("4004")
	case 4010, 4011:
		e.Problem, e.Hint = "Discord wants this bot to be sharded", "it is in too many servers: let it leave some; direct messages need none but one in common"
	case 4012:
		e.Problem, e.Hint = "Discord no longer speaks this version of its gateway", "update rewoo"
	case 4013, 4014:
		e.Problem, e.Hint = "Discord does not allow the intents that rewoo asks for", "rewoo asks for direct messages alone, which every bot may have; look at the bot's page in the Developer Portal"
	default:
		return nil
	}
	return e
}
