package expr

import "hookline.dev/hookline/internal/value"

// EvalBoolSeen is EvalBool, and returns also what was looked up on the way, by
// index of Refs: Missing for a variable that nobody asked for. So a journal can
// show what an answer rests on without looking everything up again.
func (t *Template) EvalBoolSeen(s Scope) (yes bool, seen []value.Value, err error) {
	r := t.newRun(s)
	if c, ok := t.program.(condition); ok {
		yes, err = c.rule.test(r)
	} else {
		var v value.Value
		if v, err = t.program.value(r); err == nil {
			yes, err = truth(v)
		}
	}
	if err != nil {
		return false, r.found, outward("expr.EvalBool", "", t.source, err)
	}
	return yes, r.found, nil
}
