package discord

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// idleConn is a connection on which silence is an error. discordgo waits for ever for a Hello and for four minutes for
// a missed heartbeat; Discord sends something every 41 s.
type idleConn struct {
	net.Conn
	idle   time.Duration
	once   sync.Once
	broken atomic.Int64 // when it failed, Unix nanoseconds; 0: it works
}

func (c *idleConn) Read(p []byte) (int, error) {
	if err := c.Conn.SetReadDeadline(time.Now().Add(c.idle)); err != nil {
		c.note()
		return 0, err
	}
	n, err := c.Conn.Read(p)
	if err != nil {
		c.note()
		c.Conn.Close() // or discordgo still says goodbye with 1000 on it, and nothing can be resumed
	}
	return n, err
}

// Write gives up too, when nobody takes what is written.
func (c *idleConn) Write(p []byte) (int, error) {
	if err := c.Conn.SetWriteDeadline(time.Now().Add(c.idle)); err != nil {
		c.note()
		return 0, err
	}
	n, err := c.Conn.Write(p)
	if err != nil {
		c.note()
	}
	return n, err
}

func (c *idleConn) SetReadDeadline(time.Time) error  { return nil } // ours stands
func (c *idleConn) SetWriteDeadline(time.Time) error { return nil }
func (c *idleConn) SetDeadline(time.Time) error      { return nil }

func (c *idleConn) Close() error {
	c.note()
	return c.Conn.Close()
}

func (c *idleConn) note() { c.once.Do(func() { c.broken.Store(time.Now().UnixNano()) }) }

// brokenFor is how long it has been broken.
func (c *idleConn) brokenFor() time.Duration {
	at := c.broken.Load()
	if at == 0 {
		return 0
	}
	return time.Since(time.Unix(0, at))
}
