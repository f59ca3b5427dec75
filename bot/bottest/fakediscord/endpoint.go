package fakediscord

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"time"
)

// UseEndpoint sends interactions to url instead of the gateway, signed with key; "" goes back.
func (f *Fake) UseEndpoint(url string, key ed25519.PrivateKey) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.endpoint, f.key = url, key
}

// Sign gives the two headers for body at the moment at.
func Sign(key ed25519.PrivateKey, at time.Time, body []byte) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	return http.Header{
		"X-Signature-Timestamp": {stamp},
		"X-Signature-Ed25519":   {hex.EncodeToString(ed25519.Sign(key, append([]byte(stamp), body...)))},
		"Content-Type":          {"application/json"},
	}
}

// post hands an interaction to the endpoint and takes its answer.
func (f *Fake) post(i *Interaction, raw []byte) {
	f.mu.Lock()
	url, key, at := f.endpoint, f.key, f.now()
	f.mu.Unlock()
	req, err := http.NewRequestWithContext(f.quit, http.MethodPost, url, bytes.NewReader(raw))
	if err != nil {
		f.note("endpoint: %v", err)
		return
	}
	req.Header = Sign(key, at, raw)
	route := f.o.Route
	if route == nil {
		route = &http.Transport{DisableKeepAlives: true}
	}
	client := http.Client{Timeout: answerWithin, Transport: route}
	resp, err := client.Do(req)
	if err != nil {
		return // the app shows that it failed
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil || resp.StatusCode != http.StatusOK {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.now().Sub(i.at) > answerWithin || i.answer != 0 {
		return
	}
	if r := f.answer(i, b); r.status >= 400 {
		f.violate("an answer of the endpoint: %s", r.body)
	}
}
