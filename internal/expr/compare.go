package expr

import (
	"cmp"
	"time"

	"hookline.dev/hookline/internal/value"
)

// equal is ==. Values of different types are not equal; numbers are compared
// exactly, whatever holds them.
func (r *run) equal(a, b any) (bool, error) {
	if err := r.read(scalarSize(a) + scalarSize(b)); err != nil {
		return false, err
	}
	if x, ok := asNumber(a); ok {
		y, ok := asNumber(b)
		return ok && compareNumbers(x, y) == 0, nil
	}
	if x, ok := text(a); ok {
		y, ok := text(b)
		return ok && x == y, nil
	}
	a, b = open(a), open(b)
	switch x := a.(type) {
	case nil:
		return b == nil, nil
	case bool:
		y, ok := b.(bool)
		return ok && x == y, nil
	case time.Time:
		y, ok := b.(time.Time)
		return ok && x.Equal(y), nil
	case time.Duration:
		y, ok := b.(time.Duration)
		return ok && x == y, nil
	case value.Value:
		if y, ok := b.(value.Value); ok {
			err := r.read(16 * (len(x.Text()) + len(y.Text())))
			return err == nil && value.Equal(x, y), err
		}
	}
	return r.equalParts(a, b)
}

// scalarSize is the length of what must be read to look at a scalar. Numbers
// and strings from the data can be long.
func scalarSize(x any) int {
	switch x := x.(type) {
	case string:
		return len(x)
	case value.Value:
		if x.Kind() < value.KindArray {
			return len(x.Text())
		}
	}
	return 0
}

// equalParts compares arrays and objects of which at least one was made by the
// expression.
func (r *run) equalParts(a, b any) (bool, error) {
	if _, ok := members(a); ok {
		if _, ok := members(b); !ok {
			return false, nil
		}
		return r.equalObjects(a, b)
	}
	if _, ok := list(a); !ok || b == nil {
		return false, nil
	}
	if _, ok := list(b); !ok {
		return false, nil
	}
	x, err := r.array(a)
	if err != nil {
		return false, err
	}
	y, err := r.array(b)
	if err != nil || len(x) != len(y) {
		return false, err
	}
	for i := range x {
		if same, err := r.equal(x[i], y[i]); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (r *run) equalObjects(a, b any) (bool, error) {
	x, err := r.object(a)
	if err != nil {
		return false, err
	}
	y, err := r.object(b)
	if err != nil || len(x.members) != len(y.members) {
		return false, err
	}
	for name, m := range x.members {
		n, ok := y.members[name]
		if !ok {
			return false, nil
		}
		if same, err := r.equal(m, n); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// object decodes an object one level deep; the last duplicate wins.
func (r *run) object(x any) (*object, error) {
	if own, ok := x.(*object); ok {
		return own, nil
	}
	walk, ok := members(x)
	if !ok {
		return nil, failed("an object was expected, but this is %s", described(x))
	}
	if v, ok := x.(value.Value); ok {
		if err := r.read(len(v.Text())); err != nil {
			return nil, err
		}
	}
	o := newObject(0)
	for name, m := range walk {
		if err := r.take(2*elementSize + len(name)); err != nil {
			return nil, err
		}
		o.set(name, m)
	}
	return o, nil
}

// elementSize is what one element of an array is charged for.
const elementSize = 48

// array returns the elements of an array; null is the empty one. The slice is
// shared and must not be changed. What was opened is remembered, because nested
// predicates ask for the same array once per element.
func (r *run) array(x any) ([]any, error) {
	if own, ok := x.([]any); ok {
		return own, r.step(1)
	}
	walk, ok := list(x)
	if !ok {
		return nil, failed("an array was expected, but this is %s", described(x))
	}
	v, _ := x.(value.Value)
	for i := range r.opened {
		if r.opened[i].from.Same(v) {
			return r.opened[i].elements, r.step(1)
		}
	}
	if err := r.read(len(v.Text())); err != nil {
		return nil, err
	}
	out := []any{}
	for e := range walk {
		if err := r.take(elementSize); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	if len(r.opened) < rememberedArrays {
		r.opened = append(r.opened, openedArray{v, out})
	}
	return out, nil
}

// rememberedArrays bounds how many opened arrays a run remembers.
const rememberedArrays = 8

type openedArray struct {
	from     value.Value
	elements []any
}

// order is <, for two numbers, strings, dates or durations; anything else is an
// error. A null on either side is an error too: false would hide it.
func (r *run) order(a, b any) (int, error) {
	if err := r.read(scalarSize(a) + scalarSize(b)); err != nil {
		return 0, err
	}
	if x, ok := asNumber(a); ok {
		if y, ok := asNumber(b); ok {
			return compareNumbers(x, y), nil
		}
	}
	if x, ok := text(a); ok {
		if y, ok := text(b); ok {
			return cmp.Compare(x, y), nil
		}
	}
	switch x := a.(type) {
	case time.Time:
		if y, ok := b.(time.Time); ok {
			return x.Compare(y), nil
		}
	case time.Duration:
		if y, ok := b.(time.Duration); ok {
			return cmp.Compare(x, y), nil
		}
	}
	hint := ""
	if a == nil || b == nil {
		hint = "; give a default, as in {path} ?? 0"
	}
	return 0, failed("%s cannot be compared with %s%s", described(a), described(b), hint)
}

// contains is `item in x`.
func (r *run) contains(x, item any) (bool, error) {
	if walk, ok := list(x); ok {
		if v, ok := x.(value.Value); ok {
			if err := r.read(len(v.Text())); err != nil {
				return false, err
			}
		}
		for e := range walk {
			if same, err := r.equal(e, item); same || err != nil {
				return same, err
			}
		}
		return false, nil
	}
	name, isText := text(item)
	switch x := x.(type) {
	case *object:
		_, ok := x.members[name]
		return ok && isText, nil
	case value.Value:
		if x.Kind() == value.KindObject {
			return isText && !x.Get(name).IsMissing(), r.read(len(x.Text()))
		}
	}
	return false, failed(`"in" looks into an array or object, not into %s`, described(x))
}
