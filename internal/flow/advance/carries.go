package advance

import (
	"time"

	"hookline.dev/hookline/internal/flow"
)

// Carries reports whether an execution with this journal may go on with another revision of its
// workflow (SPEC §6: on the newest when every finished step is unchanged there). It may when
//
//   - each row is for the node at which the other program stands too, and takes it as far;
//   - each node with a finished step (one that the execution has gone past, also into an error branch),
//     or whose attempt is under way, is the same there: type, config, the branch it stands in.
//
// So the fold over the other program has the same results, and it goes on with the same failed step;
// when the last step did not fail, with whatever follows it there. What the failed node itself says,
// what comes after it, and the retry, timeout and onError of any node are free to differ.
func Carries(from, to *Program, steps []flow.Step) bool {
	was, is := New(from, time.Time{}, 0, Limits{}), New(to, time.Time{}, 0, Limits{})
	for _, row := range steps {
		if row.Type == flow.MarkerRetry {
			was.Apply(row)
			is.Apply(row)
			continue
		}
		i, j := was.at, is.at
		if !was.fits(row) || !is.fits(row) {
			return false
		}
		was.Apply(row)
		is.Apply(row)
		passed := was.at != i
		if passed != (is.at != j) || (passed && !same(from, to, i, j)) {
			return false
		}
	}
	return was.open == nil || same(from, to, was.at, is.at)
}

// fits reports whether a row may be applied.
func (s *State) fits(row flow.Step) bool {
	if s.at == done || s.program.nodes[s.at].Key != row.Node {
		return false
	}
	switch row.Status {
	case flow.Running, flow.Waiting, flow.Succeeded, flow.Failed:
		return true
	default:
		return false
	}
}

// same reports whether two nodes of one key do the same at the same place. That the node above is the
// same follows from its own step.
func same(from, to *Program, i, j int) bool {
	a, b := &from.nodes[i], &to.nodes[j]
	return a.Type == b.Type && a.Config.Text() == b.Config.Text() &&
		from.branch[i] == to.branch[j] && from.key(from.parent[i]) == to.key(to.parent[j]) &&
		from.outputs[i] == to.outputs[j] && from.key(from.assigns[i]) == to.key(to.assigns[j])
}

// key is that of a node; "" for none.
func (p *Program) key(i int) string {
	if i == done {
		return ""
	}
	return p.nodes[i].Key
}
