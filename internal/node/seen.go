package node

import (
	"strconv"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/value"
)

// maxSeen is how many bytes of JSON of one variable the journal shows.
const maxSeen = 512

// Seen shows in the journal what a condition or an expression read: its variables by name. The zero
// Seen shows none.
type Seen struct{ variables []seenVariable }

type seenVariable struct {
	label string // `"$context.data.ref":`
	path  expr.Path
}

// NewSeen lists the variables of templates, each once, in the order of their first mention.
func NewSeen(templates ...*expr.Template) Seen {
	var s Seen
	known := make(map[string]bool)
	for _, t := range templates {
		if t == nil {
			continue
		}
		for _, path := range t.Refs() {
			if name := path.String(); !known[name] {
				known[name] = true
				s.variables = append(s.variables, seenVariable{string(value.AppendQuoted(nil, name)) + ":", path})
			}
		}
	}
	return s
}

// Append appends an object of the variables to dst. Of a large value it tells the size only.
func (s Seen) Append(dst []byte, scope expr.Scope) ([]byte, error) {
	dst = append(dst, '{')
	for i := range s.variables {
		v, err := s.variables[i].path.Lookup(scope)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, s.variables[i].label...)
		if text := v.Text(); len(text) <= maxSeen {
			dst = append(dst, text...)
		} else {
			dst = append(dst, `"[`...)
			dst = append(dst, v.Kind().String()...)
			dst = append(dst, " of "...)
			dst = strconv.AppendInt(dst, int64(len(text)), 10)
			dst = append(dst, ` bytes]"`...)
		}
	}
	return append(dst, '}'), nil
}
