package discord

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"rewoo/bot"
	"rewoo/flows"
)

var update = flag.Bool("update", false, "write the golden files anew")

var testLook = look{FreeText: true, Lines: bot.Lines{PrivateOnly: "I only talk in private chats.", Write: "Write", FormTitle: "In your own words", FormLabel: "Your words", PickOne: "Choose one"}}

func choices(n int, label func(int) string) (out []flows.Choice) {
	for i := range n {
		out = append(out, flows.Choice{ID: fmt.Sprint("c", i), Label: label(i), Action: fmt.Sprint("action-", i)})
	}
	return out
}

func number(i int) string { return fmt.Sprint(i) }

func TestGolden(t *testing.T) {
	say := func(text string) flows.Message { return flows.Message{ID: "m", Body: []flows.Block{{Text: text}}} }
	with := func(m flows.Message, change func(*flows.Message)) flows.Message { change(&m); return m }
	for name, m := range map[string]flows.Message{
		"plain":  say("Good evening. How was it today? (1-5)"),
		"markup": say("*not bold* _nor this_ ~~gone~~ ||hidden|| `code` # no\n# heading\n- list\n1. first\n> no quote\n<@123> @everyone https://x.example :smile: [a](http://b) discord.gg/abc 14:32 \\o/"),
		"quote":  {ID: "m", Body: []flows.Block{{Text: "Ben wrote:"}, {Text: "I am **sorry**.\n\nhttps://x.example\r# really\u2028> me", Quote: true}, {Text: "That is all."}}},
		"scale":  with(say("1 to 5?"), func(m *flows.Message) { m.Choices = choices(5, number) }),
		"seven":  with(say("Which?"), func(m *flows.Message) { m.Choices = choices(7, number) }),
		"ten":    with(say("1 to 10?"), func(m *flows.Message) { m.Choices = choices(10, number) }),
		"eleven": with(say("0 to 10?"), func(m *flows.Message) { m.Choices = choices(11, number) }),
		"long":   with(say("Which?"), func(m *flows.Message) { m.Choices = choices(2, func(int) string { return strings.Repeat("word ", 8) }) }),
		"thirty": with(say("Which?"), func(m *flows.Message) { m.Choices = choices(30, number) }),
		"form": with(say("In your words?"), func(m *flows.Message) {
			m.Choices = choices(2, number)
			m.Form = &flows.Form{Action: "words-1", Max: 300, Long: true}
		}),
		"picture": with(say("A week"), func(m *flows.Message) {
			m.Image = &flows.Image{Name: "week.png", Alt: "Seven bars", Bytes: []byte("png")}
		}),
		"two long": with(say(strings.Repeat("A sentence of some length. ", 100)), func(m *flows.Message) { m.Choices = choices(2, number) }),
	} {
		parts, err := render(m, testLook)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var bodies []messageBody
		for _, p := range parts {
			bodies = append(bodies, p.body(""))
		}
		got, err := json.MarshalIndent(bodies, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", "golden", strings.ReplaceAll(name, " ", "-")+".json")
		if *update {
			if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, _ := os.ReadFile(file); string(want) != string(got)+"\n" {
			t.Errorf("%s: %s\nwant %s", name, got, want)
		}
	}
}

func TestLimits(t *testing.T) {
	m := func(change func(*flows.Message)) flows.Message {
		m := flows.Message{ID: "m", Body: []flows.Block{{Text: "x"}}}
		change(&m)
		return m
	}
	label := func(n int) func(int) string { return func(int) string { return strings.Repeat("é", n) } }
	for _, c := range []struct {
		name  string
		m     flows.Message
		code  string // "": it is taken
		parts int
	}{
		{"2000", m(func(m *flows.Message) { m.Body[0].Text = strings.Repeat("x", 2000) }), "", 1},
		{"2001", m(func(m *flows.Message) { m.Body[0].Text = strings.Repeat("x", 2001) }), "", 2},
		{"2000 in pairs", m(func(m *flows.Message) { m.Body[0].Text = strings.Repeat("🍰", 1000) }), "", 1},
		{"1001 of them", m(func(m *flows.Message) { m.Body[0].Text = strings.Repeat("🍰", 1001) }), "", 2},
		{"1000 that need a backslash", m(func(m *flows.Message) { m.Body[0].Text = strings.Repeat("*", 1000) }), "", 1},
		{"1001 of them", m(func(m *flows.Message) { m.Body[0].Text = strings.Repeat("*", 1001) }), "", 2},
		{"two blocks of 2000 with the line end", m(func(m *flows.Message) {
			m.Body = []flows.Block{{Text: strings.Repeat("x", 1000)}, {Text: strings.Repeat("x", 999)}}
		}), "", 1},
		{"and one more", m(func(m *flows.Message) {
			m.Body = []flows.Block{{Text: strings.Repeat("x", 1000)}, {Text: strings.Repeat("x", 1000)}}
		}), "", 2},
		{"empty", m(func(m *flows.Message) { m.Body = nil }), "empty", 0},
		{"blank", m(func(m *flows.Message) { m.Body[0].Text = " \n" }), "empty", 0},
		{"a picture alone", m(func(m *flows.Message) { m.Body = nil; m.Image = &flows.Image{Name: "a.png", Bytes: []byte("x")} }), "", 1},
		{"25 options", m(func(m *flows.Message) { m.Choices = choices(25, number) }), "", 1},
		{"125 options", m(func(m *flows.Message) { m.Choices = choices(125, number) }), "", 1},
		{"126", m(func(m *flows.Message) { m.Choices = choices(126, number) }), "choices", 0},
		{"101 and a form", m(func(m *flows.Message) { m.Choices = choices(101, number); m.Form = &flows.Form{Action: "a", Max: 5} }), "choices", 0},
		{"label of 38", m(func(m *flows.Message) { m.Choices = choices(3, label(38)) }), "", 1},
		{"label of 100", m(func(m *flows.Message) { m.Choices = choices(3, label(100)) }), "", 1},
		{"label of 101", m(func(m *flows.Message) { m.Choices = choices(3, label(101)) }), "", 1},
		{"action of 100", m(func(m *flows.Message) { m.Choices = choices(1, number); m.Choices[0].Action = strings.Repeat("a", 100) }), "", 1},
		{"action of 101", m(func(m *flows.Message) { m.Choices = choices(1, number); m.Choices[0].Action = strings.Repeat("a", 101) }), "action", 0},
		{"no action", m(func(m *flows.Message) { m.Choices = choices(1, number); m.Choices[0].Action = "" }), "action", 0},
		{"an action that looks like a form", m(func(m *flows.Message) { m.Choices = choices(1, number); m.Choices[0].Action = "w:1:0:x" }), "action", 0},
		{"a form of 64 bytes", m(func(m *flows.Message) { m.Form = &flows.Form{Action: strings.Repeat("a", 64), Max: 1 << 30} }), "", 1},
		{"a form without a token", m(func(m *flows.Message) { m.Form = &flows.Form{Max: 5} }), "form", 0},
	} {
		parts, err := render(c.m, testLook)
		e, _ := errors.AsType[*bot.SendError](err)
		if c.code == "" && err != nil || c.code != "" && (e == nil || e.Class != bot.Invalid || e.Code != c.code) || len(parts) != c.parts {
			t.Errorf("%s: %d parts, %v; want %d, %q", c.name, len(parts), err, c.parts, c.code)
			continue
		}
		for i, p := range parts {
			if n := bot.UTF16Len(p.Content); n > 2000 {
				t.Errorf("%s: a part of %d", c.name, n)
			}
			if (len(p.Components) > 0) != (i == len(parts)-1 && len(c.m.Choices)+len(p.Components) > 0 && (len(c.m.Choices) > 0 || c.m.Form != nil)) {
				t.Errorf("%s: part %d has %d rows", c.name, i, len(p.Components))
			}
			checkRows(t, c.name, p.Components)
		}
	}
}

// checkRows knows the limits by itself.
func checkRows(t *testing.T, name string, rows []component) {
	t.Helper()
	ids := map[string]bool{}
	for _, row := range rows {
		for _, c := range row.Components {
			if ids[c.CustomID] || c.CustomID == "" || len(c.CustomID) > 100 {
				t.Errorf("%s: custom_id %q", name, c.CustomID)
			}
			ids[c.CustomID] = true
			if bot.UTF16Len(c.Label) > 80 || c.Type == 2 && c.Label == "" || len(c.Options) > 25 || c.Type == 3 && len(row.Components) != 1 {
				t.Errorf("%s: %+v", name, c)
			}
			for _, o := range c.Options {
				if n := bot.UTF16Len(o.Label); n > 100 || n == 0 {
					t.Errorf("%s: an option of %d", name, n)
				}
			}
		}
		if len(row.Components) > 5 || len(rows) > 5 {
			t.Errorf("%s: too many", name)
		}
	}
}

func TestModal(t *testing.T) {
	l := testLook
	l.Lines.FormTitle, l.Lines.FormLabel = strings.Repeat("é", 46), strings.Repeat("🍰", 30)
	for _, long := range []bool{false, true} {
		form, ok := parseOpen(openID(flows.Form{Action: strings.Repeat("a", 64), Max: 1 << 30, Long: long}))
		if !ok || form.Max != 4000 || form.Long != long || form.Action != strings.Repeat("a", 64) {
			t.Fatalf("the button says %+v", form)
		}
		m := modalOf(form, l)
		in := m.Components[0].Components[0]
		if bot.UTF16Len(m.Title) > 45 || bot.UTF16Len(in.Label) > 45 || in.MaxLength != 4000 || (in.Style == 2) != long || m.CustomID != "f:"+form.Action {
			t.Errorf("%+v", m)
		}
	}
	for _, bad := range []string{"", "w:", "w:1", "w:1:0", "w:1:0:", "w:0:0:a", "w:4001:0:a", "w:x:0:a", "w:1:2:a", "f:1:0:a", "w:1:0:" + strings.Repeat("a", 99)} {
		if _, ok := parseOpen(bad); ok {
			t.Errorf("%q opens a form", bad)
		}
	}
}

// rules are Discord's, as its app applies them in this order where a text begins or goes on; one that matches is markup.
var rules = []*regexp.Regexp{
	regexp.MustCompile("^\\*\\*|^__|^~~|^\\|\\||^`|^\\*\\S|^_\\S"),
	regexp.MustCompile(`^<(@[!&]?|#|a?:|t:|/|id:|https?:)`),
	regexp.MustCompile(`^@(everyone|here|[A-Za-z0-9])`),
	regexp.MustCompile(`^:[A-Za-z0-9_+-]+:`),
	regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:/`),
	regexp.MustCompile(`^\[[^\]]*\]\(`),
	regexp.MustCompile(`^(discord|dsc)\.(gg|com)`),
}

var lineRules = regexp.MustCompile(`^[ \t]*(>|#{1,3} |-# |[-*+] |[0-9]+[.)] )`)

// readMarkup is an app of Discord in short: it gives the text without backslashes, and whatever it took for markup.
func readMarkup(s string) (text string, markup []string) {
	var b strings.Builder
	start := true
	for i := 0; i < len(s); {
		rest := s[i:]
		if start && lineRules.MatchString(rest) {
			markup = append(markup, rest[:min(len(rest), 12)])
		}
		start = rest[0] == '\n'
		if rest[0] == '\\' && len(rest) > 1 && !isWord(rest[1]) {
			r := []rune(rest[1:])[0]
			b.WriteRune(r)
			i += 1 + len(string(r))
			continue
		}
		for _, rule := range rules {
			if rule.MatchString(rest) {
				markup = append(markup, rest[:min(len(rest), 12)])
			}
		}
		b.WriteByte(rest[0])
		i++
	}
	return b.String(), markup
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == ' ' || c == '\n' || c == '\t' || c >= 0x80
}

// FuzzQuote: whatever a person writes stays their words, inside the quote, and cannot be taken for markup.
// What cannot be seen at the beginning of a line may be taken away by Discord: what follows is no heading all the same.
func TestUnseenBeginnings(t *testing.T) {
	for _, s := range []string{"# a", "> a", "- a", "-# a", "1. a", "+ a"} {
		for _, unseen := range []string{"\u200b", "\u2060", "\ufeff", "\u200e \u200d"} {
			got := strings.Map(func(r rune) rune {
				if unicode.Is(unicode.Cf, r) {
					return -1
				}
				return r
			}, block(flows.Block{Text: unseen + s}))
			if want := block(flows.Block{Text: s}); strings.TrimSpace(got) != want {
				t.Errorf("%q is rendered as %q, want %q", unseen+s, got, want)
			}
		}
	}
}

func FuzzQuote(f *testing.F) {
	for _, s := range []string{"*a*", "**b** __c__ _d_", "# e", "> f\n>>> g", "1. h\n - i", "<@1> <#2> <:x:3> <t:4>", "@everyone", "https://x.y", ":smile:", "[a](b)", "||s||", "`c`", "\\*x*", "\\\\*x*", "a\r# b\u2028> c\u0085- d", "discord.gg/x", "-# small", "10) x", "steam://run", "\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		want := lines.Replace(s)
		got := block(flows.Block{Text: s, Quote: true})
		var inside []string
		for _, line := range strings.Split(got, "\n") {
			rest, ok := strings.CutPrefix(line, "> ")
			if !ok {
				t.Fatalf("%q is rendered with a line outside the quote: %q", s, got)
			}
			inside = append(inside, rest)
		}
		for _, rendered := range []string{strings.Join(inside, "\n"), block(flows.Block{Text: s})} {
			text, markup := readMarkup(rendered)
			if text != want {
				t.Fatalf("%q is read as %q", s, text)
			}
			if len(markup) > 0 {
				t.Fatalf("%q is rendered as %q, in which there is markup: %q", s, rendered, markup)
			}
		}
	})
}

// FuzzConvert: nothing that comes in makes the adapter panic, and what is an event has all that an event needs.
func FuzzConvert(f *testing.F) {
	f.Add([]byte(`{"id":"1575340000000000001","channel_id":"1","author":{"id":"2"},"content":"x"}`))
	f.Add([]byte(`{"id":"1575340000000000001","token":"t","type":3,"context":1,"user":{"id":"2"},"data":{"custom_id":"w:10:0:a","values":["x"],"components":[{"type":1,"components":[{"value":"x"}]},{"component":{"value":"y"}}]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, in := range []incoming{ofMessage("9", raw), ofInteraction("9", raw)} {
			switch in.what {
			case message, tap, command:
				if in.event.ID == "" || in.event.From.User == "" || in.event.From.Platform != Platform || in.event.Kind == "" || len(in.event.Action) > maxID {
					t.Errorf("%s makes %+v", raw, in.event)
				}
			case opening:
				if in.form.Max < 1 || in.form.Max > 4000 || in.form.Action == "" {
					t.Errorf("%s opens %+v", raw, in.form)
				}
			}
		}
	})
}
