package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rewoo/bot/bottest/fakediscord"
	"rewoo/bot/bottest/faketelegram"
)

// forms are the ways in which a text can stand somewhere: as it is, as part of an address, of JSON, of hex, of base64 from each of
// the three places at which it can begin there.
func forms(s string) []string {
	out := []string{s, url.QueryEscape(s), url.PathEscape(s), hex.EncodeToString([]byte(s)), strings.ToUpper(hex.EncodeToString([]byte(s))),
		strings.Trim(strconv.QuoteToASCII(s), `"`), strings.Trim(fmt.Sprint([]byte(s)), "[]")}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		out = append(out, strconv.FormatInt(n, 16), strconv.FormatInt(n, 36))
	}
	for shift := range 3 {
		padded := append(bytes.Repeat([]byte{0}, shift), s...)
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := enc.EncodeToString(padded)
			begin, end := (8*shift+5)/6, 8*len(padded)/6 // what hangs on neighbours is left out
			out = append(out, text[begin:end])
		}
	}
	return out
}

// tells tells whether s stands in text, in any form.
func tells(text, s string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(s)) || slices.ContainsFunc(forms(s), func(f string) bool { return strings.Contains(text, f) })
}

// sweep sees that nothing of what is secret stands in text, in no form.
func sweep(t testing.TB, where, text string, secrets map[string]string) {
	t.Helper()
	for name, s := range secrets {
		if len(s) < 6 {
			t.Fatalf("%s is too short to be looked for", name)
		}
		if tells(text, s) {
			t.Errorf("%s holds %s", where, name)
		}
	}
}

func TestSweep(t *testing.T) {
	const s = "kanarienvogel"
	for _, text := range []string{s, "Kanarienvogel", base64.StdEncoding.EncodeToString([]byte(s)), base64.URLEncoding.EncodeToString([]byte("x" + s + "y")),
		base64.StdEncoding.EncodeToString([]byte("xy" + s)), hex.EncodeToString([]byte("." + s)), fmt.Sprint([]byte("x" + s + "y")), strings.ToUpper(hex.EncodeToString([]byte(s)))} {
		if !tells(text, s) {
			t.Errorf("not found in %q", text)
		}
	}
	if tells("a canary, kanarien, vogel", s) {
		t.Error("found where it is not")
	}
}

