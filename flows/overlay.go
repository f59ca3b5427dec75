package flows

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
)

// Overlay lays an author's folder over the shipped files: a file of top takes the place of base's at the same path. A
// folder with a words.yaml of its own is a library of its own, and stands alone.
func Overlay(base, top fs.FS) fs.FS {
	if _, err := fs.Stat(top, "words.yaml"); err == nil {
		return top
	}
	return overlay{base: base, top: top}
}

type overlay struct{ base, top fs.FS }

func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.top.Open(name)
	if err != nil && !errors.Is(err, fs.ErrPermission) { // what may not be read is there, and has to be said
		return o.base.Open(name)
	}
	return f, err
}

func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	top, errTop := fs.ReadDir(o.top, name)
	base, errBase := fs.ReadDir(o.base, name)
	if errors.Is(errTop, fs.ErrPermission) {
		return nil, errTop
	}
	if errTop != nil && errBase != nil {
		return nil, errBase
	}
	seen := map[string]bool{}
	for _, e := range top {
		seen[e.Name()] = true
	}
	for _, e := range base {
		if !seen[e.Name()] {
			top = append(top, e)
		}
	}
	slices.SortFunc(top, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return top, nil
}
