package decode

import (
	"strconv"
	"unicode"
)

// Index returns the path segment of a list's element.
func Index(i int) string { return "[" + strconv.Itoa(i) + "]" }

// Name returns the path segment of an object's member: the plain name, or the name quoted in brackets if it has
// other characters, so that the path can be parsed back.
func Name(name string) string {
	if name == "" {
		return `[""]`
	}
	for _, r := range name {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '_', r == '-', r == '$', r == '@':
		default:
			return "[" + Quote(name) + "]"
		}
	}
	return name
}
