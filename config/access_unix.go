//go:build unix

package config

import (
	"errors"
	"syscall"
)

// unusable says why nothing can be written into a folder that is there; "" if it can.
func unusable(folder string) string {
	const readWriteEnter = 4 | 2 | 1
	switch err := syscall.Access(folder, readWriteEnter); {
	case err == nil:
		return ""
	case errors.Is(err, syscall.EROFS):
		return "lies on a disk that cannot be written to"
	}
	return "may not be read and written by this user"
}
