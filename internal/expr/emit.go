package expr

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/value"
)

// appendJSON writes a datum as JSON, within the bounds of the output.
func (r *run) appendJSON(dst []byte, x any, depth int) ([]byte, error) {
	if err := r.step(1); err != nil {
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
			return nil, failed("the result is no number")
		}
		dst = v.Append(dst)
	case string:
		if err := r.fits(len(dst) + len(x)); err != nil {
			return nil, err
		}
		dst = value.AppendQuoted(dst, x)
	case value.Value:
		if err := r.fits(len(dst) + len(x.Text())); err != nil {
			return nil, err
		}
		if tooDeep(x, depth) {
			return nil, tooNested()
		}
		dst = x.Append(dst)
	case []any:
		return r.appendArray(dst, x, depth+1)
	case *object:
		return r.appendObject(dst, x, depth+1)
	default:
		dst = value.AppendQuoted(dst, plain(x))
	}
	return dst, r.fits(len(dst))
}

func tooNested() *mistake {
	return exhausted(fmt.Sprintf("the result nests deeper than %d", MaxDepth))
}

func (r *run) appendArray(dst []byte, a []any, depth int) ([]byte, error) {
	if depth > MaxDepth {
		return nil, tooNested()
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

func (r *run) appendObject(dst []byte, o *object, depth int) ([]byte, error) {
	if depth > MaxDepth {
		return nil, tooNested()
	}
	var err error
	dst = append(dst, '{')
	for i, name := range o.names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(value.AppendQuoted(dst, name), ':')
		if dst, err = r.appendJSON(dst, o.members[name], depth); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// plain is the text of a datum that is not composed of others: what string()
// yields. A number from the data keeps its text.
func plain(x any) string {
	if v, ok := x.(value.Value); ok && v.Kind() == value.KindNumber {
		return v.Text()
	}
	switch x := open(x).(type) {
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
