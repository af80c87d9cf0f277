package decode

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/nearest"
)

const (
	// listedNames bounds how many valid names a message lists if none is similar.
	listedNames = 16
	// quotedBytes bounds how much of a user's text a message repeats.
	quotedBytes = 60
)

// Unknown returns the message for a name that does not exist. It suggests the nearest valid name, or lists the
// valid ones.
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

// Quote quotes a user's text for a message and shortens it if it is long.
func Quote(text string) string {
	if len(text) > quotedBytes {
		text = strings.ToValidUTF8(text[:quotedBytes], "") + "…"
	}
	return fmt.Sprintf("%q", text)
}
