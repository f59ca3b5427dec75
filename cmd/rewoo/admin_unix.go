//go:build unix

package main

import (
	"errors"
	"io/fs"
	"net"
	"syscall"
)

// listenOwnerOnly makes the socket under a umask, so that nobody else can open it in between. Files that are made at the same
// moment elsewhere in the process only get narrower by it.
func listenOwnerOnly(path string) (net.Listener, error) {
	defer syscall.Umask(syscall.Umask(0o177))
	return net.Listen("unix", path)
}

// nobody tells a socket that is not there, or that nobody listens at.
func nobody(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED)
}
