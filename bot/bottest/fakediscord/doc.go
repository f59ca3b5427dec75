// Package fakediscord is a Discord in one process, stricter than the real one: REST under /api/v9 and /api/v10, the
// gateway, and the people who use it. It stands on a listener of its own, and what it holds outlives the bots that talk
// to it, so that a bot may be killed and started again.
//
// It keeps the rules that a description of the API cannot say: Hello, IDENTIFY and RESUME with replay before RESUMED,
// intents, the budget of IDENTIFYs, three seconds for the first answer to an interaction and fifteen minutes for its
// token, a modal as the first answer only, one answer an interaction, a nonce that drops repeats, 2000 characters, the
// shapes of components, who can be written to, 50 requests a second. Time is [Options.Now]'s. What only a description can
// say is asked of the two hooks of [Options.Check]; what they find is in [Fake.Violations], as is everything that a bot
// must never do.
//
// Goroutines: the HTTP server's, one writer a gateway connection, and one for each request to an HTTP endpoint for
// interactions. [Fake.Close] ends them all. All state is under one mutex, which is never held while anything is written
// to a network.
//
// It is a tool of tests: it keeps tokens and texts in clear, and imports nothing of rewoo.
package fakediscord
