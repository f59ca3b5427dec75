package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"rewoo/bot/play"
	"rewoo/bot/web"
	"rewoo/flows"
	"rewoo/storage"
)

// What was played on the page becomes a transcript by being played once more, by the player of transcripts. What comes then is
// written down, so that it holds; where that is not what the phones showed, the author is told.

var transcriptName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,59}$`)

// Save makes a transcript of what was played. It writes it only where there is a folder to write to.
func (a *author) Save(ctx context.Context, name string, replace bool, h web.History) (web.Saved, error) {
	if !transcriptName.MatchString(name) {
		return web.Saved{}, web.SaveError{Text: "A name is a word of small letters, digits and _, like checkin_short: it becomes the name of a file."}
	}
	if len(h.Done) == 0 {
		return web.Saved{}, web.SaveError{Text: "Nothing was said or pressed yet, so there is nothing to save."}
	}
	fsys, err := flowFiles(a.dir)
	if err != nil {
		return web.Saved{}, web.SaveError{Text: err.Error()}
	}
	r, people := a.recording(ctx, name, h)
	if r.Mark == len(r.Done) {
		return web.Saved{}, web.SaveError{Text: "Nothing was said or pressed since the place where it is to begin, so there is nothing to save."}
	}
	if text := a.ships(fsys, play.Path(name+".txt"), r.Prelude); text != "" {
		return web.Saved{}, web.SaveError{Text: text}
	}
	lib := a.again.current()
	rec, err := record(ctx, fsys, lib, r)
	if at, ok := errors.AsType[*play.LineError](err); ok {
		return web.Saved{}, web.SaveError{Text: "Nothing was saved, for it cannot be played again as it was: " + at.Text + ". " + whyElse}
	}
	if err != nil {
		return web.Saved{}, web.SaveError{Text: "Nothing was saved: " + err.Error() + "."}
	}
	out := web.Saved{Files: []web.SavedFile{{Name: play.Path(name + ".txt"), Text: rec.Text}}, Notes: []string{}}
	if rec.Prelude != "" {
		out.Files = append(out.Files, web.SavedFile{Name: r.Prelude, Text: rec.Prelude})
		out.Notes = append(out.Notes, fmt.Sprintf("What came before is in %s: rewoo try --scenario %s begins there.", r.Prelude, name))
	}
	if err := follows(fsys, out.Files); err != nil {
		return web.Saved{}, web.SaveError{Text: fmt.Sprintf("Nothing was saved: %v. Take another name.", err)}
	}
	if n, first := unlike(h, rec.Shown, people); n > 0 {
		out.Notes = append(out.Notes, fmt.Sprintf("Played again, %s. The transcript has what came this time. %s", first, whyElse))
	}
	return a.written(ctx, out, replace)
}

// ships says why a name cannot be had: a file that ships has it, and transcripts that ship begin with that; "" when it can.
func (a *author) ships(fsys fs.FS, files ...string) string {
	for _, file := range files {
		if file == "" {
			continue
		}
		if _, err := fs.Stat(fsys, file); err != nil {
			continue
		}
		if a.dir != "" {
			if _, err := os.Lstat(filepath.Join(a.dir, filepath.FromSlash(file))); err == nil {
				continue
			}
		}
		return fmt.Sprintf("Nothing was saved: %s ships with rewoo, and yours would take its place wherever it is included. Take another name.", file)
	}
	return ""
}

// follows says whether a transcript could be played where it is to lie: what it includes may include it, under this name.
func follows(fsys fs.FS, files []web.SavedFile) error {
	for _, f := range files {
		over, done, err := withFile(fsys, f.Name, f.Text)
		if err != nil {
			return err
		}
		defer done()
		fsys = over
	}
	_, _, err := play.Steps(fsys, strings.TrimPrefix(files[0].Name, play.Folder+"/"))
	return err
}

// whyElse says how it can be that the same inputs bring something else.
const whyElse = "That happens when the flows were changed meanwhile, or when chance was another: it is the same with --flows or --scenario, from the first day of the folder on, and without --seed."

// recording is what was done, in a transcript's terms.
func (a *author) recording(ctx context.Context, name string, h web.History) (play.Recording, map[string]string) {
	people := a.people(ctx)
	r := play.Recording{About: name + ": played on the page", Start: h.Start, End: h.Now}
	codes := codesOf(h)
	for _, d := range h.Done {
		if !d.Press {
			for _, code := range codes {
				d.Text = play.WithCode(d.Text, code)
			}
		}
		r.Done = append(r.Done, play.Done{Who: people[d.Person], At: d.At, Press: d.Press, Text: d.Text})
	}
	began := web.Mark{At: h.Start}
	if a.start != nil {
		r.From, r.Skip, began = a.start.File, a.start.done, web.Mark{Done: a.start.done, At: a.start.end}
	}
	r.Mark = began.Done
	if m := h.Mark; !m.At.IsZero() && (m.Done != began.Done || !m.At.Equal(began.At)) {
		r.Mark, r.Marked, r.Prelude = m.Done, m.At, play.Scenarios+"/"+name+".txt"
	}
	return r, people
}

// codesOf are the pairing codes that were shown: others come when it is played again.
func codesOf(h web.History) []string {
	var out []string
	for _, shown := range h.Shown {
		for _, m := range shown {
			if code := play.Code(m.Text); code != "" {
				out = append(out, code)
			}
		}
	}
	return out
}

var personName = regexp.MustCompile(`^[A-Z][A-Za-z]*$`)

// people is what a transcript calls the two: as the scenario does, or as they want to be called, or by their phones.
func (a *author) people(ctx context.Context) map[string]string {
	out := map[string]string{}
	for _, phone := range []string{"a", "b"} {
		if a.start != nil && a.start.names[phone] != "" {
			out[phone] = a.start.names[phone]
			continue
		}
		out[phone] = a.view.title(ctx, phone)
		if !personName.MatchString(out[phone]) {
			out[phone] = strings.ToUpper(phone)
		}
	}
	if out["a"] == out["b"] {
		out["b"] += "Two"
	}
	return out
}

// record plays over a real store of its own.
func record(ctx context.Context, fsys fs.FS, lib *flows.Library, r play.Recording) (rec play.Recorded, err error) {
	dir, err := os.MkdirTemp("", "rewoo-save-")
	if err != nil {
		return rec, err
	}
	defer os.RemoveAll(dir)
	db, err := storage.Open(filepath.Join(dir, dbName), storage.Options{NoSync: true})
	if err != nil {
		return rec, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return play.Record(ctx, fsys, lib, db, r)
}

// unlike counts the messages that came otherwise than on the phones, and says something of the first. What disappeared from a phone
// is not compared.
func unlike(h web.History, got map[string][]string, people map[string]string) (n int, first string) {
	for _, phone := range []string{"a", "b"} {
		had, now := h.Shown[phone], got[people[phone]]
		for i := range max(len(had), len(now)) {
			if i < len(had) && i < len(now) && (had[i].Gone || play.Shown(had[i].Text, had[i].Choices) == now[i]) {
				continue
			}
			if n++; n == 1 {
				first = fmt.Sprintf("something else came to %s, from message %d on", people[phone], i+1)
			}
		}
	}
	return n, first
}

// written writes the files, unless some are there and were not to be replaced, and plays the transcript as rewoo test does.
func (a *author) written(ctx context.Context, s web.Saved, replace bool) (web.Saved, error) {
	if !a.write {
		s.Notes = append(s.Notes, "It was not written anywhere: start rewoo try with --flows DIR, on this machine only, to save it there.")
		return s, nil
	}
	for _, f := range s.Files {
		if _, err := os.Lstat(filepath.Join(a.dir, filepath.FromSlash(f.Name))); err == nil && !replace {
			s.Exists = true
		}
	}
	if s.Exists {
		return s, nil
	}
	for _, f := range slices.Backward(s.Files) { // first what is included
		path := filepath.Join(a.dir, filepath.FromSlash(f.Name))
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil && replace {
			err = replaceFile(path, []byte(f.Text), 0o644)
		} else if err == nil {
			err = writeNew(path, f.Text, 0o644) // another page may be as quick
		}
		if errors.Is(err, fs.ErrExist) {
			s.Exists = true
			return s, nil
		}
		if err != nil {
			return s, web.SaveError{Text: fmt.Sprintf("It could not be written: %v.", err)}
		}
	}
	s.Written = true
	fsys, err := flowFiles(a.dir)
	if err != nil {
		return s, web.SaveError{Text: err.Error()}
	}
	want, got, _, err := playOne(ctx, fsys, a.again.current(), strings.TrimPrefix(s.Files[0].Name, play.Folder+"/"))
	if err != nil || want != got {
		s.Notes = append(s.Notes, "It was saved, but does not hold when it is played from its file; rewoo test says where.")
	}
	return s, nil
}
