package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// valuesHelp explains how to write values of records.
const valuesHelp = "Use name=text for strings and name:=JSON for everything else (n:=5, tags:='[\"a\"]', by:=null). " +
	"Or give all values as one JSON object, as @FILE with such an object, or - for stdin."

// maxValues is the largest file of values, in bytes. The API accepts no more.
const maxValues = value.DefaultBytes

// readValues reads the values of records from arguments.
func readValues(sys *system, args []string) (value.Value, error) {
	if len(args) == 0 {
		return value.Value{}, &usageError{[]error{errors.New("no values given; write e.g. name=text or n:=5")}}
	}
	if first := args[0]; len(args) == 1 {
		switch {
		case first == "-":
			return readJSONFrom(sys.stdin, "stdin")
		case strings.HasPrefix(first, "@"):
			f, err := os.Open(first[1:])
			if err != nil {
				return value.Value{}, fault.As("cli.readValues", fault.NotFound, err, "cannot read %s: %v", first[1:], reason(err))
			}
			defer f.Close()
			return readJSONFrom(f, first[1:])
		case strings.HasPrefix(first, "{"), strings.HasPrefix(first, "["):
			return readJSONFrom(strings.NewReader(first), "the argument")
		}
	}
	var b value.ObjectBuilder
	for _, arg := range args {
		name, text, ok := strings.Cut(arg, "=")
		name, isJSON := strings.CutSuffix(name, ":")
		if !ok || name == "" {
			return value.Value{}, &usageError{[]error{fmt.Errorf("%q is not a value; write e.g. name=text or n:=5", arg)}}
		}
		v := value.String(text)
		if isJSON {
			var err error
			if v, err = value.Parse(text, value.Limits{}); err != nil {
				return value.Value{}, &usageError{[]error{fmt.Errorf("%s: the text after := is %w; write a string as %s=%s", arg, err, name, text)}}
			}
		}
		b.Set(name, v)
	}
	return b.Value(), nil
}

// readJSONFrom reads one JSON value.
func readJSONFrom(r io.Reader, name string) (value.Value, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxValues+1))
	if err != nil {
		return value.Value{}, fault.As("cli.readValues", fault.NotFound, err, "cannot read %s: %v", name, reason(err))
	}
	v, err := value.ParseBytes(text, value.Limits{})
	if err != nil {
		return value.Value{}, fault.As("cli.readValues", fault.Invalid, err, "%s is %v", name, err)
	}
	return v, nil
}
