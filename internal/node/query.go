package node

import (
	"errors"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// Sort parses a sort order: "-createdAt,name", or a list of such names. A dash means descending.
func Sort(v value.Value) ([]collection.Sort, error) {
	names, err := Names(v)
	if err != nil {
		return nil, err
	}
	var keys []collection.Sort
	for _, name := range names {
		field, desc := strings.CutPrefix(name, "-")
		keys = append(keys, collection.Sort{Field: field, Desc: desc})
	}
	return keys, nil
}

// Names parses names: "a,b", or a list of names. Null and the empty text give no names.
func Names(v value.Value) ([]string, error) {
	var names []string
	switch v.Kind() {
	case value.KindMissing, value.KindNull:
	case value.KindString:
		text, _ := v.Str()
		for name := range strings.SplitSeq(text, ",") {
			if name = strings.TrimSpace(name); name != "" {
				names = append(names, name)
			}
		}
	case value.KindArray:
		for each := range v.Elements() {
			name, ok := each.Str()
			if !ok || name == "" {
				return nil, errors.New("must be a list of names, not of " + shown(each))
			}
			names = append(names, name)
		}
	default:
		return nil, errors.New("must be a list of names, not " + shown(v))
	}
	return names, nil
}

// Whole parses a whole number from 1, which data may also supply as text. It returns 0 for null and Missing.
func Whole(v value.Value) (int, error) {
	if v.IsNull() {
		return 0, nil
	}
	n, ok := v.Int()
	if text, isText := v.Str(); isText {
		parsed, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		n, ok = parsed, err == nil
	}
	if !ok || n < 1 || n > 1<<31-1 {
		return 0, errors.New("must be a whole number from 1, not " + shown(v))
	}
	return int(n), nil
}

// shown describes a value in a message.
func shown(v value.Value) string {
	if text, ok := v.Str(); ok {
		return decode.Quote(text)
	}
	switch v.Kind() {
	case value.KindArray, value.KindObject:
		return "a value of type " + v.Kind().String()
	default:
		return v.Text()
	}
}

// ReadFailure returns the failure of a node whose read a collection.Reader refused. If the query does not fit the
// collection, the failure is final, because a retry cannot help.
func ReadFailure(err error) error {
	final := fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound)
	return &Failure{Message: fault.Message(err), Final: final}
}
