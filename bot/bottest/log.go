package bottest

import (
	"bytes"
	"sync"
)

// Log is a buffer that several goroutines may log to. Its zero value is empty.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write adds a line.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// String is what was logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
