// Package bottest is what tests of adapters and of the bot stand on: [Memory], a platform in memory; [MemStore], a
// store in memory; [Echo], a small machine; [Clock], which stands still; [Log], to read what was logged; and [Conform],
// the suite that every adapter passes.
//
// It holds working parts, not mocks: Memory queues what people say until it is acknowledged and hands it over again
// after a restart, MemStore keeps the whole contract of bot.Store but for the disk, Echo keeps people, buttons and
// timers in a flows.State like the real engine.
//
// Goroutines: [Start] runs a bot on one, which [Life.Stop] ends; Memory.Run has one for each person with something in
// the queue, and returns when they have ended. Package storage is not imported: whoever calls Conform brings the store.
package bottest
