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
//	Adapter.Run          one an adapter   its connection, its own unacknowledged       ctx ends, or Handle failed
//	deliverer            one              the picture of the outbox: who waits, who    ctx ended and the sends under
//	                                      is being sent to, who backs off until when   way came back
//	send                 16 an adapter    one message on its way                       it came back
//	timer loop           one, or none     nothing: the rows of the store say it all    ctx ends
//	                     (Manual)
//	firing               128 a Fire       the timers of one unit in a batch            they are handed over
//
// Handle, NextDue, Settle and the rest of Fire run on the goroutine of whoever calls them. What they share with the
// deliverer is three channels, [holds] and [fresh], which have locks.
//
// # Order
//
// The rows of one person are sent strictly in the order in which they were queued: Heads shows only a person's first
// row, and there is one send under way to an account at most. A row that fails stays first, so order survives failures
// and restarts; it holds up that person and nobody else. Between people, replies go first, then cards, then what
// comes by the clock.
//
// # What may happen twice
//
// An event takes effect once. A message is sent until it is too old; only a crash between Send and Done repeats it,
// under the same Message.ID, which an adapter whose platform knows nonces uses to drop the repeat.
//
// # Shutdown
//
// ctx ends → adapters and timer loop return, a step under way finishes → the deliverer starts no send any more, sends
// under way have two seconds, then their context ends too → Run returns nil → its caller closes the store. Adapter.Run
// and Adapter.Send must return soon after their context has ended: Run waits for them.
//
// # What breaks, and what then
//
// A step that panics, or whose output no store could keep, is our bug: its event counts as handled, its timer as
// fired, nothing else changes, the person who wrote gets one neutral apology (a timer never apologises), and the log
// gets ids and the place. A failed send is a [SendError] whose class decides. A store that fails is fatal, because
// acknowledging without it would lose words: Run ends with its error, nothing is acknowledged, the next start goes on.
//
// It never logs what people write, nor where they are, nor the text of a platform library's error, nor a panic's value.
package bot
