// Package play runs transcripts: conversations as text, which a counsellor can read and a machine can repeat.
//
// A transcript is played over the real engine, a real store and the real deliverer; only the platform and the clock are
// the player's own. Nothing about a state is carried from one input to the next but what the store gives back, and every
// event is handed over twice: the second time has to change nothing.
//
//	# what this shows
//	at 2026-03-02 18:00            the clock at the start, UTC
//	@platform chat notext forms    what the platform does: no words of one's own are read, words are written into forms
//	@operator Ana                  whose account is named as running the bot
//	@locale Ana de                 the language of her app, from here on
//	include pair.txt               first play the inputs of another transcript, or of a scenario: scenarios/week3.txt
//	Ana > /checkin                 Ana writes
//	Ana < How is the ground …      Ana gets; further lines of a message are indented by four spaces
//	    [Shaky] [Steady] [Skip]    its buttons; [>>] is a form
//	Ana x A note from Ben:         a message disappears from Ana's chat; its first line
//	Ana > [Shaky]                  Ana presses a button of the latest message that has it
//	Ana >> a walk by the river     Ana fills the open form
//	Ben > {code}                   the last pairing code anybody was shown; in what is got, codes show as {code}
//	again 9                        what was done since the last comment, nine times more; what comes is not written down
//	+ 3h                           time passes: everything that falls due happens in order ("+ 30s", "+ 1d", "+ next", "+ idle")
//	+ 10m away                     the same, and nothing came in meanwhile: the platform was out of reach
//	== Tue 3 Mar 20:00             the clock, written whenever something comes at another time than what came before
//
// Comments, inputs and clock moves are the author's; everything else is what came of them. A run that differs fails, and
// -update writes down what came.
//
// Transcripts lie in transcripts/. Those in scenarios/ are prepared points to begin at; their first comment says where that is. Record
// makes a transcript of what was done elsewhere, such as on two phones of a page, by playing it.
//
// One player owns one bot and one store; Play starts the bot's goroutines and ends them before it returns.
package play
