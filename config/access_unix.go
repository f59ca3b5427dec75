//go:build unix

package config

import (
	"errors"
	"syscall"
)

// unusable says why nothing can be written into a folder that is there, and the way out; "" if it can.
func unusable(folder string) (problem, hint string) {
	const readWriteEnter = 4 | 2 | 1
	switch err := syscall.Access(folder, readWriteEnter); {
	case err == nil:
		return "", ""
	case errors.Is(err, syscall.EROFS):
		return "lies on a disk that cannot be written to", "put that right, or name another folder"
	}
	return "may not be read and written by this user", "run rewoo as the user who owns it, or name another folder"
}
