package expr

import (
	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/expr/rule"
	"hookline.dev/hookline/internal/value"
)

// EvalBoolSeen is EvalBool, and also returns the values that were looked up, by index of Refs, even with an error. A
// variable that was not needed is Missing. A journal can thus show what the result is based on without a second
// lookup.
func (t *Template) EvalBoolSeen(s Scope) (yes bool, seen []value.Value, err error) {
	r := eval.NewRun(s, t.paths, t.locals, t.limits)
	if c, ok := t.program.(rule.Condition); ok {
		yes, err = c.Test(r)
	} else {
		var v value.Value
		if v, err = t.program.Value(r); err == nil {
			yes, err = eval.Truth(v)
		}
	}
	if err != nil {
		return false, r.Lookups(), diag.ToFault("expr.EvalBool", "", t.source, err)
	}
	return yes, r.Lookups(), nil
}
