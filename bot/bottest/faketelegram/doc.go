// Package faketelegram is a Telegram Bot API server for tests, as strict as the real one where that matters, and with
// people that a test plays.
//
// It keeps what Telegram keeps: updates until they are confirmed by the offset of a later getUpdates or by a 2xx of the
// webhook, taps for 150 s, messages for 24 h, chats for ever. It outlives the bots that are started on it. What depends
// on time asks Options.Now, so that tests do not wait; only the waiting of a long poll and the pauses of the webhook
// are real.
//
// It refuses what Telegram refuses: texts over 4096 and captions over 1024 UTF-16 units, callback_data over 64 bytes,
// edits that change nothing, deletions after 48 h, writing to people who never started the bot or blocked it, a second
// poller, a poller beside a webhook, and, if Options.Rate says so, what comes too fast. Faults make it fail on purpose,
// see [Fault]. Everything that goes in or out passes Options.Check, and what that refuses is in Violations.
//
// It imports nothing of rewoo, so it can also run in a process of its own.
//
// Goroutines: those of the HTTP server; with a webhook, one for each chat with something to deliver. Close ends all.
package faketelegram
