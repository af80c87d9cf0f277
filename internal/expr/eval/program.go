package eval

import "hookline.dev/hookline/internal/value"

// Program is one compiled piece.
type Program interface {
	// Value never returns Missing.
	Value(r *Run) (value.Value, error)
}

// Constant is a value known when the template was compiled.
type Constant struct{ V value.Value }

// Value is the constant.
func (c Constant) Value(*Run) (value.Value, error) { return c.V, nil }

// Lookup is a path alone: the value is passed on as it is.
type Lookup int

// Value follows the path.
func (p Lookup) Value(r *Run) (value.Value, error) { return r.Lookup(int(p)) }

// LookupOr is {{ path:default }}.
type LookupOr struct {
	Slot     int
	Fallback value.Value
}

// Value follows the path, and is the fallback where that leads to null.
func (d LookupOr) Value(r *Run) (value.Value, error) {
	v, err := r.Lookup(d.Slot)
	if err == nil && v.IsNull() {
		v = d.Fallback
	}
	return v, err
}

// Computed is a compiled expression.
type Computed struct{ F Func }

// Value computes the expression.
func (e Computed) Value(r *Run) (value.Value, error) {
	x, err := e.F(r)
	if err != nil {
		return value.Value{}, err
	}
	return r.Output(x)
}
