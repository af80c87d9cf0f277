package body

import (
	"slices"
	"strconv"

	"hookline.dev/hookline/internal/value"
)

type treeKind uint8

const (
	treeUnset treeKind = iota // not set yet
	treeText
	treeTrue
	treeArray
	treeObject
)

// tree is a value under construction. Arrays are sparse, so a large index costs only one element.
type tree struct {
	kind     treeKind
	text     string
	children []child
	byName   map[string]int // only for a large object
}

type child struct {
	name  string // only in an object
	index int    // only in an array; ascending
	*tree
}

// put merges one field into the tree the way qs merges objects.
func (t *tree) put(path []segment, e *entry) {
	if len(path) == 0 {
		t.putText(e)
		return
	}
	s, rest := path[0], path[1:]
	if t.kind == treeText || t.kind == treeTrue {
		t.wrap()
		switch s.index {
		case named:
			t.push().put(path, e)
		case push:
			t.putElement(push, rest, e)
		default:
			t.push().put(rest, e)
		}
		return
	}
	if t.kind == treeUnset {
		t.kind = treeObject
		if s.index != named {
			t.kind = treeArray
		}
	}
	if t.kind == treeArray && s.index == named {
		t.toObject()
	}
	if t.kind == treeArray {
		t.putElement(s.index, rest, e)
		return
	}
	t.putMember(s, rest, e)
}

func (t *tree) putElement(index int, rest []segment, e *entry) {
	if len(rest) == 0 && index == push {
		for i := range e.len() {
			t.push().setText(e.at(i))
		}
		return
	}
	old, at := t.element(max(index, 0))
	switch {
	case old == nil:
		t.insert(at, max(index, 0)).put(rest, e)
	case len(rest) > 0 && (old.kind == treeArray || old.kind == treeObject):
		old.put(rest, e)
	default:
		t.push().put(rest, e)
	}
}

func (t *tree) putMember(s segment, rest []segment, e *entry) {
	if s.index != push {
		t.member(s.name).put(rest, e)
		return
	}
	if len(rest) > 0 {
		t.member("0").put(rest, e)
		return
	}
	for i := range e.len() {
		t.member(strconv.Itoa(i)).putText(&entry{first: e.at(i)})
	}
}

// putText merges the values of a field whose path ends here.
func (t *tree) putText(e *entry) {
	switch t.kind {
	case treeUnset:
		if e.len() == 1 {
			t.setText(e.first)
			return
		}
		t.kind = treeArray
	case treeText, treeTrue:
		t.wrap()
	case treeObject:
		if e.len() == 1 {
			if m := t.member(e.first); m.kind == treeUnset {
				m.kind = treeTrue
			}
			return
		}
		t.putMember(segment{index: push}, nil, e)
		return
	}
	for i := range e.len() {
		t.push().setText(e.at(i))
	}
}

func (t *tree) setText(s string) { t.kind, t.text = treeText, s }

// wrap turns a plain value into the first element of an array.
func (t *tree) wrap() {
	first := &tree{kind: t.kind, text: t.text}
	*t = tree{kind: treeArray, children: []child{{tree: first}}}
}

// toObject turns an array into an object with its indexes as names.
func (t *tree) toObject() {
	t.kind = treeObject
	for i := range t.children {
		t.children[i].name = strconv.Itoa(t.children[i].index)
	}
}

func (t *tree) push() *tree {
	next := 0
	if n := len(t.children); n > 0 {
		next = t.children[n-1].index + 1
	}
	return t.insert(len(t.children), next)
}

func (t *tree) element(index int) (_ *tree, at int) {
	at, found := slices.BinarySearchFunc(t.children, index, func(k child, i int) int { return k.index - i })
	if !found {
		return nil, at
	}
	return t.children[at].tree, at
}

func (t *tree) insert(at, index int) *tree {
	sub := &tree{}
	t.children = slices.Insert(t.children, at, child{index: index, tree: sub})
	return sub
}

// member returns the member with this name, and creates it if there is none.
func (t *tree) member(name string) *tree {
	if t.byName == nil && len(t.children) > linearSearchMax {
		t.byName = make(map[string]int, 4*linearSearchMax)
		for i := range t.children {
			t.byName[t.children[i].name] = i
		}
	}
	if t.byName != nil {
		if i, ok := t.byName[name]; ok {
			return t.children[i].tree
		}
		t.byName[name] = len(t.children)
	} else if i := slices.IndexFunc(t.children, func(k child) bool { return k.name == name }); i >= 0 {
		return t.children[i].tree
	}
	sub := &tree{}
	t.children = append(t.children, child{name: name, tree: sub})
	return sub
}

// append writes the tree as JSON.
func (t *tree) append(dst []byte) []byte {
	switch t.kind {
	case treeText:
		return value.AppendQuoted(dst, t.text)
	case treeTrue:
		return append(dst, "true"...)
	case treeArray:
		dst = append(dst, '[')
		for i, k := range t.children {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = k.append(dst)
		}
		return append(dst, ']')
	case treeObject:
		dst = append(dst, '{')
		for i, k := range t.children {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = k.append(append(value.AppendQuoted(dst, k.name), ':'))
		}
		return append(dst, '}')
	default:
		return append(dst, "null"...)
	}
}

func (e *entry) len() int { return 1 + len(e.rest) }

func (e *entry) at(i int) string {
	if i == 0 {
		return e.first
	}
	return e.rest[i-1]
}
