package channel

import (
	"strings"
	"unicode/utf8"

	"hookline.dev/hookline/internal/markdown"
)

// cutMark ends a text that was cut.
const cutMark = "…"

// Cut shortens a text to at most max characters, at a line or word if there is one near the end, and marks the cut.
func Cut(text string, max int) string {
	if max <= 0 || utf8.RuneCountInString(text) <= max {
		return text
	}
	end := 0
	for range max - utf8.RuneCountInString(cutMark) {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	kept := text[:end]
	if at := strings.LastIndexAny(kept, " \n"); at > len(kept)*3/4 {
		kept = kept[:at]
	}
	return strings.TrimRight(kept, " \n") + cutMark
}

// CutBytes is Cut for a limit in bytes of UTF-8.
func CutBytes(text string, max int) string {
	if max <= 0 || len(text) <= max {
		return text
	}
	end := max - len(cutMark)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.TrimRight(text[:end], " \n") + cutMark
}

// WithSubject returns a text with its subject as a first line in bold Markdown, for channels without subjects. The
// subject is plain text.
func WithSubject(subject, text string) string {
	subject = markdown.Escape(subject)
	switch {
	case subject == "":
		return text
	case text == "":
		return "**" + subject + "**"
	default:
		return "**" + subject + "**\n\n" + text
	}
}

// Fit converts a text to a channel's form and cuts it so that the form is not too long. It cuts the text before the
// conversion, so that the form stays well-formed.
func Fit(text string, convert func(string) string, size func(string) int, max int) string {
	out := convert(text)
	if max <= 0 || size(out) <= max {
		return out
	}
	low, high := 1, utf8.RuneCountInString(text) // Cut(text, low) is assumed to fit
	for low < high {
		middle := (low + high + 1) / 2
		if size(convert(Cut(text, middle))) <= max {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return convert(Cut(text, low))
}

// Characters is a size for Fit: the number of Unicode code points.
func Characters(s string) int { return utf8.RuneCountInString(s) }

// Bytes is a size for Fit: the length in UTF-8.
func Bytes(s string) int { return len(s) }

// UTF16 is a size for Fit: the number of UTF-16 code units, in which several providers count.
func UTF16(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}
