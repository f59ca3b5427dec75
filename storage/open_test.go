package storage

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"rewoo/flows"
)

// filled makes a database with something in it, closed.
func filled(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rewoo.db")
	db := reopen(t, path)
	s := flows.State{Unit: unit(1), People: []flows.Person{full(1)}}
	s.People[0].Facts = map[string]flows.Value{"long": {S: strings.Repeat("x", 50_000)}}
	put(t, db, s)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

type file struct {
	name, bytes string
	size        int64
	mode        os.FileMode
	mod         time.Time
}

// folder is everything in a folder.
func folder(t *testing.T, dir string) (all []file) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		f := file{name: e.Name(), size: info.Size(), mode: info.Mode(), mod: info.ModTime()}
		if f.mode.IsRegular() {
			b, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil && !os.IsPermission(err) {
				t.Fatal(err)
			}
			f.bytes = string(b)
		}
		all = append(all, f)
	}
	return all
}

// refuses sees to it that Open refuses path, saying why, and leaves the folder as it was.
func refuses(t *testing.T, path string, words ...string) {
	t.Helper()
	refusesBy(t, Open, path, words...)
}

func refusesBy(t *testing.T, open func(string, Options) (*DB, error), path string, words ...string) {
	t.Helper()
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	os.Chtimes(path, old, old)
	before := folder(t, filepath.Dir(path))
	db, err := open(path, Options{LockTimeout: 100 * time.Millisecond})
	if err == nil {
		db.Close()
		t.Error("it was opened")
		return
	}
	var oe *OpenError
	if !errors.As(err, &oe) || oe.Path != path || oe.Problem == "" || oe.Hint == "" {
		t.Errorf("%#v", err)
	}
	for _, w := range append(words, path) {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
	if !slices.Equal(before, folder(t, filepath.Dir(path))) {
		t.Error("the folder was changed")
	}
}

func TestOpenMakesADatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rewoo.db")
	for range 2 {
		db, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		check(t, db)
		for range 2 {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := db.Heads(ctx); err == nil {
			t.Error("a closed database answers")
		}
	}
	got := folder(t, filepath.Dir(path))
	if len(got) != 1 || got[0].mode != 0o600 {
		t.Errorf("%+v", got)
	}
}

func TestOpenRemovesALeftover(t *testing.T) {
	for _, there := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "rewoo.db")
		if there {
			path = filled(t)
		}
		for _, name := range []string{path + ".new-1", path + ".new-234", path + ".old"} { // the last is none of ours
			if err := os.WriteFile(name, []byte("half a data"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Mkdir(path+".new-folder", 0o700); err != nil {
			t.Fatal(err)
		}
		db := reopen(t, path)
		check(t, db)
		if got := folder(t, filepath.Dir(path)); len(got) != 3 {
			t.Errorf("%v: %d files", there, len(got))
		}
	}
}

// A kill between making the file and naming it leaves no half database under the name.
func TestCreateGivesTheNameLast(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rewoo.db")
	if _, err := fill(path, Options{NoSync: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("the name is taken: %v", err)
	}
	check(t, reopen(t, path))
	if got := folder(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("%d files", len(got))
	}
}

// A database that appeared meanwhile keeps its place.
func TestPublishTakesNobodysPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rewoo.db")
	tmp, err := fill(path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := publish(tmp, path); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(path); string(b) != "theirs" {
		t.Errorf("%q %v", b, err)
	}
}

// Who comes too late leaves nothing behind.
func TestCreateCleansUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rewoo.db")
	db := reopen(t, path)
	if err := create(path, Options{NoSync: true}); err != nil { // too late: another is there
		t.Error(err)
	}
	if got := folder(t, filepath.Dir(path)); len(got) != 1 {
		t.Errorf("%d files", len(got))
	}
	check(t, db)
}

func TestManyMakeOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rewoo.db")
	var wg sync.WaitGroup
	var mu sync.Mutex
	var done []string
	for i := range 6 {
		wg.Go(func() {
			for j := range 40 {
				db, err := Open(path, Options{NoSync: true, LockTimeout: 3 * time.Second})
				if err != nil {
					time.Sleep(time.Duration(rand.IntN(5*j+5)) * time.Millisecond)
					continue // refused is fine, lost is not
				}
				id := fmt.Sprint(i, "/", j)
				if _, err := db.Step(ctx, said(id, 1), gives(flows.Output{})); err != nil {
					t.Error(err)
				}
				mu.Lock()
				done = append(done, id)
				mu.Unlock()
				db.Close()
				return
			}
		})
	}
	wg.Wait()
	db := reopen(t, path)
	for _, id := range done {
		if res, err := db.Step(ctx, said(id, 1), never(t)); err != nil || !res.Seen {
			t.Errorf("%s is lost: %v", id, err)
		}
	}
	if len(done) == 0 {
		t.Error("nobody got in")
	}
}

func TestRefusesLocked(t *testing.T) {
	path := filled(t)
	db := reopen(t, path)
	refuses(t, path, "another process", "stop the other")
	check(t, db)
}

func TestRefusesEmpty(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rewoo.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refuses(t, path, "empty (0 bytes)", "backup")
}

func TestRefusesTruncated(t *testing.T) {
	whole, err := os.ReadFile(filled(t))
	if err != nil {
		t.Fatal(err)
	}
	meta, _, why := newestMeta(bytes.NewReader(whole))
	if why != nil || meta == nil {
		t.Fatal(why)
	}
	need := int(meta.pageSize) * int(meta.highWater)
	path := filepath.Join(t.TempDir(), "rewoo.db")
	cuts := []int{20, 79, 80, 1000, 4095, 4096, 4097, 8191, 8192, 12288, need / 2, need - 4096, need - 1}
	for range 30 {
		cuts = append(cuts, 20+rand.IntN(need-20))
	}
	for _, n := range cuts {
		if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		refuses(t, path, "cut short", "backup")
		if t.Failed() {
			t.Fatalf("cut to %d of %d bytes", n, len(whole))
		}
	}
	for _, n := range []int{need, len(whole)} {
		if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		db := reopen(t, path)
		check(t, db)
		db.Close()
	}
}

func TestOneMetaPageIsEnough(t *testing.T) {
	whole, err := os.ReadFile(filled(t))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "rewoo.db")
	size := os.Getpagesize()
	for _, broken := range [][]int{{0}, {size}, {0, size}} {
		b := bytes.Clone(whole)
		for _, off := range broken {
			b[off+metaAt+30] ^= 1
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if len(broken) == 2 {
			refuses(t, path, "damaged", "backup")
			continue
		}
		db := reopen(t, path)
		db.Close()
	}
}

func TestRefusesForeign(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string][]byte{
		"text": []byte("dear diary"), "zeros": make([]byte, 65536),
		"sqlite": append([]byte("SQLite format 3\x00"), bytes.Repeat([]byte{1, 2, 3}, 10000)...),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		refuses(t, path, "not a database of rewoo", "path")
	}
	for name, fill := range map[string]func(tx *bolt.Tx) error{
		"bolt": func(tx *bolt.Tx) error { return nil },
		"bolt with meta": func(tx *bolt.Tx) error {
			b, err := tx.CreateBucket([]byte(bMeta))
			return errors.Join(err, b.Put([]byte("version"), []byte("1")))
		},
	} {
		path := filepath.Join(dir, name)
		raw(t, path, fill)
		refuses(t, path, "not one of rewoo's", "path")
	}
}

