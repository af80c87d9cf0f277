package cli

import (
	"strings"
	"unicode"

	"hookline.dev/hookline/internal/watch"
)

// cleanText removes characters from untrusted text that could move the cursor or change colours on a terminal.
// Newlines and tabs stay.
func cleanText(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return '·'
	}, strings.ReplaceAll(text, "\r\n", "\n"))
}

// clip shortens text to one clean line of at most width characters.
func clip(text string, width int) string {
	return watch.Clip(strings.NewReplacer("\n", " ", "\t", " ").Replace(text), width)
}
