package expr

import (
	"hookline.dev/hookline/internal/expr/compile"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/expr/template"
	"hookline.dev/hookline/internal/expr/variable"
)

// The types of this package's interface that sub-packages declare.
type (
	// Scope holds the variables of one execution.
	Scope = variable.Scope
	// Path refers to one variable, as in $context.data.ref.
	Path = variable.Path
	// Gap is the first part of a path that leads nowhere.
	Gap = variable.Gap
	// Options say what a template may use.
	Options = compile.Options
	// Limits lower the limits of one Eval.
	Limits = eval.Limits
	// Roomy is a Scope with its own limit on the output of one Eval.
	Roomy = eval.Roomy
	// Problem is one error in a config tree or a condition.
	Problem = template.Problem
)

// The limits of one Eval (SPEC §10). Limits can lower them.
const (
	MaxSteps  = eval.MaxSteps
	MaxMemory = eval.MaxMemory // bytes
	MaxOutput = eval.MaxOutput // bytes
)

// ParsePath parses exactly one path. Its root must exist; Options decide whether it may be used.
func ParsePath(src string) (Path, error) { return variable.Parse(src) }
