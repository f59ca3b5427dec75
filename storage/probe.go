package storage

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// The first two pages of a bbolt file are its meta pages. Behind a page header of 16 bytes lie, little endian: magic (4 bytes),
// version (4), page size (4), flags (4), root bucket (16), free list (8), high-water page (8), transaction (8), FNV-64a of all
// of these (8).
const (
	metaAt       = 16
	metaLen      = 64
	metaSummed   = 56
	boltMagic    = 0xED0CDAED
	boltVersion  = 2
	minPageSize  = 1024
	pageSizes    = 15 // 1 KiB to 16 MiB
	maxHighWater = 1 << 50
)

type boltMeta struct {
	pageSize  int64
	highWater uint64
	txid      uint64
}

// probe looks at a file before bbolt maps it: a mapped file that was cut short ends the process.
func probe(f *os.File) *OpenError {
	info, err := f.Stat()
	if err != nil {
		return systemError(err)
	}
	if why := checkMode(info); why != nil {
		return why
	}
	meta, magic, why := newestMeta(f)
	if why != nil {
		return why
	}
	info, err = f.Stat() // again, after the pages were read: another process may have made the file longer
	if err != nil {
		return systemError(err)
	}
	switch {
	case meta == nil && magic:
		return &OpenError{
			Problem: "the file is cut short or damaged: neither of its first two pages is whole",
			Hint:    "keep a copy of it and restore a backup",
		}
	case meta == nil:
		return &OpenError{
			Problem: "the file is not a database of rewoo",
			Hint:    "give the path of rewoo's own file, or move this file away and a new database is made",
		}
	case meta.highWater > maxHighWater || int64(meta.highWater) > info.Size()/meta.pageSize:
		return &OpenError{
			Problem: fmt.Sprintf("the file is cut short: it has %d bytes, and its own count says %d pages of %d",
				info.Size(), meta.highWater, meta.pageSize),
			Hint: "keep a copy of it and restore a backup",
		}
	}
	return nil
}

func checkMode(info os.FileInfo) *OpenError {
	switch {
	case info.IsDir():
		return &OpenError{Problem: "this is a folder, not a file", Hint: "give the path of a file in it"}
	case !info.Mode().IsRegular():
		return &OpenError{Problem: "this is not an ordinary file", Hint: "give the path of an ordinary file"}
	case info.Size() == 0:
		return &OpenError{
			Problem: "the file is empty (0 bytes), as a crash or a full disk may leave it",
			Hint:    "restore a backup; if there was never anything in it, delete it and a new database is made",
		}
	}
	return nil
}

// newestMeta finds the valid meta page of the latest transaction, as bbolt will. magic says whether any page had bbolt's
// magic number.
func newestMeta(f io.ReaderAt) (newest *boltMeta, magic bool, _ *OpenError) {
	for _, off := range metaOffsets() {
		var page [metaAt + metaLen]byte
		if n, err := f.ReadAt(page[:], off); err != nil && err != io.EOF {
			return nil, false, systemError(err)
		} else if n < len(page) && off > 0 {
			break
		}
		m, has, ok := readMeta(page[metaAt:])
		magic = magic || has
		if off > 0 && (m.pageSize != off || newest != nil && newest.pageSize != off) {
			ok = false // it lies in another page, which only looks like a meta page
		}
		if ok && (newest == nil || m.txid > newest.txid) {
			newest = &m
		}
	}
	return newest, magic, nil
}

func metaOffsets() []int64 {
	offs := []int64{0}
	for i := range pageSizes {
		offs = append(offs, minPageSize<<i)
	}
	return offs
}

func readMeta(b []byte) (m boltMeta, magic, ok bool) {
	le := binary.LittleEndian
	if le.Uint32(b) != boltMagic {
		return m, false, false
	}
	sum := fnv.New64a()
	sum.Write(b[:metaSummed])
	m = boltMeta{pageSize: int64(le.Uint32(b[8:])), highWater: le.Uint64(b[40:]), txid: le.Uint64(b[48:])}
	whole := le.Uint32(b[4:]) == boltVersion && le.Uint64(b[metaSummed:]) == sum.Sum64()
	sized := m.pageSize >= minPageSize && m.pageSize <= minPageSize<<(pageSizes-1) && m.pageSize&(m.pageSize-1) == 0 // bbolt asks for none of this
	return m, true, whole && sized
}
