package schema

import (
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

// Schema is a compiled JSON Schema. It is immutable and safe for concurrent use.
type Schema struct {
	root *node
	work int // the limit for one check
}

// Violation is one place where the data does not fit the schema.
type Violation struct {
	Pointer string // RFC 6901; "" for the data itself
	Message string // without a full stop, for the sender of the data
}

// Check returns what is wrong with a schema, or nil if it can be used. Paths start inside the schema
// (properties.ref.type).
func Check(doc value.Value) []decode.Problem {
	_, problems := Compile(doc)
	return problems
}

// Compile compiles a schema. If there is any problem, the result is nil.
func Compile(doc value.Value) (*Schema, []decode.Problem) {
	if len(doc.Text()) > MaxBytes {
		return nil, []decode.Problem{{Message: "the schema is too long: at most 256 KiB of JSON"}}
	}
	r := reader{doc: doc}
	r.schema("", doc)
	raw := r.plain("", doc)
	if r.fatal {
		return nil, r.problems
	}
	root := r.load(raw)
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	c := compiler{doc: doc, nodes: make(map[source]*node)}
	s := &Schema{root: c.node(root), work: MaxWork}
	c.findCycles()
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	return s, nil
}

// Validate returns the violations of a value, in the order of the data, or nil if it fits. A value that costs more
// than MaxWork gets a single violation.
func (s *Schema) Validate(v value.Value) []Violation {
	r := run{work: s.work}
	fits := r.check(s.root, v, nil, nil)
	switch {
	case r.work < 0:
		return []Violation{{Message: "is too much to be checked: it has too many parts"}}
	case fits:
		return nil
	default:
		return r.found
	}
}
