package decode

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	// nearestRunes bounds the names that are compared: longer ones are never a slip of the pen.
	nearestRunes = 64
	// listedNames bounds how many right names a message lists when none is near.
	listedNames = 16
	// quotedBytes bounds how much of somebody's text a message repeats.
	quotedBytes = 60
)

// Nearest returns the name that name was most likely meant to be: the one with the smallest
// distance, counting an inserted, missing, wrong or swapped letter as one (optimal string
// alignment), at most one for every three letters. Upper and lower case weigh nothing.
func Nearest(name string, among []string) (string, bool) {
	want := []rune(strings.ToLower(name))
	if len(want) == 0 || len(want) > nearestRunes {
		return "", false
	}
	best, bestDistance := "", max(1, len(want)/3)+1
	for _, candidate := range among {
		if utf8.RuneCountInString(candidate) > nearestRunes {
			continue
		}
		have := []rune(strings.ToLower(candidate))
		if d := distance(want, have); d < bestDistance && d < len(have) {
			best, bestDistance = candidate, d
		}
	}
	return best, best != ""
}

// Unknown is the sentence about a name that does not exist: what it is, and the nearest right one,
// or else the right ones.
func Unknown(what, name string, among []string) string {
	text := fmt.Sprintf("unknown %s %s", what, Quote(name))
	if near, ok := Nearest(name, among); ok {
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

// distance is the optimal string alignment distance, kept in three rows.
func distance(a, b []rune) int {
	older, old, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range old {
		old[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, old[j]+1, old[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
		}
		older, old, row = old, row, older
	}
	return old[len(b)]
}
