package expr

import (
	"hookline.dev/hookline/internal/expr/compile"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/expr/template"
	"hookline.dev/hookline/internal/expr/variable"
)

// The types that belong to this package's interface and are declared where they are used.
type (
	// Scope holds the variables of one execution.
	Scope = variable.Scope
	// Path leads to one variable, as in $context.data.ref.
	Path = variable.Path
	// Options say what a template may use.
	Options = compile.Options
	// Limits lower the bounds on one Eval.
	Limits = eval.Limits
	// Roomy is a Scope with a bound of its own on what one Eval renders.
	Roomy = eval.Roomy
	// Problem is one thing wrong in a config tree or a condition.
	Problem = template.Problem
)

// The bounds of one Eval (SPEC §10), which Limits may lower.
const (
	MaxSteps  = eval.MaxSteps
	MaxMemory = eval.MaxMemory // bytes
	MaxOutput = eval.MaxOutput // bytes
)

// ParsePath reads one path and nothing else. Its root must exist; whether it may be used is for Options to
// say.
func ParsePath(src string) (Path, error) { return variable.Parse(src) }
