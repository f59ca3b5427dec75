package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	maxBody  = 64 << 10
	maxDrain = 256 << 20 // of a body that is too large: read and thrown away, so that its sender hears why
)

// fields is a JSON object, its values not yet read.
type fields map[string]json.RawMessage

// readBody reads a request's body: one JSON object with no fields but the allowed ones. At most maxBody bytes of it are
// ever held.
func readBody(w http.ResponseWriter, r *http.Request, allowed ...string) (fields, error) {
	if r.ContentLength > maxBody {
		return nil, drain(w, r)
	}
	b, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if len(b) > maxBody {
		return nil, drain(w, r)
	}
	if err != nil {
		return nil, apiErr(http.StatusBadRequest, "body", "The body broke off before its end.")
	}
	return parseObject(b, allowed...)
}

// drain throws away the rest of a body that is too large, within bounds, so that a sender who does not listen while
// sending still reads the answer. One who waits for "100 Continue" is answered at once.
func drain(w http.ResponseWriter, r *http.Request) error {
	if r.Header.Get("Expect") == "" && r.ContentLength <= maxDrain {
		// A connection that takes no deadline is one of a test; ReadTimeout holds in any case.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(shortTime))
		_, _ = io.CopyN(io.Discard, r.Body, maxDrain)
	}
	w.Header().Set("Connection", "close")
	return apiErr(http.StatusRequestEntityTooLarge, "too_large", "A body may have at most 64 KiB.")
}

// parseObject is stricter than encoding/json: names are taken letter by letter, each at most once, unknown ones are
// refused, and nothing may follow.
func parseObject(b []byte, allowed ...string) (fields, error) {
	bad := apiErr(http.StatusBadRequest, "json", "The body has to be one JSON object, like {"+example(allowed)+"}.")
	if !json.Valid(b) {
		return nil, bad
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, bad
	}
	out := fields{}
	for dec.More() {
		t, err := dec.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, bad
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, bad
		}
		if !slices.Contains(allowed, name) {
			return nil, apiErr(http.StatusBadRequest, "field", fmt.Sprintf("There is no field %q here; there is %s.",
				clip(name, 40), strings.Join(allowed, ", ")))
		}
		if _, twice := out[name]; twice {
			return nil, apiErr(http.StatusBadRequest, "field", fmt.Sprintf("The field %q is there twice.", name))
		}
		out[name] = raw
	}
	return out, nil
}

func example(allowed []string) string {
	var out []string
	for _, name := range allowed {
		out = append(out, fmt.Sprintf("%q: …", name))
	}
	return strings.Join(out, ", ")
}

// str reads a string that has to be there. What is not UTF-8 in it becomes U+FFFD.
func (f fields) str(name string) (string, error) {
	var s *string
	if raw, ok := f[name]; !ok || json.Unmarshal(raw, &s) != nil || s == nil {
		return "", apiErr(http.StatusBadRequest, "field", fmt.Sprintf("The field %q has to be there, and a string.", name))
	}
	return *s, nil
}

// num reads an integer that has to be there.
func (f fields) num(name string) (int, error) {
	var n *int
	if raw, ok := f[name]; !ok || json.Unmarshal(raw, &n) != nil || n == nil {
		return 0, apiErr(http.StatusBadRequest, "field", fmt.Sprintf("The field %q has to be there, and a whole number.", name))
	}
	return *n, nil
}
