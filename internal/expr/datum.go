package expr

import (
	"iter"
	"time"

	"hookline.dev/hookline/internal/value"
)

// While an expression is evaluated a datum is one of
//
//	nil                    null and whatever does not exist
//	bool, int64, float64, string
//	value.Value            straight from the data, never null: opened when used
//	[]any, *object         made by the expression
//	time.Time, time.Duration, *time.Location
//
// and nothing else.

// object is a map made by an expression; it keeps the order of its names.
type object struct {
	names   []string
	members map[string]any
}

func newObject(n int) *object { return &object{members: make(map[string]any, n)} }

func (o *object) set(name string, x any) {
	if _, ok := o.members[name]; !ok {
		o.names = append(o.names, name)
	}
	o.members[name] = x
}

// datum brings a value into an expression.
func datum(v value.Value) any {
	if v.IsNull() {
		return nil
	}
	return v
}

// open decodes a scalar that is still JSON text. A number that neither int64
// nor float64 can hold stays text: it can be compared and passed on.
func open(x any) any {
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

// typeOf names the type of a datum as type() and messages do.
func typeOf(x any) string {
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
	case *object:
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
		return "float" // also what is too long for one
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

// truth is the value of a condition: null is false, and what is no boolean is
// an error, because guessing would hide it.
func truth(x any) (bool, error) {
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
	return false, failed("a condition must be true or false, but this is %s; compare it with something", described(x))
}

// described names a datum for a message, without quoting data.
func described(x any) string {
	switch typeOf(x) {
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

// text returns the text of a string.
func text(x any) (string, bool) {
	switch x := x.(type) {
	case string:
		return x, true
	case value.Value:
		return x.Str()
	default:
		return "", false
	}
}

// list walks an array; null is the empty one.
func list(x any) (iter.Seq[any], bool) {
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
					if !yield(datum(e)) {
						return
					}
				}
			}, true
		}
	}
	return nil, false
}

// members walks an object in its order.
func members(x any) (iter.Seq2[string, any], bool) {
	switch x := x.(type) {
	case *object:
		return func(yield func(string, any) bool) {
			for _, name := range x.names {
				if !yield(name, x.members[name]) {
					return
				}
			}
		}, true
	case value.Value:
		if x.Kind() == value.KindObject {
			return func(yield func(string, any) bool) {
				for name, m := range x.Members() {
					if !yield(name, datum(m)) {
						return
					}
				}
			}, true
		}
	}
	return nil, false
}

// member is x.name: what does not exist is null, and an array projects.
func (r *run) member(x any, name string) (any, error) {
	switch x := x.(type) {
	case value.Value:
		if err := r.read(len(x.Text())); err != nil {
			return nil, err
		}
		s := named(name)
		return datum(s.step(x)), nil
	case *object:
		return x.members[name], nil
	case []any:
		if s := named(name); s.digits {
			return at(x, int64(s.index)), nil
		}
		if err := r.take(elementSize * len(x)); err != nil {
			return nil, err
		}
		out := make([]any, len(x))
		for i := range x {
			var err error
			if out[i], err = r.member(x[i], name); err != nil {
				return nil, err
			}
		}
		return out, nil
	default:
		return nil, nil
	}
}

// element is x[key].
func (r *run) element(x, key any) (any, error) {
	switch key := open(key).(type) {
	case string:
		return r.member(x, key)
	case int64:
		return r.elementAt(x, key)
	case float64:
		if n := int64(key); float64(n) == key {
			return r.elementAt(x, n)
		}
	case nil:
		return nil, nil
	}
	return nil, failed("an array's index is a whole number and an object's key a string, not %s", described(key))
}

func (r *run) elementAt(x any, n int64) (any, error) {
	switch x := open(x).(type) {
	case []any:
		return at(x, n), nil
	case value.Value:
		if err := r.read(len(x.Text())); err != nil || int64(int32(n)) != n {
			return nil, err
		}
		return datum(x.At(int(n))), nil
	case string:
		if err := r.take(4 * len(x)); err != nil {
			return nil, err
		}
		if c, ok := at([]rune(x), n).(rune); ok {
			return string(c), nil
		}
	}
	return nil, nil
}

func at[T any](list []T, n int64) any {
	if n < 0 {
		n += int64(len(list))
	}
	if n < 0 || n >= int64(len(list)) {
		return nil
	}
	return list[n]
}
