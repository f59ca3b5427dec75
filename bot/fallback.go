package bot

import (
	"strings"
	"unicode/utf8"

	"rewoo/flows"
)

// Lines are the sentences that an adapter itself shows. They come from the library, like everything that people read.
type Lines struct {
	PrivateOnly string // said in a group, the one neutral line
	Write       string // label of the button that opens a form
	FormTitle   string
	FormLabel   string
	PickOne     string // in a closed list
}

// LinesOf takes them from a library.
func LinesOf(lib *flows.Library) Lines {
	return Lines{
		PrivateOnly: lib.Word("private_only"), Write: lib.Word("label_write"), FormTitle: lib.Word("form_title"),
		FormLabel: lib.Word("form_label"), PickOne: lib.Word("pick_one"),
	}
}

// UTF16Len is the length of s in UTF-16 units, in which Telegram counts.
func UTF16Len(s string) int {
	n := 0
	for _, r := range s {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

// Split parts body into messages of at most limit units each. width says how long a block is when rendered; between two
// blocks of a message comes one unit more. A block too long for a message is cut at paragraphs, then at lines, sentences, and
// words, and a word that is too long anywhere. Nothing but white space at the cuts is left out; an empty body gives nothing.
func Split(body []flows.Block, limit int, width func(flows.Block) int) [][]flows.Block {
	var out [][]flows.Block
	var now []flows.Block
	used := 0
	for _, block := range body {
		for _, text := range cut(block.Text, func(s string) bool { return width(flows.Block{Text: s, Quote: block.Quote}) <= limit }) {
			piece := flows.Block{Text: text, Quote: block.Quote}
			w := width(piece)
			if len(now) > 0 && used+1+w > limit {
				out, now, used = append(out, now), nil, 0
			}
			if len(now) > 0 {
				used++
			}
			now, used = append(now, piece), used+w
		}
	}
	if len(now) > 0 {
		out = append(out, now)
	}
	return out
}

// cut parts text into pieces that fit.
func cut(text string, fits func(string) bool) []string {
	if fits(text) {
		return []string{text}
	}
	for _, at := range []string{"\n\n", "\n", ". ", " "} {
		head, tail := longest(text, at, fits)
		if head != "" && tail != "" {
			return append([]string{head}, cut(tail, fits)...)
		}
	}
	n := 0
	for i := range text {
		if i > 0 && !fits(text[:i]) {
			break
		}
		n = i
	}
	if n == 0 {
		_, n = utf8.DecodeRuneInString(text) // one character that does not fit: the platform has to say so
	}
	if n >= len(text) {
		return []string{text}
	}
	return append([]string{text[:n]}, cut(text[n:], fits)...)
}

// longest cuts text at the last at before which it fits. The full stop of a sentence stays with it.
func longest(text, at string, fits func(string) bool) (head, tail string) {
	for i := len(text); ; {
		i = strings.LastIndex(text[:i], at)
		if i <= 0 {
			return "", ""
		}
		head = strings.TrimRight(text[:i+len(at)], " \n")
		if head != "" && fits(head) {
			return head, strings.TrimLeft(text[i+len(at):], " \n")
		}
	}
}
