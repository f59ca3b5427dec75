package web

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"runtime/debug"
	"time"
)

//go:embed static
var static embed.FS

// files are the page's own, by path.
var files = map[string]struct{ name, kind string }{
	"/":          {"static/index.html", "text/html; charset=utf-8"},
	"/style.css": {"static/style.css", "text/css; charset=utf-8"},
	"/page.js":   {"static/page.js", "text/javascript; charset=utf-8"},
	"/author.js": {"static/author.js", "text/javascript; charset=utf-8"},
	"/icon.svg":  {"static/icon.svg", "image/svg+xml"},
}

const (
	shortTime = 10 * time.Second // for a request to come in and an answer to go out
	graceTime = 2 * time.Second  // for the last requests, when the page ends
	csp       = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// Run hands over again what was not acknowledged, and serves the page until ctx ends; it returns nil then. A bot that
// takes no events any more ends it with an error. It may be called once.
func (p *Page) Run(ctx context.Context, handle handleFunc) error {
	if p.world == nil {
		return errors.New("the page was not given a bot: call Attach before Run")
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for _, name := range names {
		if err := p.handOver(ctx, handle, p.phones[name]); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
	if err := p.settle(ctx); err != nil { // what a crash left in the outbox is there before anybody looks
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	if p.opts.Begin != nil {
		if err := p.opts.Begin(ctx, &Hands{p, handle}); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
	ln, err := p.listen(ctx)
	if err != nil {
		return err
	}
	srv := &http.Server{
		Handler:                      p.handler(ctx, handle),
		ReadHeaderTimeout:            shortTime,
		ReadTimeout:                  3 * shortTime,
		WriteTimeout:                 3 * shortTime, // lifted while an update or a move is under way
		IdleTimeout:                  2 * time.Minute,
		MaxHeaderBytes:               32 << 10,
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     log.New(io.Discard, "", 0), // it quotes what it could not read
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	if p.opts.Ready != nil {
		p.opts.Ready(pageURL(ln.Addr()))
	}
	err = nil
	select {
	case err = <-p.broken:
	case cause := <-served:
		err, served = fmt.Errorf("serve the page: %w", cause), nil
	case <-ctx.Done():
	}
	stop()
	p.shutdown(srv)
	if served != nil {
		<-served
	}
	return err
}

// shutdown lets the requests under way end, cuts off those that take too long to come in or go out, and returns when
// none is left.
func (p *Page) shutdown(srv *http.Server) {
	grace, cancel := context.WithTimeout(context.Background(), graceTime)
	defer cancel()
	if srv.Shutdown(grace) != nil {
		_ = srv.Close() // what it could not close, the operating system will
	}
	p.requests.Lock()
	defer p.requests.Unlock()
}

// listen opens the port, and makes sure that a name meant what it said.
func (p *Page) listen(ctx context.Context) (net.Listener, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", p.opts.Listen)
	if err != nil {
		return nil, fmt.Errorf("open the page's port: %w; give another --listen, with port 0 for any free one", err)
	}
	addr, ok := ln.Addr().(*net.TCPAddr)
	if !p.opts.AllowRemote && (!ok || !addr.IP.IsLoopback()) {
		return nil, errors.Join(fmt.Errorf("listen on %q: that name is not this machine's own; use 127.0.0.1", p.opts.Listen), ln.Close())
	}
	return ln, nil
}

// pageURL is where somebody on this machine opens the page.
func pageURL(addr net.Addr) string {
	host := addr.String()
	if a, ok := addr.(*net.TCPAddr); ok && a.IP.IsUnspecified() {
		host = fmt.Sprintf("127.0.0.1:%d", a.Port)
	}
	return "http://" + host + "/"
}

// handler is the whole page. ctx is Run's: what was begun ends with the page, not with the browser that asked for it.
func (p *Page) handler(ctx context.Context, handle handleFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		defer func() {
			if v := recover(); v != nil {
				p.lg.Error("a request of the page panicked", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
				p.fail(w, errInternal)
			}
		}()
		if !p.requests.TryRLock() {
			p.fail(w, errStopping)
			return
		}
		defer p.requests.RUnlock()
		if err := p.guard(r); err != nil {
			p.fail(w, err)
			return
		}
		if f, ok := files[r.URL.Path]; ok {
			p.serveFile(w, r, f.name, f.kind)
			return
		}
		p.route(ctx, handle, w, r)
	})
}

// guard lets in only who asked for this page by its own name, and from nowhere else.
func (p *Page) guard(r *http.Request) error {
	if !p.allow.known(r.Host) {
		return apiErr(http.StatusForbidden, "host", "This page does not answer to that name. Open it under the address that rewoo printed, "+
			"or under localhost; another name has to be given with --listen.")
	}
	for _, origin := range r.Header.Values("Origin") {
		if !sameOrigin(origin, r.Host) {
			return apiErr(http.StatusForbidden, "origin", "This request comes from another site, and only the page itself may make it. "+
				"A program should send no Origin.")
		}
	}
	return nil
}

func (p *Page) serveFile(w http.ResponseWriter, r *http.Request, name, kind string) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		p.fail(w, errMethod(w, http.MethodGet))
		return
	}
	b, err := static.ReadFile(name)
	if err != nil {
		p.fail(w, fmt.Errorf("read an embedded file: %w", err))
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(b) // a reader who has gone needs no answer
}
