package eval

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/value"
)

// appendJSON appends an operand as JSON, within the output limit.
func (r *Run) appendJSON(dst []byte, x any, depth int) ([]byte, error) {
	if err := r.Step(1); err != nil {
		return nil, err
	}
	switch x := x.(type) {
	case nil:
		dst = append(dst, "null"...)
	case bool:
		dst = strconv.AppendBool(dst, x)
	case int64:
		dst = strconv.AppendInt(dst, x, 10)
	case float64:
		v, err := value.Float(x)
		if err != nil {
			return nil, diag.Failed("the result is not a number")
		}
		dst = v.Append(dst)
	case string:
		if err := r.CheckOutput(len(dst) + len(x)); err != nil {
			return nil, err
		}
		dst = value.AppendQuoted(dst, x)
	case value.Value:
		if err := r.CheckOutput(len(dst) + len(x.Text())); err != nil {
			return nil, err
		}
		if TooDeep(x, depth) {
			return nil, TooNested()
		}
		dst = x.Append(dst)
	case []any:
		return r.appendArray(dst, x, depth+1)
	case *Object:
		return r.appendObject(dst, x, depth+1)
	default:
		dst = value.AppendQuoted(dst, PlainText(x))
	}
	return dst, r.CheckOutput(len(dst))
}

// TooNested returns the error for a result that nests deeper than MaxDepth.
func TooNested() *diag.Error {
	return diag.OverBudget(fmt.Sprintf("the result nests deeper than %d", MaxDepth))
}

func (r *Run) appendArray(dst []byte, a []any, depth int) ([]byte, error) {
	if depth > MaxDepth {
		return nil, TooNested()
	}
	var err error
	dst = append(dst, '[')
	for i, e := range a {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = r.appendJSON(dst, e, depth); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

func (r *Run) appendObject(dst []byte, o *Object, depth int) ([]byte, error) {
	if depth > MaxDepth {
		return nil, TooNested()
	}
	var err error
	dst = append(dst, '{')
	for i, name := range o.Names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(value.AppendQuoted(dst, name), ':')
		if dst, err = r.appendJSON(dst, o.Members[name], depth); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// PlainText returns the text of a scalar operand, as string() does. A number from the data keeps its text.
func PlainText(x any) string {
	if v, ok := x.(value.Value); ok && v.Kind() == value.KindNumber {
		return v.Text()
	}
	switch x := Decode(x).(type) {
	case nil:
		return ""
	case bool:
		return strconv.FormatBool(x)
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		if v, err := value.Float(x); err == nil {
			return v.Text()
		}
		return strconv.FormatFloat(math.Abs(x), 'g', -1, 64)
	case string:
		return x
	case time.Time:
		return x.Format(time.RFC3339Nano)
	case time.Duration:
		return x.String()
	case *time.Location:
		return x.String()
	case value.Value:
		return x.Text()
	default:
		return ""
	}
}

// Output converts an expression's result to a value. A result that comes unchanged from the data keeps its exact
// text.
func (r *Run) Output(x any) (value.Value, error) {
	switch x := x.(type) {
	case nil:
		return value.Null(), nil
	case value.Value:
		return x, nil
	case bool:
		return value.Bool(x), nil
	case int64:
		return value.Int(x), nil
	}
	dst, err := r.appendJSON(make([]byte, 0, 64), x, 0)
	if err != nil {
		return value.Value{}, err
	}
	return value.TrustedBytes(dst), nil
}

// TooDeep reports whether v, inside the given number of arrays and objects, nests deeper than MaxDepth.
func TooDeep(v value.Value, around int) bool {
	// A text of 2n bytes cannot nest deeper than n. The length check avoids a scan of short texts.
	return around+len(v.Text())/2 > MaxDepth && around+v.Depth() > MaxDepth
}
