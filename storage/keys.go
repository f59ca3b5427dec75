package storage

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"time"

	"rewoo/flows"
)

// The buckets; doc.go says what is in them.
const (
	bMeta    = "meta"
	bState   = "state"
	bAccount = "account"
	bPerson  = "person"
	bCode    = "code"
	bDue     = "due"
	bJournal = "journal"
	bUntil   = "journal_until"
	bOutbox  = "outbox"
	bSeen    = "seen"
	bSeenAt  = "seen_at"
	bSent    = "sent"
	bSentAt  = "sent_at"
	bShapes  = "shapes" // made when it is first written: files of before have none
)

// buckets are those of each format; format 2 came with what was sent.
var buckets = map[int][]string{
	1: {bMeta, bState, bAccount, bPerson, bCode, bDue, bJournal, bUntil, bOutbox, bSeen, bSeenAt},
	2: {bMeta, bState, bAccount, bPerson, bCode, bDue, bJournal, bUntil, bOutbox, bSeen, bSeenAt, bSent, bSentAt},
}

const (
	idLen    = 32   // hex digits of a unit or a person
	stampLen = 8    // bytes of a TIME
	maxKey   = 1024 // bytes; bbolt itself takes 32 KiB
)

// validID keeps keys readable from both ends: ids have one length and no separators.
func validID(id string) bool {
	return len(id) == idLen && strings.Trim(id, "0123456789abcdef") == ""
}

// stamp is TIME as a number.
func stamp(t time.Time) uint64 {
	switch {
	case t.Before(time.Unix(0, 0)):
		return 0
	case t.After(time.Unix(0, math.MaxInt64)):
		return math.MaxInt64
	}
	return uint64(t.UnixNano())
}

func stampKey(n uint64) string {
	var b [stampLen]byte
	binary.BigEndian.PutUint64(b[:], n)
	return string(b[:])
}

// keyTime reads the TIME that key begins with.
func keyTime(key []byte) time.Time {
	return time.Unix(0, int64(binary.BigEndian.Uint64(key))).UTC()
}

func coupleKey(u flows.UnitID) string                     { return string(u) + "/c" }
func personKey(u flows.UnitID, p flows.PersonID) string   { return string(u) + "/p/" + string(p) }
func accountKey(a flows.Address) string                   { return a.Platform + "\x00" + a.User }
func entryKey(p flows.PersonID, id string) string         { return string(p) + "/" + id }
func sentKey(p flows.PersonID, message string) string     { return string(p) + "/" + message }
func sentAtKey(t time.Time, sent string) string           { return stampKey(stamp(t)) + sent }
func onlineKey(platform string) string                    { return "online/" + platform }
func untilKey(t time.Time, entry string) string           { return stampKey(stamp(t)) + entry }
func outboxKey(p flows.PersonID, seq uint64) string       { return fmt.Sprintf("%s/%016x", p, seq) }
func seenAtKey(t time.Time, seen string) string           { return stampKey(stamp(t)) + seen }
func dueKey(t time.Time, u flows.UnitID, n string) string { return stampKey(stamp(t)) + string(u) + n }

// seenKey has one length for ids of any length, and says nothing about them.
func seenKey(event string) string {
	sum := sha256.Sum256([]byte(event))
	return string(sum[:16])
}
