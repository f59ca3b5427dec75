// Package storage keeps everything rewoo remembers in one bbolt file: the state of every unit, the timers, the messages
// still to be delivered, the answers that were kept, and which events have been handled.
//
// There is one verb that writes a unit, [DB.Step]. It does all of one event, or nothing of it, in one transaction: has the
// event been seen, whose is it, what does the machine make of it, write that, queue the messages, mark the event seen. When
// it returns nil all of that is on disk (a platform may be told so), and the file holds no trace of a step that failed.
// Steps that wait for each other share a transaction (group.go).
//
// # Buckets
//
// UNIT and PERSON are ids of 32 hex digits; "/" stands for itself; TIME is 8 bytes, big endian: nanoseconds since
// 1970 UTC, so that keys sort by time. Times before 1970 count as 1970, times after 2262 as 2262.
//
//	bucket         key                          value                       written by
//	meta           "rewoo"                      format number and check sum Open, when it makes the file
//	meta           "wrong"                      times of wrong codes        Step
//	meta           "online/" platform           TIME                        Online
//	state          UNIT/c                       Couple, ids of its people   Step
//	state          UNIT/p/PERSON                Person                      Step
//	account        platform, 0 byte, user       PERSON                      Step, from the states
//	person         PERSON                       UNIT                        Step, from the states
//	code           digest of a pairing code     UNIT                        Step, from the states
//	due            TIME UNIT timer name         nothing                     Step, from the states
//	journal        PERSON/entry id              Entry                       Step; Prune removes
//	journal_until  TIME PERSON/entry id         nothing                     with journal
//	outbox         PERSON/16 hex digits         Queued but for Key and Ref  Step appends, Mark changes, Done removes
//	sent           PERSON/message id            where it went, its name     Done; Done, Step and Prune remove
//	sent_at        TIME PERSON/message id       nothing                     with sent
//	seen           first half of SHA-256 of id  nothing                     Step; Prune removes
//	seen_at        TIME, key in seen            nothing                     with seen
//	shapes         shape of a flow              Kept, and until when        PutShapes; PutShapes and Prune remove
//
// The hex digits of an outbox key are one counter for the whole file (the bucket's sequence), so that the rows of one person
// sort in the order of queueing and those of everybody can be put into it. The address is in the row, so that the last words
// to somebody who was forgotten still reach them. When a person uses another of their accounts, what waits to be shown to them
// goes there.
//
// What the platform calls a message that was sent is kept for eight days, so that it can be closed or taken back, and no longer
// than its person: it goes when they are forgotten, or with the last of what waits for them then.
//
// A session goes on by the flow as it was when it began, which it names by its shape (16 hex digits). So the flows in place lie in
// shapes, each with its file, and one that was replaced stays for as long as a session can be on it: Until is when it was replaced
// and the longest time that any flow gives a session, with two days to spare. The bucket is made when it is first written, so a
// file of before needs no new format, and a rewoo that knows nothing of it leaves it alone.
//
// account, person, code and due are functions of the states (rows.go): a step compares the rows of the states before
// it with the rows of the states after it and writes the difference. So an index cannot drift from what it indexes. Only rows
// whose bytes change are written.
//
// A step decodes the couple's part and that of the event's own person. The other's is decoded when the machine asks for it
// (Person.Rest), which it does when something passes between the two; else their rows stay as they lie.
//
// # Records
//
// Every value but the format number is a record: a version byte, a CRC32C over the names of bucket and key and the content,
// and the content (record.go): a part of a state in the codec (codec.go), JSON, an id, or nothing. bbolt does not notice a
// changed byte; a record does, and whoever meets it gets a [DamageError], which names the bucket and never the content. A part in
// a version of the codec that is newer than this rewoo gives a [VersionError]. Raise the format number whenever an older
// rewoo would lose something by reading and writing back what a newer one wrote. It is 2: format 1 had no sent and no sent_at, and
// whoever knows nothing of them would leave them behind when a person is forgotten. Open makes format 2 of it.
//
// Content lies in clear for now: the file has mode 0600, and whoever can read it can read everything. When records are sealed,
// the ids in keys and the times in due stay readable, which tells when a unit is next due and how many rows it has.
//
// # Opening
//
// bbolt takes an empty file for a new database, and a file that was cut short ends the process: the fault comes from memory
// that it mapped, and no recover helps. So Open looks at the file before bbolt does (probe.go), makes a file only where none
// is, under another name until it is whole, and refuses with an [OpenError] whatever is not a whole rewoo file of a format it
// knows. What it refuses it leaves as it was.
//
// # Rules
//
// Every exported function may be called from any goroutine. The package starts none: of those who want to write, one at a time
// leads, which is to run what all of them want in one transaction and then to make the first who came meanwhile lead. So a
// machine runs on anybody's goroutine, and again when another of its group fails: it must be pure. A step that fails harms
// nobody else's, what people do goes before what the clock does, the clock gets a place of five, and nobody waits for company.
// A reader copies what it needs and closes its transaction before it returns, because an open reader keeps bbolt from reusing
// pages and a writer from growing the map.
//
// The package never calls a clock, never sends, never logs what people write, and returns errors only for faults of the
// store: a wrong pairing code or an unknown person is no fault, and neither is an output of the machine that cannot be
// stored, which is logged and counts as a step that changed nothing.
package storage
