package storage

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	bolt "go.etcd.io/bbolt"
)

// leftover is what the name of a database in the making begins with, after the name that it will have; a random number
// follows, so that no two processes ever mean the same file by it.
const leftover = ".new-"

// create makes a database at path, where none is. It has another name until it is whole, so that path never holds half
// of one; and it never takes the place of a file that another process made meanwhile: that one is opened then.
func create(path string, o Options) error {
	tmp, err := fill(path, o)
	if err == nil {
		err = publish(tmp, path)
	}
	if tmp != "" {
		os.Remove(tmp) // it is gone after a rename
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

// fill makes a new, empty database in the folder of path, and gives its name as soon as it has one.
func fill(path string, o Options) (tmp string, _ error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+leftover+"*") // mode 0600
	if err != nil {
		return "", err
	}
	tmp = f.Name()
	bo := boltOptions(o)
	bo.OpenFile = func(string, int, os.FileMode) (*os.File, error) { return f, nil }
	b, err := bolt.Open(tmp, 0o600, bo)
	if err != nil {
		return tmp, err
	}
	err = b.Update(func(tx *bolt.Tx) error {
		return writeFormat(tx)
	})
	return tmp, errors.Join(err, b.Close())
}

// publish gives the file that was made its name. A link, unlike a rename, fails when the name is taken; where there are no
// links, rename.
func publish(tmp, path string) error {
	if err := os.Link(tmp, path); err == nil || errors.Is(err, fs.ErrExist) { // taken: somebody was faster
		return nil
	}
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	return os.Rename(tmp, path)
}

// removeLeftovers removes what creations that were cut short left behind. A creation that is still under way does not mind,
// because whoever calls this has path open: it opens that too.
func removeLeftovers(path string) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), filepath.Base(path)+leftover) && e.Type().IsRegular() {
			os.Remove(filepath.Join(filepath.Dir(path), e.Name()))
		}
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
