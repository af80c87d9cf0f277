package cli

import (
	"strings"
	"unicode"

	"hookline.dev/hookline/internal/watch"
)

// cleanText makes text from outside fit for a terminal: nothing in it moves the cursor or changes
// colours. Line ends and tabs stay.
func cleanText(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return '·'
	}, strings.ReplaceAll(text, "\r\n", "\n"))
}

// clip makes text one clean line of at most width characters.
func clip(text string, width int) string {
	return watch.Clip(strings.NewReplacer("\n", " ", "\t", " ").Replace(text), width)
}
