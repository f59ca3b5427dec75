package faketelegram

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
)

// params are those of a call, from whatever kind of body.
type params struct {
	values map[string]string
	files  map[string]int
	json   map[string]any // nil: a form
}

func parse(r *http.Request) (params, error) {
	p := params{values: map[string]string{}, files: map[string]int{}}
	for k, v := range r.URL.Query() {
		p.values[k] = v[0]
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		return p, p.readJSON(r.Body)
	case "multipart/form-data":
		if err := r.ParseMultipartForm(32 << 20); err != nil {
			return p, errors.New("can't parse the form")
		}
		for k, v := range r.MultipartForm.File {
			p.values[k], p.files[k] = "file:"+v[0].Filename, int(v[0].Size)
		}
		for k, v := range r.MultipartForm.Value {
			p.values[k] = v[0]
		}
		return p, r.MultipartForm.RemoveAll()
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return p, errors.New("can't parse the form")
		}
		for k, v := range r.PostForm {
			p.values[k] = v[0]
		}
	}
	return p, nil
}

func (p *params) readJSON(r io.Reader) error {
	var raw map[string]json.RawMessage
	body, err := io.ReadAll(r) // to its end, or nobody would notice that the client went away
	if err != nil || json.Unmarshal(body, &raw) != nil {
		return errors.New("can't parse the JSON")
	}
	p.json = map[string]any{}
	for k, v := range raw {
		var value any
		if err := json.Unmarshal(v, &value); err != nil {
			return err
		}
		p.json[k] = value
		if text, ok := value.(string); ok {
			p.values[k] = text
		} else {
			p.values[k] = string(v)
		}
	}
	return nil
}

// body is what Check sees.
func (p params) body() any {
	if p.json != nil {
		return p.json
	}
	return p.values
}

func (p params) number(key string) int64 {
	n, _ := strconv.ParseInt(p.values[key], 10, 64)
	return n
}

func (p params) chat() int64 { return p.number("chat_id") }

func (p params) yes(key string) bool { return p.values[key] == "true" || p.values[key] == "True" }

// object reads a parameter that is JSON; one that is missing leaves into as it is.
func (p params) object(key string, into any) bool {
	text := p.values[key]
	return text == "" || json.Unmarshal([]byte(text), into) == nil
}

// units is the length of s in UTF-16.
func units(s string) int {
	n := 0
	for _, r := range s {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}
