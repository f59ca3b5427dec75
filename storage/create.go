package storage

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	bolt "go.etcd.io/bbolt"
)

// create makes a database at path, where none is. It has another name until it is whole, so that path never holds half
// of one; and it never takes the place of a file that another process made meanwhile: that one is opened then.
func create(path string, o Options) error {
	tmp := temporary(path)
	removeLeftover(tmp)
	made, err := fill(tmp, o)
	if made != nil {
		if err == nil {
			err = publish(made, tmp, path)
		}
		if isFile(tmp, made) { // another process may have one there by now
			made.Close()
			removeLeftover(tmp)
		}
		made.Close()
	}
	if err != nil {
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

// fill makes a new, empty database. The handle that it gives, if it got so far, keeps the file from being taken for another:
// without one, the next file may have the same number.
func fill(tmp string, o Options) (made *os.File, _ error) {
	bo := boltOptions(o)
	bo.OpenFile = func(name string, flag int, mode os.FileMode) (*os.File, error) {
		f, err := os.OpenFile(name, flag|os.O_CREATE|os.O_EXCL, mode)
		if err == nil {
			made, err = os.Open(name)
		}
		return f, err
	}
	b, err := bolt.Open(tmp, 0o600, bo)
	if err != nil {
		return made, err
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

// publish gives the file that was made its name. A link, unlike a rename, fails when the name is taken; where there are no
// links, rename.
func publish(made *os.File, tmp, path string) error {
	if !isFile(tmp, made) {
		return &OpenError{Problem: "another process is making the same database", Hint: "try again"}
	}
	if err := os.Link(tmp, path); err == nil || errors.Is(err, fs.ErrExist) { // taken: somebody was faster
		return nil
	}
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	made.Close() // not every system renames an open file
	return os.Rename(tmp, path)
}

// isFile says whether name is that open file.
func isFile(name string, f *os.File) bool {
	is, err := f.Stat()
	if err != nil {
		return false
	}
	info, err := os.Lstat(name)
	return err == nil && os.SameFile(is, info)
}

// temporary is the name under which a new database is made.
func temporary(path string) string { return path + ".new" }

// removeLeftover removes what a creation that was cut short left behind.
func removeLeftover(tmp string) {
	if info, err := os.Lstat(tmp); err == nil && info.Mode().IsRegular() {
		os.Remove(tmp)
	}
}

func syncDir(path string) error {
	if runtime.GOOS == "windows" { // which has no such thing
		return nil
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
