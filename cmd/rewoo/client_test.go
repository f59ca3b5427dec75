package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// built is the program, built once for all tests that need a process of its own.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "rewoo-built-")
	if err != nil {
		return "", err
	}
	builtIn.Store(&dir)
	bin := filepath.Join(dir, "rewoo")
	out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return bin, nil
})

// tests cleans up after all tests.
type tests struct{ m *testing.M }

func (ts tests) Run() int {
	defer func() {
		if path := builtIn.Load(); path != nil {
			os.RemoveAll(*path)
		}
	}()
	return ts.m.Run()
}

var builtIn atomic.Pointer[string]

func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){"rewoo": main})
}

// Every command as somebody types it: what it prints, and how it ends.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Cmds: map[string]func(*testscript.TestScript, bool, []string){"waitfor": waitFor}})
}

// waitFor waits until a file holds a text: waitfor FILE TEXT.
func waitFor(ts *testscript.TestScript, _ bool, args []string) {
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if data, err := os.ReadFile(ts.MkAbs(args[0])); err == nil && strings.Contains(string(data), args[1]) {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("%s never held %s", args[0], args[1])
		}
	}
}

// process is a running `rewoo try`.
type process struct {
	cmd    *exec.Cmd
	url    string
	stderr *bytes.Buffer
}

func startTry(t testing.TB, args ...string) *process {
	t.Helper()
	bin, err := built()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(bin, append([]string{"try"}, args...)...), stderr: &bytes.Buffer{}}
	p.cmd.Stderr = p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "rewoo try: "); ok {
			p.url = url
			go io.Copy(io.Discard, out)
			return p
		}
	}
	p.cmd.Wait()
	t.Fatalf("rewoo try printed no address: %s", p.stderr)
	return nil
}

func (p *process) kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

type apiChoice struct{ ID, Label string }

type apiMessage struct {
	ID      int         `json:"id"`
	Rev     int         `json:"rev"`
	At      time.Time   `json:"at"`
	From    string      `json:"from"`
	Text    string      `json:"text"`
	Choices []apiChoice `json:"choices"`
	Closed  bool        `json:"closed"`
	Deleted bool        `json:"deleted"`
}

// call posts body, or gets when it is nil. It fails with the status and the API's own words.
func call(ctx context.Context, url string, body, into any) error {
	method, rd := http.MethodGet, io.Reader(nil)
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		method, rd = http.MethodPost, bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, rd)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%d %s", resp.StatusCode, b)
	}
	return json.Unmarshal(b, into)
}

func messages(url, who string, after int) ([]apiMessage, error) {
	var got struct{ Messages []apiMessage }
	err := call(context.Background(), fmt.Sprintf("%sapi/people/%s/messages?after=%d", url, who, after), nil, &got)
	return got.Messages, err
}

func now(url string) (time.Time, error) {
	var got struct{ Now time.Time }
	err := call(context.Background(), url+"api/state", nil, &got)
	return got.Now, err
}
