package storage

import (
	"fmt"
	"hash/crc32"
	"runtime/debug"

	bolt "go.etcd.io/bbolt"
)

// What says that a file is ours. It is text outside of any record, because a rewoo of any age must be able to read it.
const (
	formatKey    = "rewoo"
	formatNumber = 2
)

func formatText(n int) string {
	return fmt.Sprintf("%d %08x", n, crc32.Checksum(fmt.Appendf(nil, "rewoo %d", n), castagnoli))
}

func readFormat(s string) (n int, ok bool) {
	if _, err := fmt.Sscanf(s, "%d ", &n); err != nil || n < 1 {
		return 0, false
	}
	return n, s == formatText(n)
}

// writeFormat makes the buckets of the newest format that are missing, and says that it is that.
func writeFormat(tx *bolt.Tx) error {
	for _, name := range buckets[formatNumber] {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return err
		}
	}
	return tx.Bucket([]byte(bMeta)).Put([]byte(formatKey), []byte(formatText(formatNumber)))
}

// upgrade brings a file that checkFormat has passed to the newest format, in one transaction.
func upgrade(b *bolt.DB) error {
	old := false
	err := b.View(func(tx *bolt.Tx) error {
		old = string(tx.Bucket([]byte(bMeta)).Get([]byte(formatKey))) != formatText(formatNumber)
		return nil
	})
	if err != nil || !old {
		return err
	}
	return b.Update(writeFormat)
}

// checkFormat makes sure that the file is ours and of a format we know. A fault in the pages it reads is caught here,
// in the one goroutine where it can be.
func checkFormat(b *bolt.DB) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			err = &OpenError{Problem: "the file is damaged", Hint: "keep a copy of it and restore a backup"}
		}
	}()
	return b.View(func(tx *bolt.Tx) error {
		foreign := &OpenError{
			Problem: "the file is a database, but not one of rewoo's",
			Hint:    "give the path of rewoo's own file",
		}
		meta := tx.Bucket([]byte(bMeta))
		if meta == nil {
			return foreign
		}
		got := meta.Get([]byte(formatKey))
		if got == nil {
			return foreign
		}
		format, ok := readFormat(string(got))
		switch {
		case !ok:
			return &OpenError{Problem: "the file is damaged: its format number cannot be read",
				Hint: "keep a copy of it and restore a backup"}
		case format > formatNumber:
			return &OpenError{
				Problem: fmt.Sprintf("the file has format %d and was written by a newer rewoo; this one knows format %d", format, formatNumber),
				Hint:    "start the newer rewoo, or restore a backup from before the update",
			}
		}
		for _, name := range buckets[format] {
			if tx.Bucket([]byte(name)) == nil {
				return &OpenError{Problem: fmt.Sprintf("the file is damaged: bucket %q is missing", name),
					Hint: "keep a copy of it and restore a backup"}
			}
		}
		return nil
	})
}
