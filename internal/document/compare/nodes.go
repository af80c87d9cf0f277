package compare

import (
	"strconv"

	"hookline.dev/hookline/internal/value"
)

// node is a node of a document and where it stands.
type node struct {
	key    string
	value  value.Value
	list   string // names the list that it is in: the parent's key and the branch
	inside string // key of the node around it
}

// nodesOf lists all nodes with a key, in the order of the document. Of several with the same key, the first counts; the
// others get a key that no node can have, so that none is lost.
func nodesOf(doc value.Value) []node {
	var list []node
	seen := make(map[string]bool)
	var walk func(nodes value.Value, parent, branch string)
	walk = func(nodes value.Value, parent, branch string) {
		if nodes.Kind() != value.KindArray {
			return
		}
		for n := range nodes.Elements() {
			key, ok := n.Get("key").Str()
			if !ok || seen[key] {
				key += "#" + strconv.Itoa(len(list))
			}
			seen[key] = true
			list = append(list, node{key: key, value: n, list: parent + "/" + branch, inside: parent})
			if branches := n.Get("branches"); branches.Kind() == value.KindObject {
				for name, below := range branches.Members() {
					walk(below, key, name)
				}
			}
		}
	}
	walk(doc.Get("nodes"), "", "")
	return list
}

// settled returns the keys of the nodes that keep their place: those that are in the same list before and after, in the
// longest order that both have.
func settled(before, after []node) map[string]bool {
	was := make(map[string]int, len(before))
	for i, n := range before {
		was[n.list+"\x00"+n.key] = i
	}
	stay := make(map[string]bool)
	lists := make(map[string][]int)
	for _, n := range after {
		if i, ok := was[n.list+"\x00"+n.key]; ok {
			lists[n.list] = append(lists[n.list], i)
		}
	}
	for _, positions := range lists {
		for _, i := range increasing(positions) {
			stay[before[positions[i]].key] = true
		}
	}
	return stay
}

// increasing returns the indices of a longest increasing subsequence of distinct numbers.
func increasing(numbers []int) []int {
	var tails []int // tails[n] is the index of the smallest end of a subsequence of length n+1
	previous := make([]int, len(numbers))
	for i, x := range numbers {
		low, high := 0, len(tails)
		for low < high {
			if middle := (low + high) / 2; numbers[tails[middle]] < x {
				low = middle + 1
			} else {
				high = middle
			}
		}
		if previous[i] = -1; low > 0 {
			previous[i] = tails[low-1]
		}
		tails = append(tails[:low], append([]int{i}, tails[min(low+1, len(tails)):]...)...)
	}
	out := make([]int, len(tails))
	if len(tails) == 0 {
		return out
	}
	for i, at := len(tails)-1, tails[len(tails)-1]; i >= 0; i, at = i-1, previous[at] {
		out[i] = at
	}
	return out
}
