// Package nearest finds the name that a misspelled one was probably meant to be, so that every message about an
// unknown name can suggest it.
package nearest

import (
	"strings"
	"unicode/utf8"
)

// longest bounds the names that are compared, in characters. A longer name is unlikely to be a typing error.
const longest = 64

// Name returns the candidate with the smallest distance to name. An inserted, missing, wrong or swapped letter
// counts as one (optimal string alignment). The distance is at most one for every three letters of name, and at
// least one is allowed. Case is ignored. It returns false if no candidate is near enough.
func Name(name string, among []string) (string, bool) {
	want := []rune(strings.ToLower(name))
	if len(want) == 0 || len(want) > longest {
		return "", false
	}
	best, bestDistance := "", max(1, len(want)/3)+1
	for _, candidate := range among {
		if utf8.RuneCountInString(candidate) > longest {
			continue
		}
		have := []rune(strings.ToLower(candidate))
		if d := distance(want, have); d < bestDistance && d < len(have) {
			best, bestDistance = candidate, d
		}
	}
	return best, best != ""
}

// distance is the optimal string alignment distance, computed with three rows.
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
