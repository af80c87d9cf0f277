package compare

import (
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/value"
)

// The kinds of changes.
const (
	Added   = "added"
	Removed = "removed"
	Moved   = "moved"   // the same node, in another list or in another order
	Changed = "changed" // a value of a node or of the workflow
)

// Change is one difference between two documents.
type Change struct {
	Kind string
	Node string // key; "": the workflow itself
	// Path is a JSON pointer in the node or the workflow; "" if the whole node was added, removed or moved.
	Path          string
	Before, After value.Value // missing where there is none; for Moved both are missing
}

// Documents lists the changes that lead from one document to another: those of the workflow first, then those of the
// nodes in their new order, then the nodes that were removed. A node that got another key was removed and added.
func Documents(before, after value.Value) []Change {
	d := &differ{}
	d.members("", "", before, after, map[string]bool{"nodes": true})
	old, next := nodesOf(before), nodesOf(after)
	stay, was := settled(old, next), make(map[string]node, len(old))
	for _, n := range old {
		was[n.key] = n
	}
	for _, n := range next {
		b, known := was[n.key]
		if !known {
			d.add(Change{Kind: Added, Node: n.key, After: alone(n.value)})
			continue
		}
		delete(was, n.key)
		if !stay[n.key] {
			d.add(Change{Kind: Moved, Node: n.key})
		}
		d.members(n.key, "", b.value, n.value, map[string]bool{"branches": true, "key": true})
	}
	for _, n := range old {
		if _, left := was[n.key]; left {
			d.add(Change{Kind: Removed, Node: n.key, Before: alone(n.value)})
		}
	}
	return d.list
}

// alone returns a node without the nodes below it, which are changes of their own.
func alone(n value.Value) value.Value {
	if n.Kind() != value.KindObject || n.Get("branches").IsMissing() {
		return n
	}
	var b value.ObjectBuilder
	for name, member := range n.Members() {
		if name != "branches" {
			b.Set(name, member)
		}
	}
	return b.Value()
}

type differ struct{ list []Change }

func (d *differ) add(c Change) { d.list = append(d.list, c) }

// members compares two objects; skip names members that are compared elsewhere.
func (d *differ) members(node, at string, before, after value.Value, skip map[string]bool) {
	if before.Kind() != value.KindObject || after.Kind() != value.KindObject {
		if !before.Same(after) {
			d.add(Change{Kind: Changed, Node: node, Path: at, Before: before, After: after})
		}
		return
	}
	for name, b := range before.Members() {
		if !skip[name] {
			d.values(node, at+"/"+escape(name), b, after.Get(name))
		}
	}
	for name, a := range after.Members() {
		if !skip[name] && before.Get(name).IsMissing() {
			d.values(node, at+"/"+escape(name), value.Value{}, a)
		}
	}
}

// values compares two values. Lists of the same length are compared by element, others as a whole.
func (d *differ) values(node, at string, before, after value.Value) {
	switch {
	case before.IsMissing() || after.IsMissing() || before.Kind() != after.Kind():
		d.add(Change{Kind: Changed, Node: node, Path: at, Before: before, After: after})
	case before.Kind() == value.KindObject:
		d.members(node, at, before, after, nil)
	case before.Kind() == value.KindArray && before.Len() == after.Len():
		i := 0
		for b := range before.Elements() {
			d.values(node, at+"/"+strconv.Itoa(i), b, after.At(i))
			i++
		}
	case before.Text() != after.Text():
		d.add(Change{Kind: Changed, Node: node, Path: at, Before: before, After: after})
	}
}

// escape writes a name as a segment of a JSON pointer (RFC 6901 section 3).
func escape(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}
