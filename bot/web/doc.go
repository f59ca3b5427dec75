// Package web is the local page of `rewoo try`: two phones side by side, one for each partner, and a clock that can be
// moved.
//
// # What it is for
//
// The page plays the platform's part. It keeps the two chats, as Telegram's or Discord's servers would, and knows of
// them what a platform knows: who wrote what, and what the bot answered. Like there, what a person writes lies in clear
// in that chat: in DIR/phones.jsonl, readable by whoever can read DIR. The bot's own file is another matter and another
// package. The page is for newcomers, demonstrations and tests with invented people; it says so on its face.
//
// # What it never does
//
// It never reads a flow, decides an answer or looks into the bot's state; "under the bonnet" shows what Options.Inspect
// hands it, which holds no word of anybody, and the desk for who writes conversations what Options.Author does. Pictures come from
// there as SVG, and the page takes only shapes and text of them. It never logs what is said, not even a path of a request. It loads nothing
// from elsewhere, and listens on loopback unless told otherwise.
//
// # The log
//
// phones.jsonl holds one JSON record a line, only ever appended, each synced before it counts:
//
//	header  {version}                                   the first line
//	say     {person, update, text}                      the person wrote; update counts from 1 for each person
//	press   {person, update, message, choice, label, action}
//	ack     {person, update}                            the bot has committed that update
//	bot     {person, id, text, choices, image}          the bot said something; id is flows.Message.ID
//	close   {person, id, on}   delete {person, id, on}  the bot changed its message on
//	clock   {now}                                       the clock was moved
//
// The memory of the page is a fold over these lines, in the same code for a line just written and a line read at the
// start. A last line without its newline is what a crash leaves: it never counted, so it is cut off. Any other line
// that does not fit is refused, with its number, and the file is left alone.
//
// The log belongs to the bot's file beside it: updates are named web/<person>/<n>, and the bot handles a name once. With
// phones.jsonl taken away, new updates would bear old names and be met with silence; keep or remove DIR as a whole.
//
// What was done on both phones, in order, is a part of the memory (History): an author can save it as a transcript. Only the mark
// where that begins is not in the log; a restart forgets it.
//
// # Nothing is lost
//
// An update is appended, handed to the bot as the event web/<person>/<n>, and acknowledged by a further line. One that
// has no ack is handed over again at the start of Run. A bot that does not take an event has lost its store, which ends
// Run. The bot drops repeats of events; the page drops repeats of messages by flows.Message.ID.
//
// # Who waits for whom
//
// Page.mu guards the memory and the log and is held for no longer than an append. phone.turn is held while one update
// of that person is on its way, so that updates go one at a time, in order; the two phones do not wait for each other.
// Page.moving is held for writing while the clock moves and for reading by updates: there is one move at a time, and
// what is said meanwhile is said afterwards. The order is moving, turn, mu. Send takes only mu, so that the bot can
// deliver while an update waits for it.
//
// A question for news of the author's files stays open until there are some, or a while; it holds no lock.
//
// Run owns the listener and the goroutine that serves; every request has one of net/http. All end before Run returns.
//
// The page's API is documented in the README of the project; api.go lists its routes.
package web