// raw changes a file by bbolt alone.
func raw(t *testing.T, path string, f func(tx *bolt.Tx) error) {
	t.Helper()
	b, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true, NoFreelistSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Update(f), b.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestRefusesOtherFormats(t *testing.T) {
	for text, words := range map[string][]string{
		formatText(3):         {"newer rewoo", "format 3"},
		formatText(71):        {"newer rewoo", "format 71"},
		"9" + formatText(1):   {"damaged"},
		"":                    {"damaged"},
		formatText(0):         {"damaged"},
		formatText(1) + " \n": {"damaged"},
	} {
		path := filled(t)
		raw(t, path, func(tx *bolt.Tx) error { return tx.Bucket([]byte(bMeta)).Put([]byte(formatKey), []byte(text)) })
		refuses(t, path, words...)
	}
	for _, bucket := range []string{bDue, bSent} {
		path := filled(t)
		raw(t, path, func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte(bucket)) })
		refuses(t, path, "damaged", bucket)
	}
}

// A file of format 1 becomes one of format 2 when it is opened; what is in it stays.
func TestUpgrade(t *testing.T) {
	path := filled(t)
	raw(t, path, func(tx *bolt.Tx) error {
		return errors.Join(tx.DeleteBucket([]byte(bSent)), tx.DeleteBucket([]byte(bSentAt)),
			tx.Bucket([]byte(bMeta)).Put([]byte(formatKey), []byte(formatText(1))))
	})
	for range 2 {
		db, err := Open(path, Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		snap, err := db.Snapshot(t.Context())
		if err != nil || len(snap.States) == 0 {
			t.Errorf("%d units are left, %v", len(snap.States), err)
		}
		if err := db.Prune(t.Context(), time.Now()); err != nil { // looks into the new buckets
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	raw(t, path, func(tx *bolt.Tx) error {
		if got := string(tx.Bucket([]byte(bMeta)).Get([]byte(formatKey))); got != formatText(2) {
			t.Errorf("it says %q", got)
		}
		return nil
	})
}

func TestRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "folder")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	refuses(t, folder, "a folder")
	refusesNowhere(t, filepath.Join(dir, "none", "rewoo.db"), "folder does not exist")
	refusesNowhere(t, "", "no path")
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(dir, "nothing"), link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	refuses(t, link, "link to nothing")
}

func refusesNowhere(t *testing.T, path, word string) {
	t.Helper()
	_, err := Open(path, Options{})
	var oe *OpenError
	if !errors.As(err, &oe) || !strings.Contains(err.Error(), word) {
		t.Errorf("%q: %v", path, err)
	}
}

// A page in the middle of the file that was overwritten: what can be noticed before bbolt writes is refused.
func TestRefusesDamagedRoot(t *testing.T) {
	path := filled(t)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	meta, _, _ := newestMeta(bytes.NewReader(b))
	for i := 2; i < int(meta.highWater); i++ { // every page but the meta pages
		clear(b[i*int(meta.pageSize):][:16])
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	refuses(t, path, "damaged", "backup")
}
