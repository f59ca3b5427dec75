package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"rewoo/flows"
)

// Author is what the page offers to who writes conversations: it shows them, saves what was played, and says what came of a change
// in their files. It reads flows; the page does not.
type Author interface {
	// Begins is where the page began, in words, and "" when with nothing. Folder is where transcripts are written; "": nowhere.
	Begins() string
	Folder() string
	Flows() []FlowView
	Flow(name string) (FlowDetail, bool)
	Map() MapView
	Source(file string) (text string, ok bool) // of a file of the library, as it is on the disk
	// News is what came of the latest change, and what is closed when there is something newer.
	News() (News, <-chan struct{})
	Save(ctx context.Context, name string, replace bool, h History) (Saved, error)
}

// FlowView is a conversation in a list.
type FlowView struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Command string `json:"command,omitempty"` // with its slash; "": none begins it
	Own     bool   `json:"own"`               // it lies in the author's folder
}

// FlowDetail is all that is shown of one.
type FlowDetail struct {
	FlowView
	File   string     `json:"file"`
	Line   int        `json:"line"`
	Begins []string   `json:"begins"` // what begins it, in words
	From   []string   `json:"from"`   // flows that start it
	Starts []string   `json:"starts"` // flows that it starts
	Steps  []StepView `json:"steps"`
	Chart  string     `json:"chart"` // SVG; "": there is no picture
}

// StepView is a step, as its author wrote it.
type StepView struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Line   int    `json:"line"`
	Source string `json:"source"`
}

// shelfView is what the panel begins with.
type shelfView struct {
	Flows  []FlowView `json:"flows"`
	Begins string     `json:"begins"`
	Folder string     `json:"folder"`
	Mark   time.Time  `json:"mark,omitzero"`
}

// MapView is which flow starts which.
type MapView struct {
	Chart string    `json:"chart"` // SVG; "": there is no picture
	Links []MapLink `json:"links"`
}

// MapLink says that one flow starts others.
type MapLink struct {
	From string   `json:"from"`
	To   []string `json:"to"`
}

// News is what came of a change in the author's files.
type News struct {
	Seq      int             `json:"seq"`   // 0: nothing has changed yet
	At       time.Time       `json:"at"`    // by the clock on the wall
	State    string          `json:"state"` // "loaded"; "kept": there are findings, and the old flows stay; "failed"; "played": only transcripts changed
	Text     string          `json:"text,omitempty"`
	Findings []flows.Finding `json:"findings"`
	// Played is what the transcripts say of it: "" nothing yet, "playing", "hold", "differ".
	Played      string `json:"played,omitempty"`
	Transcripts int    `json:"transcripts,omitempty"`
}

// Saved is what became of a transcript.
type Saved struct {
	Files   []SavedFile `json:"files"`
	Written bool        `json:"written"` // to the author's folder
	Exists  bool        `json:"exists"`  // nothing was written: a file is there, and it was not said to replace it
	Notes   []string    `json:"notes"`   // what the author has to know, a sentence each
}

// SavedFile is one file of it.
type SavedFile struct {
	Name string `json:"name"` // in the author's folder, with slashes
	Text string `json:"text"`
}

// SaveError is a wish that cannot be fulfilled; its text is for the author.
type SaveError struct{ Text string }

func (e SaveError) Error() string { return e.Text }

// newsWait is how long a question for news stays open when there are none.
const newsWait = 20 * time.Second

// findAuthor finds the call for a path behind /api/author/:
//
//	GET  flows             {"flows":[{"name","title","command","own"}],"begins","folder","mark"}
//	GET  flows/{name}      one of them: its steps, with their source, and its picture
//	GET  map               {"chart","links":[{"from","to"}]}
//	GET  source?file=F     {"file","text"}
//	GET  news?after=N      the news, as soon as they are others than N, or after a while
//	POST mark              {} → {"at","done"}: what is saved begins here
//	POST save              {"name","replace"} → {"files","written","exists","notes"}
func (p *Page) findAuthor(ctx context.Context, path string) (method string, fn call) {
	author := p.opts.Author
	switch path {
	case "flows":
		return http.MethodGet, func(http.ResponseWriter, *http.Request) (any, error) {
			return shelfView{author.Flows(), author.Begins(), author.Folder(), p.marked().At}, nil
		}
	case "map":
		return http.MethodGet, func(http.ResponseWriter, *http.Request) (any, error) { return author.Map(), nil }
	case "source":
		return http.MethodGet, func(_ http.ResponseWriter, r *http.Request) (any, error) { return p.source(r) }
	case "news":
		return http.MethodGet, func(_ http.ResponseWriter, r *http.Request) (any, error) { return p.news(ctx, r) }
	case "mark":
		return http.MethodPost, func(w http.ResponseWriter, r *http.Request) (any, error) {
			if _, err := readBody(w, r); err != nil {
				return nil, err
			}
			m := p.SetMark()
			return map[string]any{"at": stamp(m.At), "done": m.Done}, nil
		}
	case "save":
		return http.MethodPost, func(w http.ResponseWriter, r *http.Request) (any, error) { return p.save(ctx, w, r) }
	}
	name, ok := strings.CutPrefix(path, "flows/")
	if !ok {
		return "", nil
	}
	return http.MethodGet, func(http.ResponseWriter, *http.Request) (any, error) {
		flow, ok := author.Flow(name)
		if !ok {
			return nil, apiErr(http.StatusNotFound, "flow", "There is no flow of this name any more.")
		}
		return flow, nil
	}
}

func (p *Page) source(r *http.Request) (any, error) {
	file := r.URL.Query().Get("file")
	text, ok := p.opts.Author.Source(file)
	if !ok {
		return nil, apiErr(http.StatusNotFound, "file", "There is no such file in the library.")
	}
	return map[string]string{"file": file, "text": text}, nil
}

// news answers as soon as there are any; whoever asks, asks again.
func (p *Page) news(ctx context.Context, r *http.Request) (any, error) {
	after, err := afterOf(r)
	if err != nil {
		return nil, err
	}
	late := time.NewTimer(newsWait)
	defer late.Stop()
	for {
		news, newer := p.opts.Author.News()
		if news.Seq != after { // it is less after a restart
			return news, nil
		}
		select {
		case <-newer:
		case <-late.C:
			return news, nil
		case <-r.Context().Done():
			return nil, errStopping
		case <-ctx.Done():
			return nil, errStopping
		}
	}
}

func (p *Page) save(ctx context.Context, w http.ResponseWriter, r *http.Request) (any, error) {
	f, err := readBody(w, r, "name", "replace")
	if err != nil {
		return nil, err
	}
	name, err := f.str("name")
	if err != nil {
		return nil, err
	}
	replace := string(f["replace"]) == "true"
	defer patient(w)()
	p.moving.Lock() // what is under way is over first
	h := p.History()
	p.moving.Unlock()
	saved, err := p.opts.Author.Save(ctx, name, replace, h)
	if e, ok := err.(SaveError); ok {
		return nil, apiErr(http.StatusBadRequest, "save", e.Text)
	}
	return saved, err
}
