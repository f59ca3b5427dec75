package main

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"rewoo/flows"
)

// form is how findings are written: as lines for people and for editors that read lines, or for machines.
type form int

const (
	asLines form = iota
	asJSON
	asSARIF
)

// located is a finding as machines get it: with its file as a path that exists from where rewoo runs, and with what a line has no
// room for.
type located struct {
	flows.Finding
	Level     string `json:"level"` // error, warning
	EndLine   int    `json:"endLine,omitempty"`
	EndColumn int    `json:"endColumn,omitempty"` // the column after it
	Help      string `json:"help,omitempty"`      // where its code is explained

	shipped bool // of a file inside the program, which has no path
}

// locate finds the files of findings. Those of an author's folder get its path before their name; what ships keeps its bare name.
func locate(dir string, findings []flows.Finding) []located {
	out := make([]located, len(findings))
	helps, sources := helpPages(), map[string][]byte{}
	for i, f := range findings {
		name := f.File
		l := located{Finding: f, Level: "error", shipped: dir == "", Help: helps[f.Code]}
		if dir != "" {
			path := filepath.Join(dir, filepath.FromSlash(name))
			if _, err := os.Stat(path); err == nil {
				l.File = path
			} else if _, err := fs.Stat(flows.Shipped(), name); err == nil {
				l.shipped = true
			}
		}
		if f.Warning {
			l.Level = "warning"
		}
		src, read := sources[l.File]
		if !read {
			src = source(l)
			sources[l.File] = src
		}
		if l.EndColumn = f.EndColumn(src); l.EndColumn > 0 {
			l.EndLine = f.Line
		}
		out[i] = l
	}
	return out
}

// toMendFirst puts warnings last: a mistake must not drown in those of a translation that is half done.
func toMendFirst(findings []flows.Finding) []flows.Finding {
	return append(flows.Errors(findings), warnings(findings)...)
}

func warnings(findings []flows.Finding) []flows.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f flows.Finding) bool { return !f.Warning })
}

// placed are findings with the paths of their files.
func placed(dir string, findings []flows.Finding) []flows.Finding {
	var out []flows.Finding
	for _, l := range locate(dir, toMendFirst(findings)) {
		out = append(out, l.Finding)
	}
	return out
}

// source is the text of a finding's file; nil where it cannot be read.
func source(l located) (src []byte) {
	if l.shipped {
		src, _ = fs.ReadFile(flows.Shipped(), l.File)
		return src
	}
	if info, err := os.Stat(l.File); err == nil && info.Mode().IsRegular() {
		src, _ = os.ReadFile(l.File)
	}
	return src
}

// helpPages are the places in docs/flows/checks.md that explain codes.
func helpPages() map[string]string {
	out := map[string]string{}
	for _, p := range codePages() {
		out[p.code] = "docs/flows/checks.md#" + anchor(p.code+" "+p.title)
	}
	return out
}

// anchor is what a heading is linked to by, as GitHub and most others have it.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		}
		return -1
	}, strings.ToLower(heading))
}

// report prints all findings about the library with the author's folder dir, "" for none.
func report(w io.Writer, dir string, findings []flows.Finding, as form) error {
	all := locate(dir, toMendFirst(findings))
	switch as {
	case asJSON:
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(map[string]any{"findings": all})
	case asSARIF:
		return writeSARIF(w, all)
	}
	for _, f := range all {
		if _, err := fmt.Fprintln(w, f.Finding); err != nil {
			return err
		}
	}
	switch n, warn := len(findings), len(warnings(findings)); {
	case n == 1:
		fmt.Fprintln(w, "1 finding")
	case warn > 0 && warn < n:
		fmt.Fprintf(w, "%d findings, %d of them warnings\n", n, warn)
	case n > 1:
		fmt.Fprintln(w, n, "findings")
	}
	return nil
}
