package expr

import (
	"strings"
	"unicode/utf8"
)

// longestName bounds the names that are compared: a longer one is no slip.
const longestName = 40

// nearest returns the name that a mistyped one was most likely meant to be, or
// nothing: at most one wrong, missing, extra or swapped letter in every three.
func nearest(name string, among []string) string {
	if name == "" || utf8.RuneCountInString(name) > longestName {
		return ""
	}
	typed := []rune(strings.ToLower(name))
	best, bestDistance := "", max(1, len(typed)/3)+1
	for _, candidate := range among {
		if d := distance(typed, []rune(strings.ToLower(candidate))); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// distance counts edits and swaps of neighbours (optimal string alignment).
func distance(a, b []rune) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}
