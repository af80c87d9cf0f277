package value

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// From converts a Go value to JSON: nil, booleans, integers, floats (as the shortest text; NaN and infinities are
// errors), strings, json.Number, Values, and maps (sorted by key) and slices of these. It encodes any other type
// with encoding/json, without HTML escapes and within the default Limits. A Missing element of a slice becomes
// null.
func From(x any) (Value, error) {
	switch x := x.(type) {
	case nil:
		return Null(), nil
	case Value:
		return x, nil
	case bool:
		return Bool(x), nil
	case string:
		return String(x), nil
	case int:
		return Int(int64(x)), nil
	case int32:
		return Int(int64(x)), nil
	case int64:
		return Int(x), nil
	case uint32:
		return Int(int64(x)), nil
	case uint64:
		return Value{text: strconv.FormatUint(x, 10), kind: KindNumber}, nil
	case float64:
		return Float(x)
	case json.Number:
		return Number(string(x))
	case []Value:
		return fromSlice(x)
	case []any:
		return fromSlice(x)
	case []string:
		return fromSlice(x)
	case map[string]Value:
		return fromMap(x)
	case map[string]any:
		return fromMap(x)
	case map[string]string:
		return fromMap(x)
	default:
		return fromOther(x)
	}
}

func fromSlice[T any](list []T) (Value, error) {
	var b ArrayBuilder
	for i, x := range list {
		v, err := From(x)
		if err != nil {
			return Value{}, fmt.Errorf("element %d: %w", i, err)
		}
		if v.IsMissing() {
			v = Null() // leaving it out would shift the elements after it
		}
		b.Add(v)
	}
	return b.Value(), nil
}

func fromMap[T any](m map[string]T) (Value, error) {
	var b ObjectBuilder
	for _, name := range slices.Sorted(maps.Keys(m)) {
		v, err := From(m[name])
		if err != nil {
			return Value{}, fmt.Errorf("member %q: %w", clip(name), err)
		}
		b.Set(name, v)
	}
	return b.Value(), nil
}

func fromOther(x any) (Value, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(x); err != nil {
		return Value{}, err
	}
	return ParseBytes(buf.Bytes(), Limits{})
}
