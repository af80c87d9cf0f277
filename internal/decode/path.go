package decode

import (
	"strconv"
	"unicode"
)

// Index is the path segment of a list's element.
func Index(i int) string { return "[" + strconv.Itoa(i) + "]" }

// Name is the path segment of an object's member: as it is when it is a plain name, else quoted in
// brackets, so that a path can be read back.
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
