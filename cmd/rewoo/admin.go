package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"rewoo/config"
)

// The admin socket is how other commands ask the bot that runs, because the database lets in one process only. It is a Unix
// socket in the data folder, for its owner alone: whoever may open it could read the database as well. Over it goes HTTP with
// JSON, one path for each command. What goes over it holds no content and no ids.

const (
	socketName = "rewoo.sock"
	maxSocket  = 100 // bytes of a path: what every system can bind
)

func socketPath(data string) string { return filepath.Join(data, socketName) }

// socketFinding says why there can be no socket in data, if so.
func socketFinding(data string) (config.Finding, bool) {
	path := socketPath(data)
	if len(path) > maxSocket {
		return config.Finding{File: path, Text: fmt.Sprintf("this path has %d bytes, and a socket's may have %d", len(path), maxSocket),
			Suggestion: "put data: into a folder with a shorter path"}, true
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSocket == 0 {
		return config.Finding{File: path, Text: "this is no socket of rewoo's, and stands where one has to be", Suggestion: "move it away"}, true
	}
	return config.Finding{}, false
}

// adminRoute answers one command. What answer gives is sent as JSON; its error is for the operator.
type adminRoute struct {
	pattern string // "GET /status"
	answer  func(ctx context.Context) (any, error)
}

// admin serves the socket.
type admin struct {
	path   string
	server *http.Server
	done   chan error
}

// openAdmin listens and starts one goroutine, which close ends. Only who holds the database may call it: then a socket that
// is there was left behind.
func openAdmin(data string, lg *slog.Logger, routes ...adminRoute) (*admin, error) {
	path := socketPath(data)
	if f, bad := socketFinding(data); bad {
		return nil, errors.New(f.String())
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the admin socket: %w", err)
	}
	l, err := listenOwnerOnly(path)
	if err != nil {
		return nil, fmt.Errorf("the admin socket: %w", err)
	}
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.HandleFunc(r.pattern, func(w http.ResponseWriter, req *http.Request) { answer(w, req, r) })
	}
	a := &admin{path: path, done: make(chan error, 1), server: &http.Server{
		Handler:           http.MaxBytesHandler(mux, 1<<16),
		ReadHeaderTimeout: 2 * time.Second, ReadTimeout: 5 * time.Second, WriteTimeout: 15 * time.Second, IdleTimeout: 5 * time.Second,
		MaxHeaderBytes: 8 << 10,
		ErrorLog:       log.New(hush{lg}, "", 0),
	}}
	go func() { a.done <- a.server.Serve(l) }()
	return a, nil
}

// answer runs a route. A panic in one ends that request only, which net/http sees to.
func answer(w http.ResponseWriter, req *http.Request, r adminRoute) {
	ctx, cancel := context.WithTimeout(req.Context(), 10*time.Second)
	defer cancel()
	got, err := r.answer(ctx)
	code := http.StatusOK
	if err != nil {
		got, code = map[string]string{"error": err.Error()}, http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	enc.Encode(got)
}

// close lets nobody in any more, gives who is inside two seconds, and removes the socket.
func (a *admin) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err := a.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = a.server.Close()
	}
	if serr := <-a.done; !errors.Is(serr, http.ErrServerClosed) {
		err = errors.Join(err, serr)
	}
	if rerr := os.Remove(a.path); rerr != nil && !errors.Is(rerr, fs.ErrNotExist) { // the listener does it as a rule
		err = errors.Join(err, rerr)
	}
	return err
}

// errNobody says that no bot answers at a socket.
var errNobody = errors.New("no bot runs there")

// askAdmin asks the bot that runs on data, and puts its answer into into.
func askAdmin(ctx context.Context, data, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	socket := socketPath(data)
	t := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "unix", socket)
	}}
	defer t.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://rewoo"+path, nil)
	if err != nil {
		return err
	}
	resp, err := t.RoundTrip(req) // follows no redirect
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: this user may not ask the bot; ask as the user who runs it, or as root", socket)
	case err != nil && nobody(err):
		return errNobody
	case err != nil:
		return fmt.Errorf("%s: the bot does not answer; see its log: %w", socket, err)
	}
	defer resp.Body.Close()
	dec := json.NewDecoder(http.MaxBytesReader(nil, resp.Body, 1<<20))
	if resp.StatusCode != http.StatusOK {
		var said struct {
			Error string `json:"error"`
		}
		if dec.Decode(&said) != nil || said.Error == "" {
			said.Error = resp.Status + "; is it another version?"
		}
		return fmt.Errorf("%s: the bot says: %s", socket, escape(said.Error))
	}
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("%s: the bot answered something else; is it another version?", socket)
	}
	return nil
}
