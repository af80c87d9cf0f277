package collection

import "strings"

// nearest returns the name that is most like the one given, and "" when none is close: at most a
// third of its letters may differ.
func nearest(name string, names []string) string {
	best, most := "", len(name)/3+1
	for _, candidate := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(candidate), most); d <= most {
			best, most = candidate, d-1
		}
	}
	return best
}

// distance is the number of single-letter changes between two names, or more than most.
func distance(a, b string, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most || len(a) > MaxName*2 {
		return most + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
