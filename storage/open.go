package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

const defaultLockTimeout = 2 * time.Second

// mapGiB is how much address space is taken at once: a writer that must grow the map waits for all readers. It is a variable
// because the bytes are more than an int of 32 bits holds.
var mapGiB = 4

// Options are the options of Open; the zero value is for production.
type Options struct {
	Log         *slog.Logger  // nil: nothing is logged
	NoSync      bool          // tests only: a commit is not forced to the disk
	LockTimeout time.Duration // how long to wait for another process to let go; zero: 2 s

	hold func() // tests only: called by whoever writes, before every commit
}

// DB is an open database.
type DB struct {
	bolt    *bolt.DB
	writers writers
	lg      *slog.Logger
	hold    func()
	puts    int // rows written since Open, guarded by bbolt's writer lock; tests read it
}

// OpenError says why a database was not opened, and how to go on. The file is as it was.
type OpenError struct {
	Path    string
	Problem string
	Hint    string
	err     error // nil, or what the system said
}

func (e *OpenError) Error() string { return fmt.Sprintf("%s: %s; %s", e.Path, e.Problem, e.Hint) }

// Unwrap gives the system's own error, if there was one.
func (e *OpenError) Unwrap() error { return e.err }

// Open opens the database at path, or makes one where there is nothing; the folder must be there. A file that is not
// a whole database of rewoo, or is in use, is refused with an *OpenError.
func Open(path string, o Options) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.LockTimeout <= 0 {
		o.LockTimeout = defaultLockTimeout
	}
	if path == "" {
		return nil, &OpenError{Path: `""`, Problem: "no path was given", Hint: "give the path of a file"}
	}
	b, err := open(path, o)
	if err == nil {
		return &DB{bolt: b, lg: o.Log, hold: o.hold}, nil
	}
	var oe *OpenError
	if !errors.As(err, &oe) {
		oe = systemError(err)
	}
	oe.Path = path
	return nil, oe
}

func open(path string, o Options) (*bolt.DB, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		if err := create(path, o); err != nil {
			return nil, err
		}
	}
	// Read only first: to see whose file it is without being able to change it.
	b, err := openBolt(path, o, true)
	if err != nil {
		return nil, err
	}
	err = checkFormat(b)
	if cerr := b.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, err
	}
	if b, err = openBolt(path, o, false); err != nil {
		return nil, err
	}
	if err := upgrade(b); err != nil {
		b.Close()
		return nil, err
	}
	removeLeftovers(path)
	return b, nil
}

// Close lets nobody in any more, waits for who is inside, writers that wait included, and lets go of the file. Closing
// twice is fine.
func (db *DB) Close() error {
	db.writers.close()
	if err := db.bolt.Close(); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}

func boltOptions(o Options) *bolt.Options {
	bo := &bolt.Options{
		Timeout:        o.LockTimeout,
		FreelistType:   bolt.FreelistMapType,
		NoFreelistSync: true,
		NoSync:         o.NoSync,
		NoGrowSync:     o.NoSync,
	}
	if strconv.IntSize == 64 && runtime.GOOS != "windows" { // on Windows the file would grow to it
		bo.InitialMmapSize = mapGiB << 30
	}
	return bo
}

// openBolt hands bbolt a file that exists and was looked at: what was probed is what gets mapped.
func openBolt(path string, o Options, readOnly bool) (*bolt.DB, error) {
	bo := boltOptions(o)
	bo.ReadOnly = readOnly
	bo.OpenFile = func(name string, flag int, mode os.FileMode) (*os.File, error) {
		if info, err := os.Stat(name); err == nil { // before opening: opening a pipe would wait
			if why := checkMode(info); why != nil {
				return nil, why
			}
		}
		f, err := os.OpenFile(name, flag&^os.O_CREATE, mode)
		if err != nil {
			return nil, err
		}
		if why := probe(f); why != nil {
			f.Close()
			return nil, why
		}
		return f, nil
	}
	return bolt.Open(path, 0o600, bo)
}

// systemError explains what bbolt or the system said.
func systemError(err error) *OpenError {
	e := &OpenError{err: err}
	var pe *fs.PathError
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		e.Problem = "another process has the database open"
		e.Hint = "stop the other rewoo, or give this one a file of its own"
	case errors.Is(err, fs.ErrPermission):
		e.Problem = "no permission to read and write it"
		e.Hint = "run rewoo as the user who owns the file and its folder, or change their owner"
	case errors.Is(err, fs.ErrNotExist):
		e.Problem = "its folder does not exist, or it is a link to nothing"
		e.Hint = "make the folder, or give another path"
	case errors.As(err, &pe):
		e.Problem = fmt.Sprintf("it cannot be opened: %s: %v", pe.Op, pe.Err)
		e.Hint = "put this right, or give another path"
	default:
		e.Problem = fmt.Sprintf("it cannot be opened: %v", err)
		e.Hint = "put this right, or give another path"
	}
	return e
}
