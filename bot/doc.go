// Package bot moves events in and messages out. It owns every goroutine of rewoo and knows neither a platform, nor a
// flow, nor how anything is stored: an [Adapter] speaks a platform, a flows.Machine decides, a [Store] keeps.
//
//	Adapter.Run ──Event──▶ Handle ──▶ guard ──▶ Store.Step (one transaction: state, timers, outbox, seen)
//	timer loop ──Fired───▶   ▲                      │
//	                         │ Gone                 │ committed: nil ──▶ the adapter may acknowledge
//	                         │                      ▼ and two hints go out: "post" and "clock"
//	Adapter.Send ◀──────── deliverer ◀── Store.Heads (the outbox is the truth, a hint only says at whom to look)
//	                         └──▶ Store.Done
//
// # Who owns which goroutine
//
// All of them are started by [Bot.Run], under one errgroup; Run returns when the last one has ended. Those that hand
// over timers are [Bot.Fire]'s, which returns when they have ended.
//
//	goroutine            how many         owns                                         ends when
//	supervisor           one an adapter   when it is run again (Supervise), and runs   ctx ends; without Supervise when
//	                                      it: Adapter.Run is on this goroutine         the adapter does
//	asking again         one an adapter   how far it is with whom to show their open   ctx ends
//	                                      question again after a gap
//	store watch          one              nothing: it ends Run when the store failed   ctx ends, or the store failed
//	                                      under an adapter that is supervised
//	deliverer            one              the picture of the outbox: who waits, who    ctx ended and the sends under
//	                                      is being sent to, who backs off until when,  way came back
//	                                      how fast a platform and a chat may go
//	send                 16 an adapter    one message on its way                       it came back
//	timer loop           one, or none     nothing: the rows of the store say it all    ctx ends
//	                     (Manual)
//	firing               128 a Fire       the timers of one unit in a batch            they are handed over
//
// Handle, NextDue, Settle, Status, the methods of [Desk] and the rest of Fire run on the goroutine of whoever calls them. What
// they share with the others is channels, and [holds], [fresh], [watch], [contact] and [flood], which have locks.
//
// # Order
//
// The rows of one person are sent strictly in the order in which they were queued: Heads shows only a person's first
// row, and there is one send under way to an account at most. A row that fails stays first, so order survives failures
// and restarts; it holds up that person and nobody else. Between people, replies go first, then cards, then what
// comes by the clock; of five sends to a platform with a pace one is for that, and it never has more than three quarters of the
// places. For half a minute after somebody wrote, all that waits for them goes as a reply, because it stands before their reply.
//
// # Pace
//
// First there is a token of the platform, then the highest lane is picked: so a reply waits for one token, not for all who asked
// for one before. What shows something needs its chat's time too, and until then waits alone. A platform that limits two chats
// within a second, unless it says what each limit is for (Pace.Exact), or says that it means all, gets nothing until its time is
// over, and then less for a while.
//
// # What may happen twice
//
// An event takes effect once. A message is sent until it is too old. It comes twice only if it had arrived and we do not know it:
// after a crash between Send and Done, or a send with no clear end (Ambiguous). It is then sent under the same Message.ID, by
// which a platform that knows nonces drops the repeat, for as long as Pace.Nonce says. Without that it is repeated once.
//
// A message that is better lost than said twice (Once: what comes by the clock) is marked in the store after it has its token and
// right before it is sent, and the mark is taken back when it surely did not arrive. Whoever finds a mark of an earlier process
// drops the row, unless the platform would still drop the repeat. So it comes once at most; in a crash it may be lost.
//
// A row goes after its person to another account, and then once; if it was under way to the old one at that moment, that is where
// it is. What is for an account that its person does not use now holds up what follows for a minute at most.
//
// # When a platform was away
//
// Platforms forget what was tapped while they could not reach us. Adapters say when theirs is in reach (Desk.Online); that is
// written down every quarter of a minute, over restarts too. After a gap of more than 150 s everybody on that platform who has
// an open question gets an Away event, gently, once a gap.
//
// # Shutdown
//
// ctx ends → adapters, timer loop and those who ask again return, a step under way finishes → the deliverer starts no send
// any more, sends under way have two seconds, then their context ends too → Run returns nil → its caller closes the store. Adapter.Run
// and Adapter.Send must return soon after their context has ended: Run waits for them.
//
// # What breaks, and what then
//
// A step that panics, or whose output no store could keep, is our bug: its event counts as handled, its timer as
// fired, nothing else changes, the person who wrote gets one neutral apology (a timer never apologises), and the log
// gets ids and the place. A failed send is a [SendError] whose class decides. An adapter that ends ends the bot, or, if
// supervised, is run again after 1 s to 1 min, or 1 to 15 min where somebody has to mend something first ([PlatformError], Fatal);
// the log gets one line for each problem, its platform is closed so long, and the others do not notice. A store that fails is
// fatal, because acknowledging without it would lose words: Run ends with its error, nothing is acknowledged, the next start
// goes on. Who writes too much at once (Options.Flood), by the platform's clock, is told so once; the rest is acknowledged and not read.
//
// Somebody who cannot be reached is nobody's business: on a server with one couple it may be their partner who reads the log and
// the status. So neither says it, but for the log's finest level.
//
// It never logs what people write, nor where they are, nor the text of a platform library's error, nor a panic's value.
package bot
