package storage

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// recordVersion 1: version byte, CRC32C (4 bytes, big endian), content in clear.
const (
	recordVersion = 1
	recordHead    = 5
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// DamageError says that what a bucket holds is not what was written there. It never holds keys or content.
type DamageError struct {
	Bucket string
	Why    string
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("bucket %q is damaged: %s; stop rewoo, keep a copy of the file and restore a backup", e.Bucket, e.Why)
}

// pack makes the record of content at key in bucket.
func pack(bucket, key string, content []byte) []byte {
	rec := make([]byte, recordHead, recordHead+len(content))
	rec[0] = recordVersion
	rec = append(rec, content...)
	binary.BigEndian.PutUint32(rec[1:], checksum(bucket, key, rec))
	return rec
}

// unpack gives the content of a record; it is part of rec, not a copy.
func unpack(bucket, key string, rec []byte) ([]byte, error) {
	switch {
	case len(rec) < recordHead:
		return nil, &DamageError{bucket, "a record is too short"}
	case rec[0] != recordVersion:
		return nil, &DamageError{bucket, fmt.Sprintf("a record has version %d, which does not exist", rec[0])}
	case binary.BigEndian.Uint32(rec[1:]) != checksum(bucket, key, rec):
		return nil, &DamageError{bucket, "the check sum of a record is wrong"}
	}
	return rec[recordHead:], nil
}

// checksum covers where the record lies too, so that a record in another's place is noticed. Lengths go in first, so that
// no bytes can pass from one part to the next.
func checksum(bucket, key string, rec []byte) uint32 {
	var n [9]byte
	binary.BigEndian.PutUint32(n[:], uint32(len(bucket)))
	binary.BigEndian.PutUint32(n[4:], uint32(len(key)))
	n[8] = rec[0]
	sum := crc32.Update(0, castagnoli, n[:])
	sum = crc32.Update(sum, castagnoli, []byte(bucket))
	sum = crc32.Update(sum, castagnoli, []byte(key))
	return crc32.Update(sum, castagnoli, rec[recordHead:])
}
