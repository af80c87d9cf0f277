package expr

import (
	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/expr/rule"
	"hookline.dev/hookline/internal/value"
)

// EvalBoolSeen is EvalBool, and returns also what was looked up on the way, by
// index of Refs: Missing for a variable that nobody asked for. So a journal can
// show what an answer rests on without looking everything up again.
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
