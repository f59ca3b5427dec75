package flows

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Untranslated is what a language lacks, to be filled in: every text of fsys that has no entry in lang, or one made from another
// text, with the base text above it and a fresh hash; with a flow's name, of that flow alone, as a file of its own that covers it.
// It is "" when there is nothing to do. Findings that are no warnings come instead of it.
func Untranslated(fsys fs.FS, lang, flow string) (string, []Finding) {
	l, _ := load(fsys, LoadOptions{})
	if l.log.errors() {
		return "", Errors(sortFindings(l.log.all))
	}
	t := &translation{lang: lang, at: map[string]*i18nEntry{}}
	if i := slices.IndexFunc(l.langs, func(x *translation) bool { return x.lang == lang }); i >= 0 {
		t = l.langs[i]
	}
	var out strings.Builder
	var at []string
	for _, section := range i18nSections {
		for _, s := range i18nSlots(l.docs) {
			e := t.at[s.key()]
			if flow != "" && (section != "flows" || s.path[1] != flow) {
				continue
			}
			if s.path[0] != section || e != nil && e.of == baseHash(s.base.text) {
				continue
			}
			for i, part := range s.path[:len(s.path)-1] {
				if i >= len(at) || at[i] != part || i > 0 && !slices.Equal(at[:i], s.path[:i]) {
					fmt.Fprintf(&out, "%s%s:\n", strings.Repeat("  ", i), part)
				}
			}
			at = s.path[:len(s.path)-1]
			indent := strings.Repeat("  ", len(at))
			for line := range strings.Lines(strings.TrimSpace(s.base.text)) {
				out.WriteString(strings.TrimRight(indent+"# "+line, " \n") + "\n")
			}
			say := ""
			if e != nil {
				fmt.Fprintf(&out, "%s# the text that this was made from has changed\n", indent)
				say = e.say.text
			}
			fmt.Fprintf(&out, "%s%s: { of: %s, say: %s }\n", indent, s.path[len(s.path)-1], quotedHash(baseHash(s.base.text)), doubleQuoted(say))
		}
	}
	if out.Len() == 0 {
		return "", nil
	}
	head := ""
	switch {
	case flow != "":
		head = "language: " + lang + "\ncovers: [" + flow + "]\n"
	case t.nodes == nil:
		head = "language: " + lang + "\ncovers: [] # flows that are complete; what they use comes along\n"
	}
	return head + out.String(), nil
}

// quotedHash is a hash as YAML keeps it: some look like numbers, which other readers would change.
func quotedHash(hash string) string {
	if strings.Trim(hash, "0123456789e") == "" {
		return `"` + hash + `"`
	}
	return hash
}

// doubleQuoted is a text as YAML reads it back.
func doubleQuoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
