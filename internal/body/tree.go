package body

import (
	"slices"
	"strconv"

	"hookline.dev/hookline/internal/value"
)

type treeKind uint8

const (
	treeNothing treeKind = iota // not set yet
	treeText
	treeTrue
	treeArray
	treeObject
)

// tree is a value under construction. Arrays are sparse, so an index costs one element, not many.
type tree struct {
	kind   treeKind
	text   string
	kids   []kid
	byName map[string]int // of an object, once it is large
}

type kid struct {
	name  string // in an object
	index int    // in an array; ascending
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
	if t.kind == treeNothing {
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
	case treeNothing:
		if e.len() == 1 {
			t.setText(e.first)
			return
		}
		t.kind = treeArray
	case treeText, treeTrue:
		t.wrap()
	case treeObject:
		if e.len() == 1 {
			if m := t.member(e.first); m.kind == treeNothing {
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

// wrap makes a plain value the first element of an array.
func (t *tree) wrap() {
	first := &tree{kind: t.kind, text: t.text}
	*t = tree{kind: treeArray, kids: []kid{{tree: first}}}
}

// toObject makes the indexes of an array the names of an object.
func (t *tree) toObject() {
	t.kind = treeObject
	for i := range t.kids {
		t.kids[i].name = strconv.Itoa(t.kids[i].index)
	}
}

func (t *tree) push() *tree {
	next := 0
	if n := len(t.kids); n > 0 {
		next = t.kids[n-1].index + 1
	}
	return t.insert(len(t.kids), next)
}

func (t *tree) element(index int) (_ *tree, at int) {
	at, found := slices.BinarySearchFunc(t.kids, index, func(k kid, i int) int { return k.index - i })
	if !found {
		return nil, at
	}
	return t.kids[at].tree, at
}

func (t *tree) insert(at, index int) *tree {
	sub := &tree{}
	t.kids = slices.Insert(t.kids, at, kid{index: index, tree: sub})
	return sub
}

// member returns the member of that name, a new one where there is none.
func (t *tree) member(name string) *tree {
	if t.byName == nil && len(t.kids) > few {
		t.byName = make(map[string]int, 4*few)
		for i := range t.kids {
			t.byName[t.kids[i].name] = i
		}
	}
	if t.byName != nil {
		if i, ok := t.byName[name]; ok {
			return t.kids[i].tree
		}
		t.byName[name] = len(t.kids)
	} else if i := slices.IndexFunc(t.kids, func(k kid) bool { return k.name == name }); i >= 0 {
		return t.kids[i].tree
	}
	sub := &tree{}
	t.kids = append(t.kids, kid{name: name, tree: sub})
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
		for i, k := range t.kids {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = k.append(dst)
		}
		return append(dst, ']')
	case treeObject:
		dst = append(dst, '{')
		for i, k := range t.kids {
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
