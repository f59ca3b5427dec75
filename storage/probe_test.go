package storage

import (
	"bytes"
	"encoding/binary"
	"hash/fnv"
	"testing"
)

// FuzzProbe: whatever a file begins with, its newest meta page is found or there is none. A check sum is the last thing
// that chance gets right, so all that bear bbolt's magic number are looked at once more with theirs mended.
func FuzzProbe(f *testing.F) {
	f.Add([]byte("dear diary"))
	f.Add(make([]byte, 9000))
	for _, txids := range [][]uint64{{7}, {7, 8}, {8, 7}, {0, 1 << 63}} {
		b := make([]byte, minPageSize+metaAt+metaLen)
		for i, txid := range txids {
			page := b[i*minPageSize+metaAt:]
			for at, n := range map[int]uint64{0: boltVersion<<32 | boltMagic, 8: minPageSize, 40: 4, 48: txid} {
				binary.LittleEndian.PutUint64(page[at:], n)
			}
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<20 {
			t.Skip()
		}
		b = bytes.Clone(b)
		for range 2 {
			m, magic, why := newestMeta(bytes.NewReader(b))
			if why != nil || m != nil && (!magic || m.pageSize < minPageSize || m.pageSize > 16<<20 || m.pageSize&(m.pageSize-1) != 0) {
				t.Errorf("%+v %v %v", m, magic, why)
			}
			for _, off := range metaOffsets() {
				if at := int(off) + metaAt; len(b) >= at+metaLen && binary.LittleEndian.Uint32(b[at:]) == boltMagic {
					sum := fnv.New64a()
					sum.Write(b[at : at+metaSummed])
					binary.LittleEndian.PutUint64(b[at+metaSummed:], sum.Sum64())
				}
			}
		}
	})
}
