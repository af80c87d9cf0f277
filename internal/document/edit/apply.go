package edit

import (
	"errors"
	"slices"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// Apply applies operations in their order: all of them, or none. The errors are of kind fault.Invalid and name the
// operation and its field, as in operations[2].key.
func Apply(document value.Value, operations []Operation) (Result, error) {
	const op = "edit.Apply"
	if len(operations) > MaxOperations {
		return Result{}, fault.Field(op, "operations", "are too many: at most %d at once", MaxOperations)
	}
	root, err := grow(document, "")
	if err != nil {
		return Result{}, err
	}
	e := &editor{root: root}
	var undo [][]Operation
	for i, o := range operations {
		inverse, err := e.apply(o)
		if err != nil {
			return Result{}, under("operations"+decode.Index(i), err)
		}
		undo = append(undo, inverse)
	}
	out := Result{Document: e.root.value(), Left: e.left}
	for _, inverse := range slices.Backward(undo) {
		out.Inverse = append(out.Inverse, inverse...)
	}
	return out, nil
}

// under puts the operation before the field of an error.
func under(at string, err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	return fault.Field("edit.Apply", decode.Join(at, f.Field), "%s", f.Message)
}

// editor is a document on which operations are applied.
type editor struct {
	root *tree
	left []Reference
}

// apply applies one operation and returns what undoes it.
func (e *editor) apply(o Operation) ([]Operation, error) {
	switch o.Op {
	case Add:
		return e.add(o)
	case Remove:
		return e.remove(o)
	case Move:
		return e.move(o)
	case Set:
		return e.set(o)
	case Rename:
		return e.rename(o)
	case Replace:
		return e.replace(o)
	default:
		return nil, fault.Field("edit.apply", "op", "%s", decode.Unknown("operation", o.Op, []string{Add, Remove, Move, Set, Rename, Replace}))
	}
}

func (e *editor) add(o Operation) ([]Operation, error) {
	const op = "edit.add"
	if o.Node.Kind() != value.KindObject {
		return nil, fault.Field(op, "node", "must be a node: {key: …, type: …}")
	}
	node, err := grow(o.Node, "node")
	if err != nil {
		return nil, err
	}
	key, _ := node.get("key").str()
	if key == "" {
		return nil, fault.Field(op, "node.key", "is required")
	}
	taken, added := make(map[string]int), make(map[string]int)
	e.root.walk(func(s spot) bool {
		if has, ok := s.node.get("key").str(); ok {
			taken[has]++
		}
		return true
	})
	keysBelow(node, added)
	// Keys below it may be taken, because the inverse of a removal must be able to put any node back.
	if added[key] > 1 || taken[key] > 0 {
		return nil, fault.Field(op, "node.key", "the key %s is taken", decode.Quote(key))
	}
	list, undo, err := e.root.listAt(o.At)
	if err != nil {
		return nil, err
	}
	if err := insert(list, o.At.Index, node); err != nil {
		return nil, err
	}
	return append([]Operation{{Op: Remove, Key: key}}, undo...), nil
}

func insert(list *tree, i int, node *tree) error {
	if i < 0 || i > len(list.kids) {
		return fault.Field("edit.insert", "at.index", "must be from 0 to %d", len(list.kids))
	}
	list.kids = slices.Insert(list.kids, i, node)
	return nil
}

func (e *editor) remove(o Operation) ([]Operation, error) {
	s, err := e.placed(o.Key)
	if err != nil {
		return nil, err
	}
	s.list.drop(s.place.Index)
	return []Operation{{Op: Add, Node: s.node.value(), At: &s.place}}, nil
}

// placed returns a node whose place can be named, so that the inverse can put it back there.
func (e *editor) placed(key string) (spot, error) {
	s, err := e.root.find("key", key)
	if err != nil || s.place.Branch == "" {
		return s, err
	}
	if _, err := e.root.find("key", s.place.Node); err != nil {
		return s, fault.Field("edit.placed", "key", "the node around %s needs a key of its own first", decode.Quote(key))
	}
	return s, nil
}

func (e *editor) move(o Operation) ([]Operation, error) {
	s, err := e.placed(o.Key)
	if err != nil {
		return nil, err
	}
	if o.At != nil && o.At.Node != "" {
		inside := make(map[string]int)
		if keysBelow(s.node, inside); inside[o.At.Node] > 0 {
			return nil, fault.Field("edit.move", "at.node", "%s is inside the node that moves", decode.Quote(o.At.Node))
		}
	}
	list, undo, err := e.root.listAt(o.At)
	if err != nil {
		return nil, err
	}
	s.list.drop(s.place.Index)
	if err := insert(list, o.At.Index, s.node); err != nil {
		return nil, err
	}
	return append([]Operation{{Op: Move, Key: o.Key, At: &s.place}}, undo...), nil
}

func (e *editor) replace(o Operation) ([]Operation, error) {
	if o.Value.IsMissing() {
		return nil, fault.Field("edit.replace", "value", "is required")
	}
	next, err := grow(o.Value, "value")
	if err != nil {
		return nil, err
	}
	before := e.root.value()
	e.root = next
	return []Operation{{Op: Replace, Value: before}}, nil
}
