package main

import (
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// SARIF 2.1.0, as much of it as code scanning and editors read.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool            `json:"tool"`
		ColumnKind string               `json:"columnKind"`
		Bases      map[string]sarifBase `json:"originalUriBaseIds"`
		Results    []sarifResult        `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Short sarifText `json:"shortDescription"`
		Help  sarifText `json:"help"` // whole: a helpUri would have to be absolute, and uploads are refused for one that is not
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifBase struct {
		Description sarifText `json:"description"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical sarifPlace `json:"physicalLocation"`
	}
	sarifPlace struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
)

// The bases of paths: where rewoo ran, which in code scanning is the top of the repository, and what is inside the program.
const (
	sarifRoot    = "%SRCROOT%"
	sarifShipped = "REWOO"
)

// writeSARIF writes findings as code scanning takes them. Every code is a rule, found or not, so that one that is mended stays known.
func writeSARIF(w io.Writer, findings []located) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}, Bases: map[string]sarifBase{
		sarifRoot:    {sarifText{Text: "The folder in which rewoo ran."}},
		sarifShipped: {sarifText{Text: "The conversations inside the program."}},
	}}
	run.Tool.Driver = sarifDriver{Name: "rewoo", Version: version()}
	index := map[string]int{}
	for i, p := range codePages() {
		index[p.code] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{ID: p.code, Short: sarifText{Text: p.title}, Help: sarifText{Text: p.text, Markdown: p.text}})
	}
	for _, f := range findings {
		r := sarifResult{RuleID: f.Code, RuleIndex: -1, Level: f.Level, Message: sarifText{Text: f.Text}}
		if i, ok := index[f.Code]; ok {
			r.RuleIndex = i
		}
		if f.Suggestion != "" {
			r.Message.Text += "; " + f.Suggestion
		}
		place := sarifPlace{Artifact: sarifURI(f), Region: sarifRegion{StartLine: max(f.Line, 1), StartColumn: max(f.Column, 1), EndLine: f.EndLine, EndColumn: f.EndColumn}}
		r.Locations = []sarifLocation{{place}}
		run.Results = append(run.Results, r)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

// sarifURI is where a finding's file is: below where rewoo runs, or else anywhere on this machine.
func sarifURI(f located) sarifArtifact {
	path := filepath.ToSlash(f.File)
	if f.shipped {
		return sarifArtifact{URI: (&url.URL{Path: path}).EscapedPath(), Base: sarifShipped}
	}
	abs, err := filepath.Abs(f.File)
	if err != nil {
		return sarifArtifact{URI: (&url.URL{Path: path}).EscapedPath(), Base: sarifRoot}
	}
	if here, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(here, abs); err == nil && filepath.IsLocal(rel) {
			return sarifArtifact{URI: (&url.URL{Path: filepath.ToSlash(rel)}).EscapedPath(), Base: sarifRoot}
		}
	}
	abs = filepath.ToSlash(abs)
	if !strings.HasPrefix(abs, "/") {
		abs = "/" + abs // a drive
	}
	return sarifArtifact{URI: (&url.URL{Scheme: "file", Path: abs}).String()}
}
