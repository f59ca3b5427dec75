package main

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"rewoo/bot/chart"
	"rewoo/bot/play"
	"rewoo/bot/web"
	"rewoo/flows"
)

// author is the side of the page for who writes conversations. It shows what is in place, not what may lie broken on the disk.
type author struct {
	dir   string // of their own flows; "": they only look
	write bool   // into dir
	again *reloader
	view  viewer
	start *beginning // nil: with nothing

	warned []flows.Finding // of what is in place; watch's own

	mu    sync.Mutex
	news  web.News
	newer chan struct{} // closed when there are newer ones
}

var _ web.Author = (*author)(nil)

func newAuthor(again *reloader, view viewer, start *beginning, write bool) *author {
	return &author{dir: again.dir, write: write && again.dir != "", again: again, view: view, start: start,
		news: web.News{Findings: []flows.Finding{}}, newer: make(chan struct{})}
}

func (a *author) Begins() string {
	if a.start == nil {
		return ""
	}
	return a.start.Name
}

func (a *author) Folder() string {
	if !a.write {
		return ""
	}
	return a.dir
}

func (a *author) Flows() []web.FlowView {
	lib := a.again.current()
	out := make([]web.FlowView, 0, len(lib.Flows))
	for _, f := range lib.Flows {
		out = append(out, a.flowView(f))
	}
	slices.SortFunc(out, func(x, y web.FlowView) int {
		if x.Own != y.Own {
			if x.Own {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(strings.ToLower(x.Title), strings.ToLower(y.Title)), cmp.Compare(x.Name, y.Name))
	})
	return out
}

func (a *author) flowView(f *flows.Flow) web.FlowView {
	v := web.FlowView{Name: f.Name, Title: f.Title}
	if f.Start.Command != "" {
		v.Command = "/" + f.Start.Command
	}
	if a.dir != "" {
		_, err := os.Stat(filepath.Join(a.dir, filepath.FromSlash(f.Pos.File)))
		v.Own = err == nil
	}
	return v
}

func (a *author) Flow(name string) (web.FlowDetail, bool) {
	lib := a.again.current()
	f := lib.Flows[name]
	if f == nil {
		return web.FlowDetail{}, false
	}
	d := web.FlowDetail{FlowView: a.flowView(f), File: f.Pos.File, Line: f.Pos.Line, Begins: []string{}, From: []string{}, Starts: []string{}}
	everything := lib.Map()
	for _, n := range everything.Nodes {
		if n.Flow == name {
			d.Begins = append(d.Begins, n.Entries...)
		}
	}
	for _, e := range everything.Edges {
		if e.To == name && !slices.Contains(d.From, e.From) {
			d.From = append(d.From, e.From)
		}
		if e.From == name && !slices.Contains(d.Starts, e.To) {
			d.Starts = append(d.Starts, e.To)
		}
	}
	if g, ok := lib.Graph(name); ok {
		d.Chart = drawn(g)
	}
	lines := strings.Split(f.Source(), "\n")
	for _, s := range f.Steps {
		d.Steps = append(d.Steps, web.StepView{ID: s.ID, Kind: string(s.Kind), Line: s.Pos.Line, Source: blockAt(lines, s.Pos.Line)})
	}
	return d, true
}

func (a *author) Map() web.MapView {
	g := a.again.current().Map()
	m := web.MapView{Chart: drawn(g), Links: []web.MapLink{}}
	for _, n := range g.Nodes {
		link := web.MapLink{From: n.Flow}
		for _, e := range g.Edges {
			if e.From == n.ID && !slices.Contains(link.To, e.To) {
				link.To = append(link.To, e.To)
			}
		}
		if len(link.To) > 0 {
			m.Links = append(m.Links, link)
		}
	}
	return m
}

// drawn is a picture for the page, which has the style of its own; "" when it cannot be drawn.
func drawn(g *flows.Graph) string {
	var b strings.Builder
	if err := chart.SVG(&b, g, chart.Options{Bare: true}); err != nil {
		return ""
	}
	return b.String()
}

// blockAt is the line n of a YAML file and all that is indented more deeply below it.
func blockAt(lines []string, n int) string {
	if n < 1 || n > len(lines) {
		return ""
	}
	depth := func(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
	end, at := n, depth(lines[n-1])
	for i := n; i < len(lines); i++ {
		blank := strings.TrimSpace(lines[i]) == ""
		if !blank && depth(lines[i]) <= at {
			break
		}
		if !blank {
			end = i + 1
		}
	}
	var out []string
	for _, line := range lines[n-1 : end] {
		out = append(out, line[min(at, depth(line)):])
	}
	return strings.Join(out, "\n")
}

// maxSource bounds what is shown of a file.
const maxSource = 1 << 20

// Source gives nothing but what belongs to the library: the folder may hold an author's notes, too.
func (a *author) Source(file string) (string, bool) {
	fsys, err := flowFiles(a.dir)
	if err != nil {
		return "", false
	}
	names, err := play.Names(fsys)
	for i, name := range names {
		names[i] = play.Path(name)
	}
	if err != nil || !slices.Contains(append(names, flows.Files(fsys)...), file) {
		return "", false
	}
	info, err := fs.Stat(fsys, file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxSource {
		return "", false
	}
	data, err := fs.ReadFile(fsys, file)
	return strings.ToValidUTF8(string(data), "\uFFFD"), err == nil
}

func (a *author) News() (web.News, <-chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.news, a.newer
}

// tell changes the news, unless change says that there is nothing to tell.
func (a *author) tell(change func(*web.News) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !change(&a.news) {
		return
	}
	if a.news.Findings == nil {
		a.news.Findings = []flows.Finding{}
	}
	a.news.Seq++
	close(a.newer)
	a.newer = make(chan struct{})
}
