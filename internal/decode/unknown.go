package decode

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/nearest"
)

const (
	// listedNames bounds how many right names a message lists when none is near.
	listedNames = 16
	// quotedBytes bounds how much of somebody's text a message repeats.
	quotedBytes = 60
)

// Unknown is the sentence about a name that does not exist: what it is, and the nearest right one,
// or else the right ones.
func Unknown(what, name string, among []string) string {
	text := fmt.Sprintf("unknown %s %s", what, Quote(name))
	if near, ok := nearest.Name(name, among); ok {
		return text + fmt.Sprintf("; did you mean %q?", near)
	}
	return text + oneOf("; known: ", among)
}

func oneOf(before string, names []string) string {
	switch {
	case len(names) == 0:
		return ""
	case len(names) > listedNames:
		return before + strings.Join(names[:listedNames], ", ") + ", …"
	default:
		return before + strings.Join(names, ", ")
	}
}

// Quote puts somebody's text in quotes for a message, shortened when it is long.
func Quote(text string) string {
	if len(text) > quotedBytes {
		text = strings.ToValidUTF8(text[:quotedBytes], "") + "…"
	}
	return fmt.Sprintf("%q", text)
}
