package telegram

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-telegram/bot/models"

	"rewoo/bot"
	"rewoo/flows"
)

var write = flag.Bool("write", false, "write testdata anew")

func blocks(texts ...string) (out []flows.Block) {
	for _, text := range texts {
		quoted, quote := strings.CutPrefix(text, "> ")
		out = append(out, flows.Block{Text: quoted, Quote: quote})
	}
	return out
}

func choices(labels ...string) (out []flows.Choice) {
	for i, label := range labels {
		out = append(out, flows.Choice{ID: fmt.Sprint(i), Label: label, Action: fmt.Sprintf("1aAbBcCdDeEfFgGh%02d", i)})
	}
	return out
}

func scale(n int) (labels []string) {
	for i := range n {
		labels = append(labels, fmt.Sprint(i))
	}
	return labels
}

var png = &flows.Image{Name: "card", Alt: "two cups beside each other", Bytes: []byte("PNG")}

var rendered = map[string]flows.Message{
	"words":          {Body: blocks("Good evening.", "How was it today?")},
	"quote":          {Body: blocks("They wrote:", "> I was afraid 😀 to say it.\nBut I did.", "Do you want to answer?"), Private: true},
	"two_quotes":     {Body: blocks("> one", "> two")},
	"markup":         {Body: blocks("*not bold* _nor this_ <b>nor that</b> [x](y)", `> \*`)},
	"yes_no":         {Body: blocks("Is that so?"), Choices: choices("Yes", "No")},
	"scale_11":       {Body: blocks("How close did you feel?"), Choices: choices(scale(11)...)},
	"scale_5":        {Body: blocks("How close?"), Choices: choices(scale(6)[1:]...)},
	"four_short":     {Body: blocks("Which one?"), Choices: choices("Walk", "Talk", "Cook", "Not today")},
	"long_labels":    {Body: blocks("Which one?"), Choices: choices("Tell me more about that", "Skip")},
	"labels_of_12":   {Body: blocks("Which one?"), Choices: choices("exactly  12.", "b", "c", "d")},
	"labels_of_13":   {Body: blocks("Which one?"), Choices: choices("exactly   13.", "b", "c", "d")},
	"form":           {Body: blocks("What would you like to say?"), Form: &flows.Form{Action: "f", Max: 500}},
	"image":          {Body: blocks("Look."), Image: png, Private: true, Choices: choices("Nice")},
	"image_alone":    {Image: png},
	"image_and_text": {Body: blocks(strings.Repeat("word ", 205)), Image: png, Choices: choices("Nice")},
	"long":           {Body: blocks(strings.Repeat("A sentence of some length. ", 200)), Choices: choices("Go on"), Private: true},
}

