package web

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"rewoo/flows"
)

const (
	LogName    = "phones.jsonl" // of the file in Options.Dir
	logVersion = 1
	// maxLine bounds a record: a say of 64 KiB fits six times over, whatever has to be escaped.
	maxLine = 4 << 20
)

// record is one line of the log. Which fields are set depends on Kind; the package comment has the list.
type record struct {
	Kind    string         `json:"kind"`
	Version int            `json:"version,omitempty"`
	Person  string         `json:"person,omitempty"`
	Update  int            `json:"update,omitempty"`
	At      time.Time      `json:"at,omitzero"`
	ID      string         `json:"id,omitempty"`
	On      string         `json:"on,omitempty"`
	Text    string         `json:"text,omitempty"`
	Message int            `json:"message,omitempty"`
	Choice  string         `json:"choice,omitempty"`
	Label   string         `json:"label,omitempty"`
	Action  string         `json:"action,omitempty"`
	Choices []flows.Choice `json:"choices,omitempty"`
	Image   *flows.Image   `json:"image,omitempty"`
	Now     time.Time      `json:"now,omitzero"`
}

// logFile is the open log. Its size is that of the whole lines in it.
type logFile struct {
	path string
	file *os.File
	size int64
	err  error // set once the file can no longer be trusted; every later append gives it back
}

var errLineTooLong = errors.New("the record is too large to be kept")

// openLog opens DIR/phones.jsonl, gives every record but the header to replay, in order, and leaves the file at its
// end. A file that cannot be read as a whole is closed as it was found.
func openLog(dir string, replay func(record) error) (*logFile, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	path := filepath.Join(dir, LogName)
	if fi, err := os.Stat(path); err == nil && !fi.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file; move it away, or give another --data directory", path)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the phones' log: %w", err)
	}
	l := &logFile{path: path, file: file}
	if err := l.read(replay); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return l, nil
}

// read replays the whole lines and cuts off what a crash left of a last one.
func (l *logFile) read(replay func(record) error) error {
	fi, err := l.file.Stat()
	if err != nil {
		return fmt.Errorf("open the phones' log: %w", err)
	}
	in := bufio.NewReaderSize(io.NewSectionReader(l.file, 0, fi.Size()), 64<<10)
	for n := 1; ; n++ {
		line, whole, err := readLine(in)
		if err != nil {
			return l.refuse(n, err)
		}
		if !whole {
			return l.cut(n, line, fi.Size())
		}
		if err := replayLine(n, line, replay); err != nil {
			return l.refuse(n, err)
		}
		l.size += int64(len(line)) + 1
	}
}

// readLine gives the next line without its newline; whole is false for what comes after the last newline.
func readLine(in *bufio.Reader) (line []byte, whole bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, false, fmt.Errorf("a line of more than %d bytes", maxLine)
		case err == nil:
			return line[:len(line)-1], true, nil
		case errors.Is(err, io.EOF):
			return line, false, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, false, err
		}
	}
}

// newerError says that a later rewoo wrote the file.
type newerError struct{ version int }

func (e newerError) Error() string {
	return fmt.Sprintf("it was written by a newer rewoo (format %d, this one knows %d)", e.version, logVersion)
}

func replayLine(n int, line []byte, replay func(record) error) error {
	if n == 1 {
		return checkHeader(line)
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	var r record
	if err := dec.Decode(&r); err != nil {
		return errors.New("not a record of this format") // the decoder's own words may quote the line
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one record in a line")
	}
	return replay(r)
}

// checkHeader reads the first line leniently, since a newer format may say more there.
func checkHeader(line []byte) error {
	var h struct {
		Kind    string `json:"kind"`
		Version int    `json:"version"`
	}
	switch err := json.Unmarshal(line, &h); {
	case err != nil || h.Kind != "header" || h.Version < 1:
		return errors.New("it does not begin like the log of two phones")
	case h.Version > logVersion:
		return newerError{h.Version}
	}
	return nil
}

// refuse wraps what is wrong with line n and says how to go on. The file stays as it is.
func (l *logFile) refuse(n int, err error) error {
	var newer newerError
	if errors.As(err, &newer) {
		return fmt.Errorf("%s:%d: %w; start it with that rewoo, or give another --data directory", l.path, n, err)
	}
	return fmt.Errorf("%s:%d: %w; the file was left as it is: put back a copy of the whole data directory, or give another --data directory", l.path, n, err)
}

// cut ends the file after its last whole line. rest never counted: no append that returned left it there.
func (l *logFile) cut(n int, rest []byte, size int64) error {
	header := encodeHeader()
	if n == 1 && !bytes.HasPrefix(header, rest) {
		return l.refuse(n, errors.New("it does not begin like the log of two phones"))
	}
	if l.size < size {
		if err := l.file.Truncate(l.size); err != nil {
			return fmt.Errorf("cut the unfinished last line off %s: %w", l.path, err)
		}
		if err := l.file.Sync(); err != nil {
			return fmt.Errorf("cut the unfinished last line off %s: %w", l.path, err)
		}
	}
	if n > 1 {
		return nil
	}
	if err := l.write(header); err != nil {
		return err
	}
	return syncDir(filepath.Dir(l.path))
}

func encodeHeader() []byte {
	b, err := json.Marshal(record{Kind: "header", Version: logVersion})
	if err != nil {
		panic(err) // a constant
	}
	return append(b, '\n')
}

// append writes one record and syncs it. When it fails, the record does not count and the file is as before; when not
// even that is sure, the log takes nothing more, and a restart decides by what is in the file.
func (l *logFile) append(r record) error {
	b, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode a %s record: %w", r.Kind, err)
	}
	if len(b) >= maxLine {
		return errLineTooLong
	}
	return l.write(append(b, '\n'))
}

func (l *logFile) write(line []byte) error {
	if l.err != nil {
		return l.err
	}
	if _, err := l.file.Write(line); err != nil {
		if cut := l.file.Truncate(l.size); cut != nil {
			l.err = fmt.Errorf("%s can no longer be written; free some space and start again: %w", l.path, errors.Join(err, cut))
			return l.err
		}
		return fmt.Errorf("write to %s: %w", l.path, err)
	}
	if err := l.file.Sync(); err != nil {
		// After a failed sync nobody knows what is on the disk, and a second try may lie.
		l.err = fmt.Errorf("%s can no longer be trusted to keep what is written; start again: %w", l.path, err)
		return l.err
	}
	l.size += int64(len(line))
	return nil
}

func (l *logFile) close() error {
	if l.err == nil {
		l.err = fmt.Errorf("%s is closed", l.path)
	}
	if err := l.file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("close %s: %w", l.path, err)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync the data directory: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync the data directory: %w", err)
	}
	return nil
}
