package cli

import (
	"strings"
	"unicode"
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
	n, short := 0, ""
	for i := range text {
		if n == width-1 {
			short = text[:i] + "…"
		}
		n++
	}
	if n > width {
		text = short
	}
	return strings.NewReplacer("\n", " ", "\t", " ").Replace(cleanText(text))
}
