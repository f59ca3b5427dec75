// Package specs checks what the fakes and the adapters say to each other against the platforms' own descriptions, which
// lie beside the repository in ../shared/specs. They are data for tests; the program needs none of it.
package specs

import (
	"os"
	"path/filepath"
)

// Find looks for a description, "telegram-api.json", in ../shared/specs, seen from the root of the repository.
func Find(name string) (string, bool) {
	dir, err := os.Getwd()
	if err != nil {
		return "", false
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			path := filepath.Join(filepath.Dir(dir), "shared", "specs", name)
			_, err := os.Stat(path)
			return path, err == nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}
