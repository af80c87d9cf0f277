package eval

import (
	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/variable"
	"hookline.dev/hookline/internal/value"
)

// Run is one evaluation: the variables found so far and the rest of the budget. It belongs to one goroutine.
type Run struct {
	scope  variable.Scope
	paths  []variable.Path
	found  []value.Value // by slot; Missing: not looked up yet
	locals []any         // of expressions: let variables, # and #acc
	opened []openedArray
	limits Limits // the remaining budget
}

// NewRun starts an evaluation. paths are the variables by slot, and locals is the number of local variables. scope
// may be nil if there are no paths.
func NewRun(scope variable.Scope, paths []variable.Path, locals int, limits Limits) *Run {
	r := &Run{scope: scope, paths: paths, limits: limits}
	if roomy, ok := scope.(Roomy); ok && roomy.RenderLimit() > 0 {
		r.limits.Output = roomy.RenderLimit()
	}
	if len(paths) > 0 {
		r.found = make([]value.Value, len(paths))
	}
	if locals > 0 {
		r.locals = make([]any, locals)
	}
	return r
}

// Lookup returns the value of a path. It asks the Scope only once per Run.
func (r *Run) Lookup(slot int) (value.Value, error) {
	if v := r.found[slot]; !v.IsMissing() {
		return v, nil
	}
	v, err := r.paths[slot].Find(r.scope)
	if err != nil {
		return value.Value{}, err
	}
	r.found[slot] = v
	return v, nil
}

// BytesPerStep is the number of bytes read that cost one step.
const BytesPerStep = 32

// Step charges n steps.
func (r *Run) Step(n int) error {
	if r.limits.Steps -= n; r.limits.Steps < 0 {
		return diag.OverBudget("this takes too many steps and was stopped; filter the data first or use a script")
	}
	return nil
}

// Read charges for reading n bytes.
func (r *Run) Read(n int) error { return r.Step(1 + n/BytesPerStep) }

// Take charges n bytes of memory and the work of filling them.
func (r *Run) Take(n int) error {
	if r.limits.Memory -= n; n < 0 || r.limits.Memory < 0 {
		return diag.OverBudget("this takes too much memory and was stopped; filter the data first or use a script")
	}
	return r.Read(n)
}

// CheckOutput returns an error if n bytes exceed the output limit.
func (r *Run) CheckOutput(n int) error {
	if n > r.limits.Output {
		return diag.OverBudget("the result is too large: a rendered template may have at most " + size(r.limits.Output))
	}
	return nil
}

func size(n int) string {
	if n >= 1<<20 && n%(1<<20) == 0 {
		return value.Int(int64(n>>20)).Text() + " MiB"
	}
	return value.Int(int64(n)).Text() + " bytes"
}

// Func computes one node of an expression.
type Func func(*Run) (any, error)

// Roomy is a Scope with its own limit on the output of one Eval, in bytes. Below 1, Limits.Output applies.
type Roomy interface{ RenderLimit() int }

// Lookups returns the values that were looked up, by slot. A variable that was not needed is Missing.
func (r *Run) Lookups() []value.Value { return r.found }

// Local returns the value of a local variable of an expression.
func (r *Run) Local(slot int) any { return r.locals[slot] }

// SetLocal sets a local variable of an expression.
func (r *Run) SetLocal(slot int, x any) { r.locals[slot] = x }

// Memory returns how many bytes the Run may still request.
func (r *Run) Memory() int { return r.limits.Memory }
