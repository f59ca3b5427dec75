package flows

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Words that sound like danger. Whoever is about to share them is asked once more, and nothing else follows: no note is
// made of it, nobody is told, and it says nothing about the person. So a false alarm costs one tap, and what is missed
// is missed: no list understands what it reads.

// phraseTiers are what phrases may sound like; of several, the first is what counts.
var phraseTiers = []string{"self", "harm", "threat"}

var phraseLangs = []string{"en", "es", "pt", "fr", "de"}

// ear is the phrases of a list by the first word that they can begin with.
type ear map[string][]*heard

// heard is one phrase of Any, with the phrases that excuse it.
type heard struct {
	rank   int // of its tier; the number of tiers for wording help, which is never danger
	phrase int // which item of the list
	any    int // which phrase of it
	words  phraseWords
	unless []phraseWords
}

// phraseWords are the words of a phrase; at each place any of several may stand, and where none is named, any word.
type phraseWords [][]heardWord

// heardWord is a word as it is compared. One that is drawn out, like dieee, is compared without its double letters.
type heardWord struct {
	word, short string
	drawnOut    bool
}

// sounds says what a text sounds like, if any phrase of the list is in it. Its time grows with the length of the text
// alone: phrases are short, and few begin with the same word.
func (l *List) sounds(text string) (tier string, ok bool) {
	words := heardWords(text)
	best := len(phraseTiers)
	for i, w := range words {
		for _, h := range l.ear[w.short] {
			if h.rank < best && h.words.at(words, i) && !h.excused(words, i) {
				best = h.rank
			}
		}
	}
	if best == len(phraseTiers) {
		return "", false
	}
	return phraseTiers[best], true
}

// at says whether the phrase stands at a place of the text.
func (p phraseWords) at(text []heardWord, i int) bool {
	if i < 0 || i+len(p) > len(text) {
		return false
	}
	for j, either := range p {
		if either != nil && !slices.ContainsFunc(either, text[i+j].is) {
			return false
		}
	}
	return true
}

func (w heardWord) is(other heardWord) bool {
	return w.word == other.word || w.drawnOut && w.short == other.short
}

// excused says whether the phrase at i is part of one that means no harm. What stands beside it excuses nothing.
func (h *heard) excused(text []heardWord, i int) bool {
	for _, u := range h.unless {
		for j := i + len(h.words) - len(u); j <= i; j++ {
			if u.at(text, j) {
				return true
			}
		}
	}
	return false
}

// listen adds a phrase to those that the list listens for.
func (l *List) listen(tier string, any, unless []phraseWords) {
	if l.ear == nil {
		l.ear = ear{}
	}
	rank := slices.Index(phraseTiers, tier)
	if rank < 0 {
		rank = len(phraseTiers)
	}
	for i, words := range any {
		h := &heard{rank: rank, phrase: len(l.Phrases) - 1, any: i, words: words}
		for _, u := range unless {
			if u.covers(words) {
				h.unless = append(h.unless, u)
			}
		}
		for _, w := range words[0] {
			if at := l.ear[w.short]; len(at) == 0 || at[len(at)-1] != h {
				l.ear[w.short] = append(at, h)
			}
		}
	}
}

// covers says whether p can hold other as a part.
func (p phraseWords) covers(other phraseWords) bool {
	for i := 0; i+len(other) <= len(p); i++ {
		j := 0
		for j < len(other) && canBe(p[i+j], other[j]) {
			j++
		}
		if j == len(other) {
			return true
		}
	}
	return false
}

// canBe says whether one word fits two places. Their words are sorted.
func canBe(a, b []heardWord) bool {
	if a == nil || b == nil {
		return true
	}
	for len(a) > 0 && len(b) > 0 && a[0].word != b[0].word {
		if a[0].word < b[0].word {
			a = a[1:]
		} else {
			b = b[1:]
		}
	}
	return len(a) > 0 && len(b) > 0
}

// readPhrase reads a phrase of a file: words, a|b where either may stand, and * for any word. It is false for one without
// words, or with something other than one word between signs |.
func readPhrase(s string) (phraseWords, bool) {
	var out phraseWords
	for _, field := range strings.Fields(s) {
		if field == "*" {
			out = append(out, nil)
			continue
		}
		if !strings.Contains(field, "|") {
			for _, w := range heardWords(field) {
				out = append(out, []heardWord{w})
			}
			continue
		}
		var either []heardWord
		for part := range strings.SplitSeq(field, "|") {
			w := heardWords(part)
			if len(w) != 1 {
				return nil, false
			}
			either = append(either, w[0])
		}
		slices.SortFunc(either, func(a, b heardWord) int { return strings.Compare(a.word, b.word) })
		out = append(out, either)
	}
	return out, slices.ContainsFunc(out, func(either []heardWord) bool { return either != nil })
}

// apostrophes are dropped, so that dont is don't. Some of them would fall apart into a space and an accent later.
var apostrophes = strings.NewReplacer("'", "", "’", "", "‘", "", "‛", "", "`", "", "´", "", "ʼ", "", "ʹ", "", "′", "", "＇", "")

// foldedLetters are those that have no accent to lose.
var foldedLetters = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ı': "i"}

// leet are signs that stand for letters inside words.
var leet = strings.NewReplacer("1", "i", "3", "e", "0", "o", "4", "a", "@", "a", "$", "s")

// heardWords are the words of a text as they are compared: small letters and digits, no accents, no signs in between.
func heardWords(text string) []heardWord {
	var out []heardWord
	var b strings.Builder
	letters := false
	end := func() {
		if w := b.String(); letters {
			out = append(out, newHeardWord(leet.Replace(w)))
		} else if w = strings.Trim(w, "@$"); w != "" {
			out = append(out, newHeardWord(w))
		}
		b.Reset()
		letters = false
	}
	for _, r := range norm.NFKD.String(apostrophes.Replace(strings.ToValidUTF8(text, " "))) {
		r = unicode.ToLower(r)
		switch {
		case unicode.IsSpace(r):
			end()
		case unicode.Is(unicode.M, r), hides(r): // accents, and what cannot be seen
		case unicode.IsLetter(r):
			letters = true
			if s, ok := foldedLetters[r]; ok {
				b.WriteString(s)
				continue
			}
			b.WriteRune(r)
		case unicode.IsDigit(r), r == '@', r == '$':
			b.WriteRune(r)
		default:
			end()
		}
	}
	end()
	return out
}

// hasWords says whether heardWords would find any.
func hasWords(text string) bool {
	for _, r := range text {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return true
		}
	}
	return len(heardWords(text)) > 0
}

func newHeardWord(word string) heardWord {
	w := heardWord{word: word}
	var b strings.Builder
	run, last := 0, rune(-1)
	for _, r := range word {
		if r == last {
			run++
			w.drawnOut = w.drawnOut || run >= 3
			continue
		}
		b.WriteRune(r)
		run, last = 1, r
	}
	w.short = b.String()
	return w
}
