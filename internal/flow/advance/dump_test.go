package advance // cursors are not exported

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Dump prints the whole state, except what Take marked.
func (s *State) Dump() string {
	var b strings.Builder
	fmt.Fprintf(&b, "output %s, %s in round %d, %v, round %d, %d rows, %d bytes, %d cursors, deadline %s\n",
		s.output, s.ended, s.endedRound, s.err, s.round, s.rows, s.bytes, s.count, s.deadline)
	s.dump(&b, &s.root, "")
	return b.String()
}

func (s *State) dump(b *strings.Builder, t *cursor, in string) {
	key := "-"
	if t.at != done {
		key = s.program.nodes[t.at].Key
	}
	fmt.Fprintf(b, "%s#%d at %s, attempt %d, wake %s %v, input %s, progress %s, failed %v, canceled %v", in, t.number, key,
		t.attempt, t.wake, t.waiting, t.input, t.progress, t.failed, t.canceled)
	if t.open != nil {
		fmt.Fprintf(b, ", open %d %v", t.open.N, t.reopened)
	}
	if t.up == nil || t.up.frame != t.frame {
		for i, r := range t.frame.results {
			if !r.IsMissing() {
				fmt.Fprintf(b, ", %s = %s", s.program.nodes[t.frame.base+i].Key, r)
			}
		}
		for _, i := range slices.Sorted(maps.Keys(t.frame.caught)) {
			fmt.Fprintf(b, ", caught %s = %v", s.program.nodes[i].Key, t.frame.caught[i])
		}
	}
	b.WriteByte('\n')
	if g := t.group; g != nil {
		fmt.Fprintf(b, "%s  fork %v any %v won %v, next %d gaps %v broken %v, %s, %v\n", in, g.fork, g.any, g.won, g.next, g.gaps,
			g.broken, g.passed.Result(), g.err)
		sorted := slices.SortedFunc(slices.Values(g.cursors), func(a, b *cursor) int { return a.number - b.number })
		for _, child := range sorted {
			s.dump(b, child, in+"  ")
		}
	}
}

// OverParallel names a loop that has more passes in progress than allowed, or returns "". Each retry from a step may have
// added one.
func (s *State) OverParallel(retries int) string { return s.overParallel(&s.root, retries) }

func (s *State) overParallel(t *cursor, retries int) string {
	g := t.group
	if g == nil {
		return ""
	}
	if !g.fork && len(g.cursors)+len(g.taken) > g.passes.Parallel+retries {
		return fmt.Sprintf("%s: %d passes and %d to come, at most %d", s.program.nodes[g.node].Key, len(g.cursors), len(g.taken), g.passes.Parallel)
	}
	for _, child := range g.cursors {
		if who := s.overParallel(child, retries); who != "" {
			return who
		}
	}
	return ""
}

// StandsAt reports whether the step with this path is the next of a cursor.
func (s *State) StandsAt(path string) bool { return s.at(path) }
