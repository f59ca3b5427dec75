package play

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Scenarios is the folder of transcripts that are prepared points to begin at. Beside other transcripts they are called by its name:
// "scenarios/week3.txt".
const Scenarios = "scenarios"

// Path is where a transcript lies in a library.
func Path(file string) string {
	if strings.HasPrefix(file, Scenarios+"/") {
		return path.Clean(file)
	}
	return path.Join(Folder, file)
}

// Names lists the transcripts of a library in order, and after them its scenarios.
func Names(fsys fs.FS) ([]string, error) {
	out, err := textsIn(fsys, Folder)
	if err != nil {
		return nil, err
	}
	scenarios, err := textsIn(fsys, Scenarios)
	for _, name := range scenarios {
		out = append(out, path.Join(Scenarios, name))
	}
	return out, err
}

func textsIn(fsys fs.FS, dir string) ([]string, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	var out []string
	for _, e := range entries {
		if path.Ext(e.Name()) == ".txt" {
			out = append(out, e.Name())
		}
	}
	return out, nil
}

// Scenario is a prepared point.
type Scenario struct {
	Name  string // as it is asked for
	File  string // as it is included
	About string // its first comment
}

// ListScenarios lists the prepared points of a library, in order of their names.
func ListScenarios(fsys fs.FS) ([]Scenario, error) {
	names, err := textsIn(fsys, Scenarios)
	if err != nil {
		return nil, err
	}
	var out []Scenario
	for _, name := range names {
		s := Scenario{Name: strings.TrimSuffix(name, ".txt"), File: path.Join(Scenarios, name)}
		b, err := fs.ReadFile(fsys, s.File)
		if err != nil {
			return nil, fmt.Errorf("scenario %s: %w", s.Name, err)
		}
		for line := range strings.Lines(string(b)) {
			if about, ok := strings.CutPrefix(line, "#"); ok {
				s.About = strings.TrimSpace(about)
				break
			}
		}
		out = append(out, s)
	}
	return out, nil
}
