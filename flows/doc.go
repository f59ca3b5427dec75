// Package flows is the language of rewoo's conversations, its checker, and the engine that plays them.
//
// # The engine is a function
//
// [Library.Step] takes what is there and what happened, and gives what will be there and what is to be said. It has no
// clock, no chance of its own, no goroutine, no input or output and no log: time is Event.At, chance is Event.Seed, and
// Fired timers come in by the front door like words and buttons. So a week of two lives replays to the byte, can be
// searched for leaks, and may run twice. A store hands it copies; a panic in it changes nothing.
//
// A [State] is a couple, or one person alone. A [Person] holds tracks, which are conversations: a stack of calls, a phase,
// and a visit that grows with every step, so that a timer of a step that is over does nothing. The last track with an open
// question has the floor; a command parks it and brings it back. Whatever a timer moves keeps quiet until its person's
// next input. Two people begin as two States: a step may see both (see [Library.Needs]), [Merge] makes one of them, and
// [Split] parts it again.
//
// What a platform can do is in [Setup]: forms for words, or none of one's own at all (place.go). After a gap in which taps were
// lost, an open question comes once more, by the rules of what comes by the clock (away.go).
//
// # What one person does in silence never shows in what the other gets
//
// Something passes by a door alone (door.go), each with an exact preview and a tap of its own:
//
//	share      a copy of what was previewed; a minute in which it can be undone, then the other's inbox   share.go pass.go
//	together   both halves of a double reveal, at the reveal hour, if both chose so                       share.go instant.go
//	both       that both said yes to something by an instant                                              instant.go
//	open       a fact that the flows of both may use, until it ends or is closed                          open.go
//	take_back  what was shared goes, where it still can                                                   takeback.go
//	part       leaving, openly; quietly nothing passes                                                    part.go
//
// Things that last, such as a promise, are records (record.go, record_pick.go, record_remind.go): a person's own, or the couple's
// once both said yes to its very words. One of them is at hand in a flow; the partner has the snapshot that was shared.
//
// Which accounts a person uses is no part of it (account.go): no other person's step reads them, but for the moment in which
// two connect and the bot's operator is one of them.
//
// What went through a door lies with the one who gets it or with the couple, and on timers of the one who gets it, so that
// nothing its author does afterwards, but another open act, moves it. Words that sound like danger are held, and their author is
// asked once more (phrases.go). Ids count per person, and every token, code and draw is derived from the seed for one
// purpose and one person, never taken from a common stream. Timers, budgets and quiet hours look at their own person
// only. The checker refuses flows that could tell (F11 to F13), and the two-run test looks for what it cannot see.
//
// # The language
//
// A flow is YAML: answers with types and who may see them, and steps in reading order, each of one kind (see [Step]). [Load]
// reads a folder of flows, lists, facts, words and zones: text to nodes with line and column (yaml.go), nodes to flows
// (parse*.go), flows to findings (check*.go), all at once. A question for words can have ready sentences (ready:), to be tapped where no words can be written. Lists may be scored by functions that say what they read (scores.go). There is a [Library] only when there are none. Every sentence
// that a person reads is in library/; what the engine itself says is words.yaml, whose keys are [RequiredTexts].
//
// # Versions
//
// A flow has two fingerprints (shape.go). Its words may change at any time, its shape only with its version: versions.yaml says which
// shape each version had, and what it looked like (stamps.go, check_versions.go). A session goes by the shape that it began with
// (session.go), which a store keeps ([Library.Shapes], [Library.Keep]), or moves where that is proven (migrate.go, check_migrate.go).
//
// The package imports nothing of ours, and never the net, the file system, a log or a source of chance; a test sees to it.
package flows
