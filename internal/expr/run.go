package expr

import (
	"hookline.dev/hookline/internal/value"
)

// run is one evaluation: the variables found so far and what is left of the
// budget. It belongs to one goroutine.
type run struct {
	scope  Scope
	paths  []Path
	found  []value.Value // by slot; Missing: not looked up yet
	locals []any         // of expressions: let variables, # and #acc
	opened []openedArray
	limits Limits // what is left
}

func (t *Template) newRun(s Scope) *run {
	r := &run{scope: s, paths: t.paths, limits: t.limits}
	if roomy, ok := s.(Roomy); ok && roomy.RenderLimit() > 0 {
		r.limits.Output = roomy.RenderLimit()
	}
	if len(t.paths) > 0 {
		r.found = make([]value.Value, len(t.paths))
	}
	if t.locals > 0 {
		r.locals = make([]any, t.locals)
	}
	return r
}

// lookup follows a path once in a run.
func (r *run) lookup(slot int) (value.Value, error) {
	if v := r.found[slot]; !v.IsMissing() {
		return v, nil
	}
	v, err := r.paths[slot].find(r.scope)
	if err != nil {
		return value.Value{}, err
	}
	r.found[slot] = v
	return v, nil
}

// bytesPerStep converts bytes that are read into steps.
const bytesPerStep = 32

// step charges n steps.
func (r *run) step(n int) error {
	if r.limits.Steps -= n; r.limits.Steps < 0 {
		return exhausted("this takes too many steps and was stopped; filter the data first or use a script")
	}
	return nil
}

// read charges for looking through n bytes.
func (r *run) read(n int) error { return r.step(1 + n/bytesPerStep) }

// take charges n bytes of memory and the work of filling them.
func (r *run) take(n int) error {
	if r.limits.Memory -= n; n < 0 || r.limits.Memory < 0 {
		return exhausted("this takes too much memory and was stopped; filter the data first or use a script")
	}
	return r.read(n)
}

// fits checks the size of what is being rendered.
func (r *run) fits(n int) error {
	if n > r.limits.Output {
		return exhausted("the result is too large: a rendered template may have at most " + size(r.limits.Output))
	}
	return nil
}

func size(n int) string {
	if n >= 1<<20 && n%(1<<20) == 0 {
		return value.Int(int64(n>>20)).Text() + " MiB"
	}
	return value.Int(int64(n)).Text() + " bytes"
}
