package flows

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
)

// derive draws 32 bytes from an event's seed for one named purpose. Each purpose, person and message has a draw of its
// own, never the next of a common stream: how often chance was used for one person must not show in what another gets.
//
// It is HMAC-SHA256 of the framed parts, keyed by the seed. crypto/hmac gives the same bytes, but allocates ten times for
// each, and a question has a token for every button.
func (s Seed) derive(purpose string, parts ...string) [32]byte {
	var room [macRoom]byte
	inner := frame(s.keyBlock(room[:0], 0x3636363636363636), purpose)
	for _, p := range parts {
		inner = frame(inner, p)
	}
	sum := sha256.Sum256(inner)
	return sha256.Sum256(append(s.keyBlock(room[:0], 0x5c5c5c5c5c5c5c5c), sum[:]...))
}

// macRoom is enough for a key block and any parts that the engine has, so that no draw needs the heap.
const macRoom = 256

// keyBlock appends the seed, filled up to a block of the hash with zeroes, each eight bytes turned by pad.
func (s *Seed) keyBlock(b []byte, pad uint64) []byte {
	for i := 0; i < len(s); i += 8 {
		b = binary.BigEndian.AppendUint64(b, binary.BigEndian.Uint64(s[i:])^pad)
	}
	for i := len(s); i < sha256.BlockSize; i += 8 {
		b = binary.BigEndian.AppendUint64(b, pad)
	}
	return b
}

// frame appends a part behind its length, so that no two lists of parts look alike.
func frame(b []byte, part string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
	return append(b, part...)
}

func (s Seed) newID(purpose string) string {
	sum := s.derive(purpose)
	return hex.EncodeToString(sum[:16])
}

// tokenLen is the length of a button's secret: a version byte and 96 random bits, in base64.
const tokenLen = 18

// tokens are the secrets of the first n buttons of a message, one behind the other: a question's are made together.
func (s Seed) tokens(msg string, n int) string {
	var all strings.Builder
	all.Grow(n * tokenLen)
	raw := [13]byte{1}
	var out [tokenLen]byte
	for i := range n {
		sum := s.derive("button", msg, strconv.Itoa(i))
		copy(raw[1:], sum[:])
		base64.RawURLEncoding.Encode(out[:], raw[:])
		all.Write(out[:])
	}
	return all.String()
}

// messageID is the id of p's nth message.
func (p *Person) messageID(n int) string {
	var room [32]byte
	return string(strconv.AppendInt(append(append(room[:0], p.ID[:10]...), '.'), int64(n), 10))
}

// pick is a number in [0, n).
func (s Seed) pick(n int, purpose string, parts ...string) int {
	sum := s.derive(purpose, parts...)
	return int(binary.BigEndian.Uint64(sum[:8]) % uint64(n))
}

// codeLetters are the 32 signs that nobody mixes up when reading aloud: no 0 and O, no 1 and I. 10 of them are 50 bits.
const codeLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

const codeLen = 10

// code is a pairing code of 10 signs.
func (s Seed) code(who PersonID) string {
	sum := s.derive("code", string(who))
	out := make([]byte, codeLen)
	for i := range out {
		out[i] = codeLetters[sum[i]%32]
	}
	return string(out)
}

// CodeDigest is what a pairing code is looked up by.
func CodeDigest(code string) string {
	sum := sha256.Sum256([]byte("rewoo code " + code))
	return hex.EncodeToString(sum[:16])
}

// normalCode reads a code as people type it: any case, with spaces or dashes. It is "" when it cannot be one.
func normalCode(text string) string {
	text = strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "–", "", "—", "", "\n", "").Replace(text))
	if len(text) != codeLen {
		return ""
	}
	for i := range len(text) {
		if strings.IndexByte(codeLetters, text[i]) < 0 {
			return ""
		}
	}
	return text
}
