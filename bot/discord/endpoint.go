package discord

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"rewoo/bot"
)

const (
	maxBody   = 1 << 20
	maxAge    = 5 * time.Minute // of a timestamp, either way
	openMost  = 256             // requests at a time
	shortTime = 5 * time.Second // for a request to come in
)

// endpoint receives interactions over HTTP.
type endpoint struct {
	o    Endpoint
	key  ed25519.PublicKey
	now  func() time.Time
	room chan struct{}
}

func newEndpoint(o Endpoint, now func() time.Time) (*endpoint, error) {
	key, err := hex.DecodeString(o.PublicKey)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errors.New("discord: the public key of the interactions endpoint must be 64 hex digits; copy it from the Developer Portal, page General Information")
	}
	if anybodys(key) {
		return nil, errors.New("discord: anybody can sign for the public key of the interactions endpoint; copy yours from the Developer Portal, page General Information")
	}
	if o.Listen == "" && o.Listener == nil {
		return nil, errors.New("discord: the interactions endpoint needs an address to listen on, such as 127.0.0.1:8081")
	}
	return &endpoint{o: o, key: key, now: now, room: make(chan struct{}, openMost)}, nil
}

// anybodys tells the keys of small order, the one of zeros among them. What is signed for them is not signed by somebody:
// every fourth or eighth message fits a signature that needs no secret.
func anybodys(key ed25519.PublicKey) bool {
	rest := strings.Repeat("ff", 30) + "7f"
	for _, bad := range []string{
		strings.Repeat("00", 32), "01" + strings.Repeat("00", 31), "ec" + rest, "ed" + rest, "ee" + rest,
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	} {
		if b := slices.Clone(key); len(b) == ed25519.PublicKeySize {
			b[31] &= 0x7f // the sign
			if hex.EncodeToString(b) == bad {
				return true
			}
		}
	}
	return false
}

// serve runs the server until Run ends.
func (r *run) serve() error {
	ln := r.endpoint.o.Listener
	if ln == nil {
		var err error
		if ln, err = net.Listen("tcp", r.endpoint.o.Listen); err != nil {
			return &bot.PlatformError{
				Code: "listen", Problem: "Discord's interactions endpoint cannot listen on " + r.endpoint.o.Listen,
				Hint: "another program may use that address, or it is not this machine's; choose another one",
			}
		}
	}
	srv := &http.Server{
		Handler: http.HandlerFunc(r.request), ReadHeaderTimeout: shortTime, ReadTimeout: shortTime, WriteTimeout: 2 * shortTime, MaxHeaderBytes: 16 << 10,
		ErrorLog: log.New(io.Discard, "", 0),
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	select {
	case err := <-failed:
		return fmt.Errorf("discord: the interactions endpoint ended: %w", err)
	case <-r.ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), ackGrace)
	defer cancel()
	if srv.Shutdown(ctx) != nil {
		srv.Close()
	}
	<-failed
	return nil
}

// request answers one interaction within three seconds. What is not signed with the application's key is nobody.
func (r *run) request(w http.ResponseWriter, req *http.Request) {
	e := r.endpoint
	select {
	case e.room <- struct{}{}:
		defer func() { <-e.room }()
	default:
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	body, status := e.verified(w, req)
	if status != http.StatusOK {
		http.Error(w, http.StatusText(status), status)
		return
	}
	in := ofInteraction(r.me.AppID, body)
	if in.what == ping {
		answer(w, callback{Type: pong})
		return
	}
	if in.app != r.me.AppID || in.what == nothing {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	reply := make(chan callback, 1)
	r.interaction(in, time.Now(), reply)
	select {
	case c, ok := <-reply:
		if ok {
			sent := answer(w, c) == nil
			if in.what == command {
				r.replies.settle(in.event.ID, sent, r.now())
			}
			return
		}
	case <-r.ctx.Done():
	case <-req.Context().Done():
	}
	if in.what == command {
		r.replies.settle(in.event.ID, false, r.now())
	}
	http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
}

// verified reads a body that Discord signed a moment ago.
func (e *endpoint) verified(w http.ResponseWriter, req *http.Request) ([]byte, int) {
	if req.Method != http.MethodPost {
		return nil, http.StatusMethodNotAllowed
	}
	stamp := req.Header.Get("X-Signature-Timestamp")
	signature, err := hex.DecodeString(req.Header.Get("X-Signature-Ed25519"))
	at, bad := strconv.ParseInt(stamp, 10, 64)
	if err != nil || bad != nil || len(signature) != ed25519.SignatureSize {
		return nil, http.StatusUnauthorized // before anything is read
	}
	if age := e.now().Sub(time.Unix(at, 0)); age > maxAge || age < -maxAge {
		return nil, http.StatusUnauthorized
	}
	if req.ContentLength > maxBody {
		return nil, http.StatusRequestEntityTooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxBody))
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, http.StatusRequestEntityTooLarge
		}
		return nil, http.StatusBadRequest
	}
	if !ed25519.Verify(e.key, append([]byte(stamp), body...), signature) {
		return nil, http.StatusUnauthorized
	}
	return body, http.StatusOK
}

func answer(w http.ResponseWriter, c callback) error {
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(b)
	return err
}
