package flows

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
)

// derive draws 32 bytes from an event's seed for one named purpose. Each purpose, person and message has a draw of its
// own, never the next of a common stream: how often chance was used for one person must not show in what another gets.
func (s Seed) derive(purpose string, parts ...string) [32]byte {
	mac := hmac.New(sha256.New, s[:])
	frame := func(p string) {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(p)))
		mac.Write(n[:])
		mac.Write([]byte(p))
	}
	frame(purpose)
	for _, p := range parts {
		frame(p)
	}
	return [32]byte(mac.Sum(nil))
}

func (s Seed) newID(purpose string) string {
	sum := s.derive(purpose)
	return hex.EncodeToString(sum[:16])
}

// token is a button's secret: a version byte and 96 random bits, 18 characters.
func (s Seed) token(msg string, choice int) string {
	sum := s.derive("button", msg, strconv.Itoa(choice))
	return base64.RawURLEncoding.EncodeToString(append([]byte{1}, sum[:12]...))
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
