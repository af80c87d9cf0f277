package eval

import (
	"iter"
	"time"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/variable"
	"hookline.dev/hookline/internal/value"
)

// While an expression is evaluated, an operand is one of
//
//	nil                    null and whatever does not exist
//	bool, int64, float64, string
//	value.Value            straight from the data, never null: decoded when used
//	[]any, *Object         made by the expression
//	time.Time, time.Duration, *time.Location
//
// and nothing else.

// Object is a map created by an expression. It keeps the order of its names.
type Object struct {
	Names   []string
	Members map[string]any
}

// NewObject returns an empty object with room for n members.
func NewObject(n int) *Object { return &Object{Members: make(map[string]any, n)} }

// Set adds a member, or replaces the member with that name in place.
func (o *Object) Set(name string, x any) {
	if _, ok := o.Members[name]; !ok {
		o.Names = append(o.Names, name)
	}
	o.Members[name] = x
}

// Operand converts a value from the data to an operand.
func Operand(v value.Value) any {
	if v.IsNull() {
		return nil
	}
	return v
}

// Decode decodes a scalar that is still JSON text. A number that neither int64 nor float64 can hold stays text: it
// can be compared and passed on.
func Decode(x any) any {
	v, ok := x.(value.Value)
	if !ok {
		return x
	}
	switch v.Kind() {
	case value.KindBool:
		b, _ := v.AsBool()
		return b
	case value.KindString:
		s, _ := v.Str()
		return s
	case value.KindNumber:
		if n, ok := v.Int(); ok {
			return n
		}
		if f, exact := v.Float(); exact {
			return f
		}
		return v
	case value.KindArray, value.KindObject:
		return v
	default:
		return nil
	}
}

// TypeOf returns the type name of an operand, as type() and messages use it.
func TypeOf(x any) string {
	switch x := x.(type) {
	case nil:
		return "nil"
	case bool:
		return "bool"
	case int64:
		return "int"
	case float64:
		return "float"
	case string:
		return "string"
	case []any:
		return "array"
	case *Object:
		return "map"
	case time.Time:
		return "time.Time"
	case time.Duration:
		return "time.Duration"
	case value.Value:
		return typeOfValue(x)
	default:
		return "time.Location"
	}
}

func typeOfValue(v value.Value) string {
	switch v.Kind() {
	case value.KindBool:
		return "bool"
	case value.KindNumber:
		if _, ok := v.Int(); ok {
			return "int"
		}
		return "float" // even if it is too long for a float64
	case value.KindString:
		return "string"
	case value.KindArray:
		return "array"
	case value.KindObject:
		return "map"
	default:
		return "nil"
	}
}

// Truth returns the value of a condition. Null is false. Any other operand that is not a boolean is an error,
// because a guess would hide a mistake.
func Truth(x any) (bool, error) {
	switch x := x.(type) {
	case nil:
		return false, nil
	case bool:
		return x, nil
	case value.Value:
		if x.IsNull() {
			return false, nil
		}
		if is, ok := x.AsBool(); ok {
			return is, nil
		}
	}
	return false, diag.Failed("a condition must be true or false, but this is %s; compare it with something", Describe(x))
}

// Describe names an operand's type for a message, without quoting data.
func Describe(x any) string {
	switch TypeOf(x) {
	case "nil":
		return "null"
	case "bool":
		return "a boolean"
	case "int", "float":
		return "a number"
	case "string":
		return "a string"
	case "array":
		return "an array"
	case "map":
		return "an object"
	case "time.Time":
		return "a date"
	case "time.Duration":
		return "a duration"
	default:
		return "a time zone"
	}
}

// StringOf returns the text of a string operand.
func StringOf(x any) (string, bool) {
	switch x := x.(type) {
	case string:
		return x, true
	case value.Value:
		return x.Str()
	default:
		return "", false
	}
}

// elements iterates over an array. Null is the empty array.
func elements(x any) (iter.Seq[any], bool) {
	switch x := x.(type) {
	case nil:
		return func(func(any) bool) {}, true
	case []any:
		return func(yield func(any) bool) {
			for _, e := range x {
				if !yield(e) {
					return
				}
			}
		}, true
	case value.Value:
		if x.Kind() == value.KindArray {
			return func(yield func(any) bool) {
				for e := range x.Elements() {
					if !yield(Operand(e)) {
						return
					}
				}
			}, true
		}
	}
	return nil, false
}

// members iterates over an object in its order.
func members(x any) (iter.Seq2[string, any], bool) {
	switch x := x.(type) {
	case *Object:
		return func(yield func(string, any) bool) {
			for _, name := range x.Names {
				if !yield(name, x.Members[name]) {
					return
				}
			}
		}, true
	case value.Value:
		if x.Kind() == value.KindObject {
			return func(yield func(string, any) bool) {
				for name, m := range x.Members() {
					if !yield(name, Operand(m)) {
						return
					}
				}
			}, true
		}
	}
	return nil, false
}

// Member implements x.name. What does not exist is null, and an array projects.
func (r *Run) Member(x any, name string) (any, error) {
	switch x := x.(type) {
	case value.Value:
		if err := r.Read(len(x.Text())); err != nil {
			return nil, err
		}
		return Operand(variable.Member(x, name)), nil
	case *Object:
		return x.Members[name], nil
	case []any:
		if i, ok := variable.Index(name); ok {
			return ElementAt(x, int64(i)), nil
		}
		if err := r.Take(ElementSize * len(x)); err != nil {
			return nil, err
		}
		out := make([]any, len(x))
		for i := range x {
			var err error
			if out[i], err = r.Member(x[i], name); err != nil {
				return nil, err
			}
		}
		return out, nil
	default:
		return nil, nil
	}
}

// Element implements x[key].
func (r *Run) Element(x, key any) (any, error) {
	switch key := Decode(key).(type) {
	case string:
		return r.Member(x, key)
	case int64:
		return r.elementAt(x, key)
	case float64:
		if n := int64(key); float64(n) == key {
			return r.elementAt(x, n)
		}
	case nil:
		return nil, nil
	}
	return nil, diag.Failed("an array's index is a whole number and an object's key a string, not %s", Describe(key))
}

func (r *Run) elementAt(x any, n int64) (any, error) {
	switch x := Decode(x).(type) {
	case []any:
		return ElementAt(x, n), nil
	case value.Value:
		if err := r.Read(len(x.Text())); err != nil || int64(int32(n)) != n {
			return nil, err
		}
		return Operand(x.At(int(n))), nil
	case string:
		if err := r.Take(4 * len(x)); err != nil {
			return nil, err
		}
		if c, ok := ElementAt([]rune(x), n).(rune); ok {
			return string(c), nil
		}
	}
	return nil, nil
}

// ElementAt returns an element, or null if there is none. A negative n counts from the end.
func ElementAt[T any](list []T, n int64) any {
	if n < 0 {
		n += int64(len(list))
	}
	if n < 0 || n >= int64(len(list)) {
		return nil
	}
	return list[n]
}
