package rowmatch

import "hookline.dev/hookline/internal/query"

// Versions returns the numbers of the versions of a workflow that have a revision.
type Versions func(workflow, revision string) []int64

// match compares the numbers of a revision. Each of them may match.
func (of Versions) match(t *query.Term, workflow, revision string) bool {
	var numbers []int64
	if of != nil && revision != "" {
		numbers = of(workflow, revision)
	}
	return holds(t, func(v *query.Value) bool {
		for _, n := range numbers {
			if v.Op == query.Present || v.Op == query.Range && v.Min <= n && n <= v.Max {
				return true
			}
		}
		return false
	})
}
