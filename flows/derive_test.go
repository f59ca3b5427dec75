package flows

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
	"testing"
)

// Tokens, codes and ids of people hang on these bytes: they must be what HMAC-SHA256 gives, however long the parts are.
func TestDeriveIsHMAC(t *testing.T) {
	seed := Seed(sha256.Sum256([]byte("a seed")))
	want := func(all ...string) []byte {
		mac := hmac.New(sha256.New, seed[:])
		for _, p := range all {
			mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(p))))
			mac.Write([]byte(p))
		}
		return mac.Sum(nil)
	}
	for _, n := range []int{0, 1, 10, 63, 64, 65, 127, 183, 184, 185, 1000} {
		long := strings.Repeat("x", n)
		if got := seed.derive("purpose", long, "", long); string(got[:]) != string(want("purpose", long, "", long)) {
			t.Errorf("parts of %d bytes give other bytes than HMAC", n)
		}
		if got := seed.derive(long); string(got[:]) != string(want(long)) {
			t.Errorf("a purpose of %d bytes gives other bytes than HMAC", n)
		}
	}
	tokens := seed.tokens("0123456789.345", 12)
	for i := range 12 {
		sum := want("button", "0123456789.345", strconv.Itoa(i))
		if got := tokens[i*tokenLen : (i+1)*tokenLen]; got != base64.RawURLEncoding.EncodeToString(append([]byte{1}, sum[:12]...)) {
			t.Errorf("the token %q is not of the first 96 bits", got)
		}
	}
	if n := testing.AllocsPerRun(100, func() { seed.tokens("0123456789.345", 12) }); n > 1 {
		t.Errorf("tokens take %v allocations", n)
	}
}