// TestRender compares with testdata; go test -write writes it anew.
func TestRender(t *testing.T) {
	for name, m := range rendered {
		parts, err := render(m)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := picture(parts)
		path := filepath.Join("testdata", "render", name+".txt")
		if *write {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		} else if got != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// picture shows parts to a reader of testdata.
func picture(parts []part) string {
	var b strings.Builder
	for i, p := range parts {
		fmt.Fprintf(&b, "=== %d protect=%v\n", i+1, p.protect)
		if p.photo != nil {
			b.WriteString("[photo]\n")
		}
		if p.text != "" {
			b.WriteString(p.text + "\n")
		}
		for _, e := range p.entities {
			raw, _ := json.Marshal(e)
			fmt.Fprintf(&b, "%s\n", raw)
		}
		for _, row := range p.keyboard {
			for _, button := range row {
				fmt.Fprintf(&b, "[%s %s]", button.Text, button.CallbackData)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func TestRenderRefuses(t *testing.T) {
	for name, m := range map[string]flows.Message{
		"nothing":        {},
		"blank":          {Body: blocks(" ", "\n")},
		"an empty photo": {Image: &flows.Image{}},
		"no label":       {Body: blocks("a"), Choices: []flows.Choice{{Label: " ", Action: "x"}}},
		"no action":      {Body: blocks("a"), Choices: []flows.Choice{{Label: "a"}}},
		"65 bytes":       {Body: blocks("a"), Choices: []flows.Choice{{Label: "a", Action: strings.Repeat("ä", 32) + "x"}}},
		"not even UTF-8": {Body: blocks("a"), Choices: []flows.Choice{{Label: "a", Action: "\xff"}}},
	} {
		if parts, err := render(m); err == nil {
			t.Errorf("%s: %s", name, picture(parts))
		}
	}
}

// At the limits, in UTF-16 units and in bytes.
func TestRenderLimits(t *testing.T) {
	emoji := strings.Repeat("😀", 2048)
	for name, c := range map[string]struct {
		m    flows.Message
		want []int // units of each part
	}{
		"4096":         {flows.Message{Body: blocks(emoji)}, []int{4096}},
		"4097":         {flows.Message{Body: blocks(emoji + "a")}, []int{4096, 1}},
		"4096 in two":  {flows.Message{Body: blocks(emoji[:4*1024], emoji[:4*1023]+"a")}, []int{4096}},
		"4097 in two":  {flows.Message{Body: blocks(emoji[:4*1024], emoji[:4*1024])}, []int{2048, 2048}},
		"caption 1024": {flows.Message{Image: png, Body: blocks(emoji[:4*512])}, []int{1024}},
		"caption 1025": {flows.Message{Image: png, Body: blocks(emoji[:4*512] + "a")}, []int{0, 1025}},
		"64 bytes":     {flows.Message{Body: blocks("a"), Choices: []flows.Choice{{Label: "a", Action: strings.Repeat("ä", 32)}}}, []int{1}},
		"alt of 2000":  {flows.Message{Image: &flows.Image{Bytes: []byte("x"), Alt: emoji[:4*1000]}}, []int{1024}},
	} {
		parts, err := render(c.m)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var got []int
		for _, p := range parts {
			got = append(got, bot.UTF16Len(p.text))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// FuzzRender: whatever is to be said, Telegram takes what comes out, and all words are there.
func FuzzRender(f *testing.F) {
	f.Add("hello", "a quote", "Yes", "token", true, 3, 1)
	f.Add(strings.Repeat("😀", 3000), "x\n\ny", "1", "t", false, 11, 300)
	f.Add("\xff\xfe", " ", "ä", "", true, 0, 2)
	f.Fuzz(func(t *testing.T, text, quote, label, action string, image bool, buttons, times int) {
		long := strings.Repeat(quote, max(1, times%2000))
		if len(text)+len(long) > 20_000 {
			return
		}
		m := flows.Message{Body: []flows.Block{{Text: text}, {Text: long, Quote: true}, {Text: text}}}
		for i := range max(0, buttons%30) {
			m.Choices = append(m.Choices, flows.Choice{Label: label + fmt.Sprint(i), Action: action})
		}
		if image {
			m.Image = png
		}
		parts, err := render(m)
		if err != nil {
			return
		}
		var all strings.Builder
		for i, p := range parts {
			within(t, p)
			if i < len(parts)-1 && p.keyboard != nil {
				t.Fatal("buttons before the last part")
			}
			all.WriteString(p.text)
		}
		if !strings.Contains(all.String(), png.Alt) && letters(all.String()) != letters(m.Body[0].Text)+letters(m.Body[1].Text)+letters(m.Body[2].Text) {
			t.Fatalf("words were lost: %q", all.String())
		}
	})
}

func letters(s string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(s, "\ufffd")), "")
}

func within(t *testing.T, p part) {
	t.Helper()
	limit := maxText
	if p.photo != nil {
		limit = maxCaption
	} else if strings.TrimSpace(p.text) == "" {
		t.Fatal("an empty text")
	}
	n := bot.UTF16Len(p.text)
	if n > limit {
		t.Fatalf("%d units", n)
	}
	for _, e := range p.entities {
		if e.Type != models.MessageEntityTypeBlockquote || e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > n {
			t.Fatalf("entity %+v in %d units", e, n)
		}
	}
	for _, row := range p.keyboard {
		if len(row) == 0 || len(row) > 5 {
			t.Fatalf("a row of %d", len(row))
		}
		for _, b := range row {
			if b.Text == "" || b.CallbackData == "" || len(b.CallbackData) > 64 {
				t.Fatalf("button %+v", b)
			}
		}
	}
}
