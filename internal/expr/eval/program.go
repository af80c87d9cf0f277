package eval

import "hookline.dev/hookline/internal/value"

// Program is a compiled piece of a template.
type Program interface {
	// Value computes the value. It never returns Missing.
	Value(r *Run) (value.Value, error)
}

// Constant is a value known at compile time.
type Constant struct{ V value.Value }

// Value returns the constant.
func (c Constant) Value(*Run) (value.Value, error) { return c.V, nil }

// Lookup is a single path, by slot. Its value is passed on unchanged.
type Lookup int

// Value looks up the path.
func (p Lookup) Value(r *Run) (value.Value, error) { return r.Lookup(int(p)) }

// LookupOr is {{ path:default }}.
type LookupOr struct {
	Slot     int
	Fallback value.Value
}

// Value looks up the path and returns the fallback if the result is null.
func (d LookupOr) Value(r *Run) (value.Value, error) {
	v, err := r.Lookup(d.Slot)
	if err == nil && v.IsNull() {
		v = d.Fallback
	}
	return v, err
}

// Computed is a compiled expression.
type Computed struct{ F Func }

// Value evaluates the expression and converts its result.
func (e Computed) Value(r *Run) (value.Value, error) {
	x, err := e.F(r)
	if err != nil {
		return value.Value{}, err
	}
	return r.Output(x)
}
