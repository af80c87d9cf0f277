package edit

import (
	"slices"
	"strings"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// set writes or removes one value. The inverse names the same place, except after the removal of an element: lists have
// no holes, so it then sets the whole list.
func (e *editor) set(o Operation) ([]Operation, error) {
	const op = "edit.set"
	root := e.root
	if o.Key != "" {
		s, err := e.root.find("key", o.Key)
		if err != nil {
			return nil, err
		}
		if root = s.node; o.Path == "/key" {
			return nil, fault.Field(op, "path", "rename gives a node another key")
		}
	}
	parent, name, err := root.parent(o.Path)
	if err != nil {
		return nil, err
	}
	var next *tree
	if !o.Value.IsMissing() {
		if next, err = grow(o.Value, "value"); err != nil {
			return nil, err
		}
	}
	change := setMember
	if parent.kind == value.KindArray {
		change = setElement
	}
	undo, err := change(o, parent, name, next)
	if err != nil || o.Key == "" {
		return undo, err
	}
	_, err = e.root.find("value", o.Key) // the inverse names the node by its key, too
	return undo, err
}

func setMember(o Operation, parent *tree, name string, next *tree) ([]Operation, error) {
	const op = "edit.set"
	i := slices.Index(parent.keys, name)
	inverse := Operation{Op: Set, Key: o.Key, Path: o.Path}
	switch {
	case i < 0 && next == nil:
		return nil, fault.Field(op, "path", "there is no %s", o.Path)
	case i < 0:
		at := len(parent.keys)
		if o.Index != nil {
			if at = *o.Index; at < 0 || at > len(parent.keys) {
				return nil, fault.Field(op, "index", "must be from 0 to %d", len(parent.keys))
			}
		}
		parent.insertMember(at, name, next)
	case next == nil:
		inverse.Value, inverse.Index = parent.kids[i].value(), &i
		parent.drop(i)
	default:
		inverse.Value = parent.kids[i].value()
		parent.kids[i] = next
	}
	return []Operation{inverse}, nil
}

func setElement(o Operation, list *tree, name string, next *tree) ([]Operation, error) {
	i, ok := index(name, len(list.kids), next != nil)
	if !ok {
		return nil, fault.Field("edit.set", "path", "there is no %s; the list has %d elements", o.Path, len(list.kids))
	}
	at := o.Path[:strings.LastIndexByte(o.Path, '/')]
	switch {
	case next == nil:
		before := list.value()
		list.drop(i)
		if at == "" { // the list is the document itself
			return []Operation{{Op: Replace, Value: before}}, nil
		}
		return []Operation{{Op: Set, Key: o.Key, Path: at, Value: before}}, nil
	case i == len(list.kids):
		list.kids = append(list.kids, next)
		return []Operation{{Op: Set, Key: o.Key, Path: at + "/" + itoa(i)}}, nil
	default:
		before := list.kids[i].value()
		list.kids[i] = next
		return []Operation{{Op: Set, Key: o.Key, Path: o.Path, Value: before}}, nil
	}
}
