package compare

import (
	"fmt"
	"strings"
)

// contextLines is the number of equal lines that are shown around a difference.
const contextLines = 3

// Lines returns the difference of two texts in the unified format of diff -u; "" if they are equal. Lines that are in
// both texts exactly once are its anchors, so it reads well and takes time in proportion to the texts; it need not be
// the shortest possible.
func Lines(oldName, oldText, newName, newText string) string {
	if oldText == newText {
		return ""
	}
	u := &unified{old: split(oldText), new: split(newText)}
	fmt.Fprintf(&u.out, "--- %s\n+++ %s\n", oldName, newName)
	for _, m := range append(anchors(u.old, u.new), match{len(u.old), len(u.new), 0}) {
		u.gap(m)
	}
	u.flush()
	return u.out.String()
}

func split(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if n := len(lines) - 1; lines[n] == "" {
		return lines[:n]
	}
	lines[len(lines)-1] += "\n\\ No newline at end of file\n"
	return lines
}

// match is a run of equal lines.
type match struct{ old, new, n int }

// anchors returns the runs of equal lines around the lines that are unique in both texts, in order.
func anchors(old, next []string) []match {
	type count struct{ old, new, at int }
	counts := make(map[string]*count)
	for i, line := range old {
		if counts[line] == nil {
			counts[line] = &count{}
		}
		counts[line].old++
		counts[line].at = i
	}
	for _, line := range next {
		if c := counts[line]; c != nil {
			c.new++
		}
	}
	var at, in []int // lines of old and of next that are unique
	for i, line := range next {
		if c := counts[line]; c != nil && c.old == 1 && c.new == 1 {
			at, in = append(at, c.at), append(in, i)
		}
	}
	var list []match
	oldEnd, newEnd := 0, 0
	grow := func(i, j int) {
		if i < oldEnd || j < newEnd {
			return
		}
		n := 0
		for i > oldEnd && j > newEnd && old[i-1] == next[j-1] {
			i, j = i-1, j-1
		}
		for i+n < len(old) && j+n < len(next) && old[i+n] == next[j+n] {
			n++
		}
		if n > 0 {
			list = append(list, match{i, j, n})
			oldEnd, newEnd = i+n, j+n
		}
	}
	grow(0, 0)
	for _, k := range increasing(at) {
		grow(at[k], in[k])
	}
	if i, j := len(old)-1, len(next)-1; i >= oldEnd && j >= newEnd && old[i] == next[j] {
		grow(i, j)
	}
	return list
}

// unified writes the format. A hunk collects lines until enough equal ones follow.
type unified struct {
	out        strings.Builder
	old, new   []string
	i, j       int // lines that are behind
	hunk       []string
	from, to   int // where the hunk begins, from 0
	oldN, newN int
}

// gap writes what is before a match, and the match.
func (u *unified) gap(m match) {
	if u.i < m.old || u.j < m.new {
		u.begin()
		for ; u.i < m.old; u.i++ {
			u.add("-", u.old[u.i])
			u.oldN++
		}
		for ; u.j < m.new; u.j++ {
			u.add("+", u.new[u.j])
			u.newN++
		}
	}
	for n := m.n; n > 0; {
		if len(u.hunk) > 0 && n > 2*contextLines {
			u.equal(contextLines)
			u.flush()
			n -= contextLines
			continue
		}
		if len(u.hunk) == 0 { // the next hunk begins with the last lines
			u.i, u.j, n = u.i+n, u.j+n, 0
			continue
		}
		u.equal(n)
		n = 0
	}
}

// begin starts a hunk with the lines before it, if none is open.
func (u *unified) begin() {
	if len(u.hunk) > 0 {
		return
	}
	back := min(contextLines, u.i, u.j)
	for back > 0 && !same(u.old[u.i-back:u.i], u.new[u.j-back:u.j]) {
		back--
	}
	u.i, u.j = u.i-back, u.j-back
	u.from, u.to = u.i, u.j
	u.equal(back)
}

func same(a, b []string) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func (u *unified) equal(n int) {
	for range n {
		u.add(" ", u.old[u.i])
		u.i, u.j, u.oldN, u.newN = u.i+1, u.j+1, u.oldN+1, u.newN+1
	}
}

func (u *unified) add(mark, line string) { u.hunk = append(u.hunk, mark+line) }

// flush ends the hunk.
func (u *unified) flush() {
	if len(u.hunk) == 0 {
		return
	}
	// Equal lines at the end of the texts are shown up to the limit.
	for extra := u.trailing() - contextLines; extra > 0; extra-- {
		u.hunk, u.oldN, u.newN = u.hunk[:len(u.hunk)-1], u.oldN-1, u.newN-1
	}
	fmt.Fprintf(&u.out, "@@ -%s +%s @@\n%s", span(u.from, u.oldN), span(u.to, u.newN), strings.Join(u.hunk, ""))
	u.hunk, u.oldN, u.newN = nil, 0, 0
}

// trailing counts the equal lines at the end of the hunk.
func (u *unified) trailing() (n int) {
	for n < len(u.hunk) && u.hunk[len(u.hunk)-1-n][0] == ' ' {
		n++
	}
	return n
}

// span writes the beginning and the length of a part, as diff does.
func span(from, n int) string {
	switch n {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprint(from + 1)
	default:
		return fmt.Sprintf("%d,%d", from+1, n)
	}
}
