package flows

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed library
var embedded embed.FS

// Shipped is the library inside the program, as files.
func Shipped() fs.FS {
	sub, err := fs.Sub(embedded, "library")
	if err != nil {
		panic(err) // unreachable unless the embed line above is wrong
	}
	return sub
}

// LoadShipped is the library inside the program. Its findings are mistakes of ours; a test finds them first.
func LoadShipped() (*Library, error) {
	lib, findings := Load(Shipped())
	if lib == nil {
		return nil, fmt.Errorf("the shipped library has %d findings, the first: %s", len(findings), Errors(findings)[0])
	}
	return lib, nil
}
