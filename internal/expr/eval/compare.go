package eval

import (
	"cmp"
	"time"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/value"
)

// equal implements ==. Values of different types are not equal. Numbers are compared exactly, whatever type holds
// them.
func (r *Run) equal(a, b any) (bool, error) {
	if err := r.Read(ScalarSize(a) + ScalarSize(b)); err != nil {
		return false, err
	}
	if x, ok := AsNumber(a); ok {
		y, ok := AsNumber(b)
		return ok && compareNumbers(x, y) == 0, nil
	}
	if x, ok := StringOf(a); ok {
		y, ok := StringOf(b)
		return ok && x == y, nil
	}
	a, b = Decode(a), Decode(b)
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
			err := r.Read(16 * (len(x.Text()) + len(y.Text())))
			return err == nil && value.Equal(x, y), err
		}
	}
	return r.equalParts(a, b)
}

// ScalarSize returns the bytes that must be read to process a scalar. Numbers and strings from the data can be
// long.
func ScalarSize(x any) int {
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

// equalParts compares arrays and objects, at least one of which was created by the expression.
func (r *Run) equalParts(a, b any) (bool, error) {
	if _, ok := members(a); ok {
		if _, ok := members(b); !ok {
			return false, nil
		}
		return r.equalObjects(a, b)
	}
	if _, ok := elements(a); !ok || b == nil {
		return false, nil
	}
	if _, ok := elements(b); !ok {
		return false, nil
	}
	x, err := r.Array(a)
	if err != nil {
		return false, err
	}
	y, err := r.Array(b)
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

func (r *Run) equalObjects(a, b any) (bool, error) {
	x, err := r.Object(a)
	if err != nil {
		return false, err
	}
	y, err := r.Object(b)
	if err != nil || len(x.Members) != len(y.Members) {
		return false, err
	}
	for name, m := range x.Members {
		n, ok := y.Members[name]
		if !ok {
			return false, nil
		}
		if same, err := r.equal(m, n); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// Object decodes an object one level deep. Of duplicate members the last one wins.
func (r *Run) Object(x any) (*Object, error) {
	if own, ok := x.(*Object); ok {
		return own, nil
	}
	walk, ok := members(x)
	if !ok {
		return nil, diag.Failed("an object was expected, but this is %s", Describe(x))
	}
	if v, ok := x.(value.Value); ok {
		if err := r.Read(len(v.Text())); err != nil {
			return nil, err
		}
	}
	o := NewObject(0)
	for name, m := range walk {
		if err := r.Take(2*ElementSize + len(name)); err != nil {
			return nil, err
		}
		o.Set(name, m)
	}
	return o, nil
}

// ElementSize is the memory, in bytes, that one element of an array is charged for.
const ElementSize = 48

// Array returns the elements of an array. Null is the empty array. The slice is shared and the caller must not
// change it. The Run caches decoded arrays, because nested predicates ask for the same array once per element.
func (r *Run) Array(x any) ([]any, error) {
	if own, ok := x.([]any); ok {
		return own, r.Step(1)
	}
	walk, ok := elements(x)
	if !ok {
		return nil, diag.Failed("an array was expected, but this is %s", Describe(x))
	}
	v, _ := x.(value.Value)
	for i := range r.opened {
		if r.opened[i].from.Same(v) {
			return r.opened[i].elements, r.Step(1)
		}
	}
	if err := r.Read(len(v.Text())); err != nil {
		return nil, err
	}
	out := []any{}
	for e := range walk {
		if err := r.Take(ElementSize); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	if len(r.opened) < rememberedArrays {
		r.opened = append(r.opened, openedArray{v, out})
	}
	return out, nil
}

// rememberedArrays bounds how many decoded arrays a Run caches.
const rememberedArrays = 8

type openedArray struct {
	from     value.Value
	elements []any
}

// Order compares two numbers, strings, dates or durations and returns -1, 0 or +1. Other operands are an error.
// Null is an error too, because a result of false would hide it.
func (r *Run) Order(a, b any) (int, error) {
	c, comparable, err := r.order(a, b)
	if comparable || err != nil {
		return c, err
	}
	hint := ""
	if a == nil || b == nil {
		hint = "; give a default, as in {path} ?? 0"
	}
	return 0, diag.Failed("%s cannot be compared with %s%s", Describe(a), Describe(b), hint)
}

// order compares two operands. comparable is false if they have no order.
func (r *Run) order(a, b any) (c int, comparable bool, err error) {
	if err := r.Read(ScalarSize(a) + ScalarSize(b)); err != nil {
		return 0, false, err
	}
	if x, ok := AsNumber(a); ok {
		if y, ok := AsNumber(b); ok {
			return compareNumbers(x, y), true, nil
		}
	}
	if x, ok := StringOf(a); ok {
		if y, ok := StringOf(b); ok {
			return cmp.Compare(x, y), true, nil
		}
	}
	switch x := a.(type) {
	case time.Time:
		if y, ok := b.(time.Time); ok {
			return x.Compare(y), true, nil
		}
	case time.Duration:
		if y, ok := b.(time.Duration); ok {
			return cmp.Compare(x, y), true, nil
		}
	}
	return 0, false, nil
}

// Contains implements `item in x`.
func (r *Run) Contains(x, item any) (bool, error) {
	if walk, ok := elements(x); ok {
		if v, ok := x.(value.Value); ok {
			if err := r.Read(len(v.Text())); err != nil {
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
	name, isText := StringOf(item)
	switch x := x.(type) {
	case *Object:
		_, ok := x.Members[name]
		return ok && isText, nil
	case value.Value:
		if x.Kind() == value.KindObject {
			return isText && !x.Get(name).IsMissing(), r.Read(len(x.Text()))
		}
	}
	return false, diag.Failed(`"in" looks into an array or object, not into %s`, Describe(x))
}
