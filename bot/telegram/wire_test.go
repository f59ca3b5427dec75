package telegram

import (
	"net/http"
	"testing"
)

// Nothing can make the wire ask another host, whoever makes the request.
func TestWireAsksOneHost(t *testing.T) {
	w := newWire("api.example.org", nil)
	for _, url := range []string{"https://elsewhere.example/", "https://api.example.org.elsewhere.example/", "https://api.example.org:444/"} {
		req, err := http.NewRequest("POST", url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Do(req); err != errHost {
			t.Errorf("%s: %v", url, err)
		}
	}
}
