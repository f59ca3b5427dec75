package flows

import (
	"regexp"
	"strconv"
	"strings"
)

// maxNumber is how far from zero a number can be.
const maxNumber = 1_000_000

// written says that an answer of this type is written rather than chosen, in few words, and that some can be buttons too.
func (t Type) written() bool { return t == Time || t == Zone || t == Number || t == Date }

var numberForm = regexp.MustCompile(`^[+-]?[0-9]{1,7}$`)

// readNumber reads a whole number: 12, -3, +4.
func readNumber(text string) (int, bool) {
	text = strings.Replace(strings.TrimSpace(text), "−", "-", 1)
	if !numberForm.MatchString(text) {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= -maxNumber && n <= maxNumber
}

// holds says that a number lies between the ends of d.
func (d *Decl) holds(n int) bool { return n >= d.From && n <= d.To }

// someValue says that id is a value that an open type can have and a button can give: a time, or a number as it is shown.
func (d *Decl) someValue(id string) bool {
	switch d.Type {
	case Time:
		return validTime(id)
	case Number:
		n, ok := readNumber(id)
		return ok && d.holds(n) && strconv.Itoa(n) == id
	}
	return false
}
