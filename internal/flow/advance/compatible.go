package advance

import (
	"time"

	"hookline.dev/hookline/internal/flow"
)

// Compatible reports whether an execution with this journal may continue with another revision of its workflow: whether
// there is no Difference.
func Compatible(from, to *Program, steps []flow.Step) bool { return Difference(from, to, steps) == "" }

// Difference says why an execution with this journal may not continue with another revision of its workflow
// (SPEC §6: on the newest when every finished step is unchanged there), or returns "". It may if
//
//   - each row that counts (Lineage) has a place in the other program too, and has the same effect on the progress there;
//   - each node with a finished step is unchanged there: type, config, and the branch it is in. A step is
//     finished if the execution has moved past it, also into an error branch. The same applies to a node whose
//     attempt is in progress; loops and forks are in progress until they are done;
//   - a step from which the last retry continues is the next there too.
//
// So the fold over the other program has the same results, and the execution continues with the same failed step.
// If the last step did not fail, it continues with the successor in the other program. The config of the failed
// node, everything after it, and the retry, timeout and onError of any node may differ.
func Difference(from, to *Program, steps []flow.Step) string {
	was, is := New(from, time.Time{}, 0, Limits{}), New(to, time.Time{}, 0, Limits{})
	rows := Lineage(steps)
	for _, row := range rows {
		if row.Type == flow.MarkerRetry {
			was.Apply(row)
			is.Apply(row)
			continue
		}
		if !sameProgress(was, is, row) {
			return "the step " + row.Path + ", which has run, is not the same there"
		}
	}
	if n := len(rows); n > 0 && rows[n-1].Type == flow.MarkerRetry {
		r := flow.RerunOf(rows[n-1].Input)
		if r.From != "" && r.From != flow.FromStart && !is.at(r.From) {
			return "the step " + r.From + " is not the next one there"
		}
	}
	if !sameOpen(was, is, &was.root, &is.root) {
		return "a step that is in progress is not the same there"
	}
	return ""
}

// sameProgress applies a row to both states and reports whether both progress equally.
func sameProgress(was, is *State, row flow.Step) bool {
	a, fits := was.locate(row)
	b, too := is.locate(row)
	if !fits || !too || !isStepStatus(row.Status) || a.over != b.over || a.begins != b.begins ||
		was.program.forms[a.node] != is.program.forms[b.node] {
		return false
	}
	t, u := was.apply(a, row), is.apply(b, row)
	if a.over {
		return !row.Status.Final() || !row.WakeAt.IsZero() || row.Status == flow.Canceled || same(was.program, is.program, a.node, b.node)
	}
	passed := t.at != a.node
	if passed != (u.at != b.node) || (t.failed == nil) != (u.failed == nil) || (was.ended == "") != (is.ended == "") {
		return false
	}
	return !passed || same(was.program, is.program, a.node, b.node)
}

// isStepStatus reports whether a row may have a status.
func isStepStatus(s flow.Status) bool {
	switch s {
	case flow.Running, flow.Waiting, flow.Succeeded, flow.Failed, flow.Canceled:
		return true
	default:
		return false
	}
}

// sameOpen reports whether the same work is in progress in both states.
func sameOpen(was, is *State, a, b *cursor) bool {
	if (a.open == nil) != (b.open == nil) || (a.group == nil) != (b.group == nil) {
		return false
	}
	if a.open != nil && !same(was.program, is.program, a.at, b.at) {
		return false
	}
	if a.group == nil {
		return true
	}
	if (a.group.err == nil) != (b.group.err == nil) || a.group.broken != b.group.broken {
		return false
	}
	for _, child := range a.group.cursors {
		number := child.number
		if a.group.fork {
			number = is.program.branchOf(b.at, was.program.spans[a.at][number].name)
		}
		other := b.group.child(number)
		if other == nil || !sameOpen(was, is, child, other) {
			return false
		}
	}
	return true
}

// branchOf returns the index of a branch by name, or done.
func (p *Program) branchOf(i int, name string) int {
	for b, s := range p.spans[i] {
		if s.name == name {
			return b
		}
	}
	return done
}

// same reports whether two nodes with the same key do the same at the same place. It need not compare the parents:
// their own steps are compared.
func same(from, to *Program, i, j int) bool {
	a, b := &from.nodes[i], &to.nodes[j]
	return a.Type == b.Type && a.Config.Text() == b.Config.Text() &&
		from.branch[i] == to.branch[j] && from.key(from.parent[i]) == to.key(to.parent[j]) &&
		from.outputs[i] == to.outputs[j] && from.key(from.assigns[i]) == to.key(to.assigns[j])
}

// key returns the key of a node, or "" for done.
func (p *Program) key(i int) string {
	if i == done {
		return ""
	}
	return p.nodes[i].Key
}
