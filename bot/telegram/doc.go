// Package telegram speaks Telegram's Bot API: it turns updates into events, and messages into what Telegram shows.
//
// It uses go-telegram/bot for the types and the requests of sends, and nothing else of it: the library's poller and
// its webhook handler confirm an update before it is handled, so a crash would lose it.
//
// # Receiving by long polling
//
//	getUpdates(offset) ──▶ window ──▶ one lane a person ──▶ handle ──committed──▶ done
//	      ▲                                                    │
//	      └── offset: behind the last update of which all      └──▶ errands: the tap is answered
//	          that came before are done
//
// Telegram forgets an update when a later call has an offset above it, so the offset moves only over what is committed.
// It is kept nowhere else: after a crash Telegram gives again what was not confirmed, and the store drops what it has
// seen. While somebody's step takes long, further calls start at their update, and hand over what is new behind it; the
// window thus holds a batch, a hundred updates, at most. Ids are compared for equality only: after a quiet week they
// start anywhere.
//
// Each element is decoded alone, into the dozen fields that we read. What does not fit becomes Other if it is clear who
// sent it, and nothing if not; either way the offset passes it. Only an element without an id cannot be confirmed, which
// the log tells, by its size.
//
// # Receiving by webhook
//
// An HTTP server of ours, behind whatever ends TLS. It compares the secret in constant time before it reads a body, reads
// a megabyte at most, and answers 200 only for what is committed or means nothing to us; all else makes Telegram send it
// again. One person's updates wait for each other, because a tap and a text come from different queues of Telegram's.
// Every now and then we look whether the webhook is still set, which is also how the Desk hears of us.
//
// # Goroutines
//
//	Run's own      fetches, or waits for the server's end
//	lane           one for each person with something to be handed over, a hundred at most; an error of one ends all
//	server, watch  webhook only: net/http's own, and one that sets the webhook and looks after it
//	errand         answers to taps and the line to groups: 64 at most, dropped beyond; ended a second after ctx
//	greeting       one, until name and menu are done or ctx ends
//
// All have ended when Run returns. Send works before, during and after Run. What they share has locks: health, limits,
// progress, groups.
//
// # Sending
//
// [render] is pure. Texts carry entities, never markup, so nothing that a person wrote can change how a message looks
// or whether it is taken. Long texts become several messages; a ref names all of them, the one with the buttons first,
// and a retry goes on where the attempt before failed, as long as the process lives. Telegram has no idempotency key:
// whether a request had left before it failed decides between Transient and Ambiguous. The classes are in classify.go.
//
// # What it never does
//
// It follows no redirect and asks no host but the one of api_url (a proxy in the environment is Go's own affair); the
// token is in each path. Token and secret are behind closures. Files, places and contacts are not decoded, let alone
// fetched. In a group it says one line an hour and hears nothing; in a channel not even that. No log line, no error and
// no Health holds a token, an account or a word that somebody wrote: failures are told by class and by a code of digits.
package telegram
