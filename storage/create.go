package storage

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"

	bolt "go.etcd.io/bbolt"
)

// What says that a file is ours. It is text outside of any record, because a rewoo of any age must be able to read it.
const (
	formatKey    = "rewoo"
	formatNumber = 1
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

// create makes a database at path, where none is. It has another name until it is whole, so that path never holds half
// of one; and it never takes the place of a file that another process made meanwhile: that one is opened then.
func create(path string, o Options) error {
	tmp := temporary(path)
	removeLeftover(tmp)
	made, err := fill(tmp, o)
	if err == nil {
		err = publish(made, tmp, path)
	}
	if err != nil {
		if info, serr := os.Lstat(tmp); serr == nil && os.SameFile(made, info) {
			removeLeftover(tmp) // ours, not another's
		}
		if _, serr := os.Lstat(path); serr == nil {
			return nil
		}
		return err
	}
	if o.NoSync {
		return nil
	}
	return syncDir(path)
}

// fill makes a new, empty database and says which file that was.
func fill(tmp string, o Options) (os.FileInfo, error) {
	var made os.FileInfo
	bo := boltOptions(o)
	bo.OpenFile = func(name string, flag int, mode os.FileMode) (*os.File, error) {
		f, err := os.OpenFile(name, flag|os.O_CREATE|os.O_EXCL, mode)
		if err == nil {
			made, err = f.Stat()
		}
		return f, err
	}
	b, err := bolt.Open(tmp, 0o600, bo)
	if err != nil {
		return nil, err
	}
	err = b.Update(func(tx *bolt.Tx) error {
		for _, name := range buckets {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		return tx.Bucket([]byte(bMeta)).Put([]byte(formatKey), []byte(formatText(formatNumber)))
	})
	return made, errors.Join(err, b.Close())
}

// publish gives the file made its name. A link, unlike a rename, fails when the name is taken; where there are no links, rename.
func publish(made os.FileInfo, tmp, path string) error {
	if info, err := os.Lstat(tmp); err != nil || !os.SameFile(made, info) {
		return &OpenError{Problem: "another process is making the same database", Hint: "try again", err: err}
	}
	if err := os.Link(tmp, path); err == nil || errors.Is(err, fs.ErrExist) { // taken: somebody was faster
		return os.Remove(tmp)
	}
	if _, err := os.Lstat(path); err == nil {
		return os.Remove(tmp)
	}
	return os.Rename(tmp, path)
}