// A bot with a webhook and an endpoint for interactions, in a process of its own that logs all it can, lives through whatever the
// fakes can do to it. Nothing that it prints holds a secret, a word of anybody, or who somebody is.
func TestNothingIsToldByServe(t *testing.T) {
	t.Parallel()
	const (
		word, shared, name = "marmeladenglas", "kirschkernkissen", "Federkielschreiber"
		secret             = "Webhook-secret_with-40-characters-in-it_1"
		telegramUser       = 8473625193
		discordUser        = "284736251938475601"
	)
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	hook, ends := freePort(t), freePort(t)
	w := newWire(t, faketelegram.Options{Route: proxy{"/telegram": hook}}, fakediscord.Options{Route: proxy{"/discord": ends}}, "")
	text := fmt.Sprintf("telegram: { token_file: t, api_url: %s, webhook: { listen: %q, url: \"https://bot.example.org/telegram\", secret_file: w } }\n"+
		"discord: { token_file: d, api_url: %s, free_text: true, interactions: { listen: %q, public_key: %s } }\npeople: { open_to: anyone }\nlog: { level: debug }\n",
		w.tg.URL(), hook, w.dc.URL(), ends, hex.EncodeToString(public))
	dir := filepath.Dir(w.file)
	for file, content := range map[string]string{"rewoo.yaml": text, "w": secret} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.dc.UseEndpoint("https://bot.example.org/discord", private)
	ana, ben := w.tg.User(telegramUser), w.dc.User(discordUser)
	w.people["ana"], w.people["ben"] = telegramPhone{ana}, discordPhone{ben}
	interactions := map[string]string{}
	note := func(i *fakediscord.Interaction) {
		interactions["the token of an interaction "+i.ID] = i.Token
	}
	c := spawn(t, dir, "exec rewoo serve --config rewoo.yaml")
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(tail(c.out.String(), 3000))
		}
	})
	w.connected(c)

	for _, who := range []string{"ana", "ben"} {
		w.do(who, "/start", "Would you like to go on?")
		w.do(who, "[Go on]", "Do you agree")
		w.do(who, "[I agree]", "How old")
		w.do(who, "[I am 18 or over]", "If someone else reads this phone")
		w.do(who, "[Continue]", "What name")
		w.do(who, name, "What time is it")
		w.do(who, shared, "I did not find that clock")
	}
	note(ben.Command("help"))
	note(ben.CommandInGuild("help"))

	// What people send that is not for it.
	for _, content := range []map[string]any{faketelegram.Photo(word), faketelegram.Contact(), faketelegram.Location()} {
		ana.Send(content)
	}
	ana.Edit(word)
	w.tg.Raw(`{"unheard_of":{"text":"` + word + `"}}`)
	w.tg.Raw(`{"message":{"text":["` + word + `"],"from":{"id":` + strconv.Itoa(telegramUser) + `}}}`)
	w.dc.Gateway().Raw(`{"op":"` + word + `"}`)
	w.dc.Dispatch("MESSAGE_CREATE", []byte(`{"id":"1575340000000000001","channel_id":"1","author":{"id":"`+discordUser+`"},"content":["`+word+`"]}`))
	for path, at := range map[string]string{"/telegram": hook, "/": ends} {
		for _, body := range []string{`{"update_id":1,"message":{"text":"` + word, word, `{"type":2,"token":"` + word + `"}`} {
			for _, code := range []int{forge(t, "http://"+at+path, body, "another-"+secret), forge(t, "http://"+at+path+"?"+word, body, word)} {
				if code != http.StatusUnauthorized {
					t.Errorf("%s takes %q: %d", path, body, code)
				}
			}
		}
	}

	forge(t, "http://"+hook+"/telegram", `{"update_id":"`+word+`"}`, secret) // by Telegram itself, and unreadable

	// What the platforms do to what it sends. Their answers repeat what was said, as real ones may.
	echo := "Bad Request: can't parse \"" + word + "\" for chat " + strconv.Itoa(telegramUser) + " of bot" + w.tg.Token()
	for i, f := range []faketelegram.Fault{{Status: 400, Text: echo}, {Status: 429, Text: echo, After: 1}, {Status: 502, HTML: true}, {Lost: true}, {Cut: true}, {Status: 200, Body: "<p>" + echo}, {Status: 403, Text: echo}} {
		f.Method = "sendMessage"
		w.tg.Fail(f)
		ana.Say("/help " + word + strconv.Itoa(i))
	}
	for _, method := range []string{"answerCallbackQuery", "setMyCommands"} {
		w.tg.Fail(faketelegram.Fault{Method: method, Status: 400, Text: echo, Times: 2})
	}
	for _, f := range []fakediscord.Failure{{Status: 400, Code: 50035}, {Status: 502, HTML: true}, {Cut: true}, {Lose: true}, {Status: 403, Code: 50007}, {Status: 429, After: 10 * time.Millisecond}} {
		w.dc.Fail(func(r fakediscord.Request) *fakediscord.Failure {
			if strings.Contains(r.Path, "/messages") || strings.Contains(r.Path, "/webhooks") || strings.Contains(r.Path, "/callback") {
				return &f
			}
			return nil
		})
		ben.Say(word)
		note(ben.Command("help"))
		time.Sleep(60 * time.Millisecond)
	}
	w.dc.Fail(nil)
	w.dc.Gateway().Invalid(false)
	w.dc.Gateway().Cut()
	w.until("all of that is in the log", func() bool {
		s := c.out.String()
		for _, want := range []string{"dropped a message", "cannot be read", "the gateway connection ended", "code=429", "event.id=telegram/", "event.id=discord/"} {
			if !strings.Contains(s, want) {
				return false
			}
		}
		return true
	})
	w.connected(c)

	all := map[string]string{}
	for _, args := range [][]string{{"status"}, {"status", "--json"}, {"serve", "--check"}, {"serve"}} {
		cmd := exec.Command("rewoo", append(args, "--config", "rewoo.yaml")...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if len(args) == 1 && args[0] == "serve" != (err != nil) {
			t.Errorf("%v: %v", args, err)
		}
		all["rewoo "+strings.Join(args, " ")] = string(out)
	}
	// The end: both tokens are refused.
	w.tg.Fail(faketelegram.Fault{Method: "sendMessage", Times: -1, Status: 401, Text: echo})
	w.tg.Fail(faketelegram.Fault{Method: "getWebhookInfo", Times: -1, Status: 401, Text: echo})
	w.dc.Fail(func(fakediscord.Request) *fakediscord.Failure { return &fakediscord.Failure{Status: 401} })
	ana.Unblock()
	ana.Say("/help")
	ben.Say("/help")
	w.until("both are out of order", func() bool { return strings.Count(c.out.String(), "a platform is out of order") == 2 })
	all["rewoo status at the end"] = w.status()
	c.interrupt()
	all["the log"] = c.out.String()

	_, key, _ := strings.Cut(w.tg.Token(), ":")
	secrets := map[string]string{"Telegram's token": w.tg.Token(), "the secret part of Telegram's token": key, "Discord's token": w.dc.Token(), "the secret part of Discord's token": w.dc.Token()[strings.LastIndex(w.dc.Token(), ".")+1:],
		"the webhook's secret": secret, "a private word": word, "another": shared, "a name": name, "an account on Telegram": strconv.Itoa(telegramUser), "an account on Discord": discordUser,
		"the first part of Discord's token": strings.Split(w.dc.Token(), ".")[0]}
	for k, v := range interactions {
		secrets[k] = v
	}
	if len(interactions) < 6 {
		t.Errorf("only %d interactions", len(interactions))
	}
	for where, text := range all {
		if text == "" {
			t.Errorf("%s is empty", where)
		}
		sweep(t, where, text, secrets)
	}
	if !json.Valid([]byte(all["rewoo status --json"])) {
		t.Error(all["rewoo status --json"])
	}
}

// forge sends what pretends to be a platform.
func forge(t *testing.T, to, body, secret string) (code int) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, to, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	req.Header.Set("X-Signature-Ed25519", strings.Repeat("ab", 64))
	req.Header.Set("X-Signature-Timestamp", strconv.FormatInt(time.Now().Unix(), 10))
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}
