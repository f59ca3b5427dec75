// Package discord speaks Discord: direct messages, buttons, lists, forms and slash commands, for people who have a server
// in common with the bot or installed it.
//
//	gateway ──▶ link (discordgo) ──▶ raw, bounded ──▶ dispatch ──▶ lanes: a line a person ──▶ workers ──▶ handle
//	HTTP endpoint (an option) ──────────────────────────▶  ▲                                    │ committed
//	GET …/messages?after= (what was missed) ───────────────┘                                    ▼
//	Send ──▶ render (pure) ──▶ client ──▶ transport: 45/s, buckets, one host  ◀── first answers, each on its own
//
// discordgo carries the gateway and nothing else: it makes no REST request, and its Session is made such that its faults
// do no harm (see link and idleConn). All REST is the client's.
//
// # Who owns which goroutine
//
// [Adapter.Run] starts them, and returns when they have ended.
//
//	goroutine        how many       owns                                              ends when
//	connect          one            the gateway session: opens it, watches it,        ctx ends, or a close that no retry
//	                                leaves it when it hangs, counts IDENTIFYs         mends
//	of discordgo     two a session  the connection; each event goes into raw          the session is closed
//	dispatch         one            raw: decides what an event is, puts it in line    ctx ends
//	worker           32             one person's first item at a time                 ctx ends, or handle failed
//	slow worker      4              the same, for fetching what was missed            the same
//	keep             one            the notes that all is well; empty answers         ctx ends
//	endpoint         the server's   one interaction each, for three seconds           ctx ends
//	answer           up to 256      one first answer, or one to be taken away         it is done, or a second after the rest
//
// Send runs on the goroutine of whoever calls it.
//
// # Order
//
// A person's events are handed over one by one, in order; people do not wait for each other. Behind 64 events of one
// person the rest of what they write stays on Discord, and a fetch stands in their line instead: nothing is lost,
// memory stays flat. Taps beyond it fail visibly. When 8192 events wait in all, the gateway is read no further.
//
// # What is missed
//
// A session that can be resumed loses nothing. After every other beginning, the messages of everybody whom the bot
// knows are fetched, from two minutes before the last note that all was well, under the event ids that the
// gateway would have given. They stand in line before what the person does from then on. Whoever does something now is
// fetched first. Only when all is fetched is the next note made, or, with thousands of people, when the first two thousand
// are. Taps and commands cannot be fetched: the person saw them fail. Nor can the words of strangers: Discord lists no bot its conversations.
//
// # First answers
//
// A tap, a form or a command is answered once it is committed. If that takes more than two of Discord's three seconds it
// is answered before: unanswered it would be lost and look broken, while a commit that fails after its answer ends Run,
// and the tap is as lost as any that came during a crash. A button that opens a form is answered at once, from its custom_id
// alone; it is no event. Outside direct messages one neutral line is all that anybody gets, and nothing happens.
//
// A command's answer is "thinking …" until the first message that answers its event fills it. If none does within five
// seconds, it is taken away. Its token is in memory only; after a restart the message is sent anew, unless the
// answer is seen to be filled already.
//
// # Sending
//
// Each message goes out with its ID as nonce, later parts of a long one with a digest of it, so that a repeat is shown
// once. A ref is "channel/message,…", the last part first, since it has the buttons. Waits for a limit longer than a
// second are given back as Limited: the outbox has better things to do. While one is known to hold, nothing
// is asked. In the limit of all, what comes by the clock and the slow fetching of what was missed stand in line one at a time:
// opening a channel takes a request that the outbox does not count, and a reply must not wait for a dozen of them.
//
// # What it never does
//
// It never logs tokens, texts, ids of people or channels, or what a library says. It opens a channel to a person once,
// and never in a loop. It never connects to a host but the configured one, and Discord's gateway. It never fetches a
// file. It never sends more IDENTIFYs than leave 200 for whoever has to find out what is wrong.
package discord
