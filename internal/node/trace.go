package node

import (
	"strconv"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/value"
)

// maxTraced bounds the JSON of one variable in the journal, in bytes.
const maxTraced = 512

// Trace evaluates conditions and expressions, and records the variables that they read, by name, for the journal.
// It is immutable.
type Trace struct {
	templates []*expr.Template
	slots     [][]int  // by template and reference: the index of the variable
	labels    []string // by variable: `"$context.data.ref":`
	paths     []expr.Path
}

// NewTrace collects the variables of templates, each once, in the order of their first mention. It skips a nil
// template, which did not compile.
func NewTrace(templates ...*expr.Template) Trace {
	s := Trace{templates: templates, slots: make([][]int, len(templates))}
	known := make(map[string]int)
	for i, t := range templates {
		if t == nil {
			continue
		}
		for _, path := range t.Refs() {
			name := path.String()
			slot, ok := known[name]
			if !ok {
				slot = len(s.labels)
				known[name] = slot
				s.labels = append(s.labels, string(value.AppendQuoted(nil, name))+":")
				s.paths = append(s.paths, path)
			}
			s.slots[i] = append(s.slots[i], slot)
		}
	}
	return s
}

// Test evaluates the i-th template as a condition and records the values that it read. Pass nil as noted in the
// first call, and the previous result in later calls.
func (s *Trace) Test(i int, scope expr.Scope, noted []value.Value) (bool, []value.Value, error) {
	yes, found, err := s.templates[i].EvalBoolSeen(scope)
	if err != nil {
		return false, noted, err
	}
	if len(s.templates) == 1 {
		return yes, found, nil
	}
	if noted == nil {
		noted = make([]value.Value, len(s.labels))
	}
	for reference, slot := range s.slots[i] {
		if v := found[reference]; !v.IsMissing() {
			noted[slot] = v
		}
	}
	return yes, noted, nil
}

// Lookup reads all variables.
func (s *Trace) Lookup(scope expr.Scope) ([]value.Value, error) {
	noted := make([]value.Value, len(s.paths))
	for i := range s.paths {
		v, err := s.paths[i].Lookup(scope)
		if err != nil {
			return nil, err
		}
		noted[i] = v
	}
	return noted, nil
}

// Append appends an object of the recorded values to dst. For a large value it shows only kind and size.
func (s *Trace) Append(dst []byte, noted []value.Value) []byte {
	dst = append(dst, '{')
	first := true
	for i, v := range noted {
		if v.IsMissing() {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(dst, s.labels[i]...)
		if text := v.Text(); len(text) <= maxTraced {
			dst = append(dst, text...)
		} else {
			dst = append(dst, `"[`...)
			dst = append(dst, v.Kind().String()...)
			dst = append(dst, " of "...)
			dst = strconv.AppendInt(dst, int64(len(text)), 10)
			dst = append(dst, ` bytes]"`...)
		}
	}
	return append(dst, '}')
}
