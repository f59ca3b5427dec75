package flows

import (
	"golang.org/x/text/language"
)

// Languages. A library holds a view for each language that it is translated into: the same steps, and other texts. A step reads
// the view of the person whose event it is; what it says to somebody else comes from that person's own view ([run.speaksTo]). So
// nobody's texts depend on the language of the other, with one exception that is a promise: a card is what its author's preview
// showed, to the letter, framing included. A line in two languages would be another line than the one that was tapped.
//
// A person's language is the fact person.language. It is theirs alone: at first that of their app, if there are translations into
// it, and then what they choose. No flow of the other reads it, and none asks for it.

// languageFact is the fact of a person that says which language they read.
const languageFact = "language"

// tongues finds the language of an app among those of a library.
type tongues struct {
	matcher language.Matcher
	names   []string
}

// with is a copy of the library, and of all its views, after a change.
func (l *Library) with(change func(*Library)) *Library {
	out := *l
	change(&out)
	if l.views != nil {
		out.views = make(map[string]*Library, len(l.views))
		for lang, v := range l.views {
			view := *v
			change(&view)
			out.views[lang] = &view
		}
	}
	return &out
}

// In is the library as people of a language read it; the library itself for one that it has no translation into.
func (l *Library) In(lang string) *Library {
	if v := l.views[lang]; v != nil {
		return v
	}
	return l
}

// Languages are those that the library can be read in: first that of the base texts, then the others in order.
func (l *Library) Languages() []string {
	if l.base == "" {
		return nil
	}
	return append([]string{l.base}, keysOf(l.views)...)
}

// Match is the language among those of the library which fits an app's locale, such as "de-AT" or "pt_BR": that of the base texts
// when none does, or when there is no such locale.
func (l *Library) Match(locale string) string {
	if l.tongues == nil || locale == "" || len(locale) > maxNameChars {
		return l.base
	}
	tag, err := language.Parse(locale)
	if err != nil {
		return l.base
	}
	if _, i, confidence := l.tongues.matcher.Match(tag); confidence != language.No {
		return l.tongues.names[i]
	}
	return l.base
}

// viewOf is the library as p reads it.
func (l *Library) viewOf(p *Person) *Library {
	if l.views == nil {
		return l
	}
	return l.In(l.fact(p, languageFact).S)
}

// greet gives somebody new the language of their app.
func (r *run) greet(p *Person) {
	if r.base == nil {
		return
	}
	lang := r.base.Match(r.ev.Locale)
	if r.base.Person[languageFact] != nil && lang != r.base.base {
		p.Facts = map[string]Value{languageFact: {T: OneOf, S: lang}}
	}
	r.lib = r.base.viewOf(p)
}

// speaksTo reads the texts of another person's language until the function that it gives is called.
func (r *run) speaksTo(p *Person) (back func()) {
	was := r.lib
	if r.base == nil {
		return func() {}
	}
	r.lib = r.base.viewOf(p)
	return func() { r.lib = was }
}
