package rule

import (
	"fmt"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/expr/compile"
	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/expr/template"
	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// Compile compiles a condition. If there are problems, the Condition must not be used.
func Compile(c *compile.Compiler, v value.Value) (Condition, []template.Problem) {
	w := &ruleReader{Compiler: c}
	return Condition{w.read(v, "", 0)}, w.problems
}

// Condition is a compiled condition. It is immutable and safe for concurrent use.
type Condition struct{ rule rule }

// Test reports whether the condition is true.
func (c Condition) Test(r *eval.Run) (bool, error) { return c.rule.test(r) }

// Value returns the result of Test as a JSON boolean.
func (c Condition) Value(r *eval.Run) (value.Value, error) {
	yes, err := c.rule.test(r)
	return value.Bool(yes), err
}

// rule is one node of a condition.
type rule interface {
	test(r *eval.Run) (bool, error)
}

type (
	allOf  []rule
	anyOf  []rule
	negate struct{ rule rule }
	always bool
	// expressionRule is an expression in place of a rule.
	expressionRule struct {
		program       eval.Program
		field, source string
	}
)

func (a allOf) test(r *eval.Run) (bool, error) {
	for _, each := range a {
		if yes, err := each.test(r); err != nil || !yes {
			return false, err
		}
	}
	return true, nil
}

func (a anyOf) test(r *eval.Run) (bool, error) {
	for _, each := range a {
		if yes, err := each.test(r); err != nil || yes {
			return yes, err
		}
	}
	return false, nil
}

func (n negate) test(r *eval.Run) (bool, error) {
	yes, err := n.rule.test(r)
	return !yes && err == nil, err
}

func (a always) test(*eval.Run) (bool, error) { return bool(a), nil }

func (e expressionRule) test(r *eval.Run) (bool, error) {
	v, err := e.program.Value(r)
	var yes bool
	if err == nil {
		yes, err = eval.Truth(v)
	}
	if err != nil {
		return false, &diag.FieldError{Field: e.field, Source: e.source, Cause: err}
	}
	return yes, nil
}

// ruleReader compiles a tree of rules and collects its problems.
type ruleReader struct {
	*compile.Compiler
	problems []template.Problem
	rules    int
}

func (w *ruleReader) report(at, format string, args ...any) rule {
	w.problems = append(w.problems, template.Problem{Path: at, Message: fmt.Sprintf(format, args...)})
	return always(false)
}

func (w *ruleReader) read(v value.Value, at string, nesting int) rule {
	w.rules++
	if w.rules > MaxRules || nesting > eval.MaxDepth {
		if w.rules > MaxRules+1 {
			return always(false) // already reported
		}
		return w.report(at, "a condition may have at most %d rules, nested at most %d deep", MaxRules, eval.MaxDepth)
	}
	switch v.Kind() {
	case value.KindString:
		s, _ := v.Str()
		return w.expressionRule(s, at)
	case value.KindBool:
		yes, _ := v.AsBool()
		return always(yes)
	case value.KindObject:
		return w.object(v, at, nesting)
	default:
		return w.report(at, "a condition is a tree of rules, such as {and: [{left: ..., op: equal, right: ...}]}, or an expression as a string")
	}
}

func (w *ruleReader) expressionRule(src, at string) rule {
	p, err := template.CompileExpression(w.Compiler, src)
	if err != nil {
		w.problems = append(w.problems, template.ProblemOf(at, src, err))
		return always(false)
	}
	if c, ok := p.(eval.Constant); ok {
		yes, err := eval.Truth(c.V)
		if err != nil {
			return w.report(at, "%s", err)
		}
		return always(yes)
	}
	return expressionRule{p, at, src}
}

func (w *ruleReader) object(v value.Value, at string, nesting int) rule {
	var names []string
	for name := range v.Members() {
		names = append(names, name)
	}
	w.checkNames(names, at)
	for _, group := range []string{"and", "or", "not"} {
		if !slices.Contains(names, group) {
			continue
		}
		if len(names) > 1 {
			return w.report(at, "%q must be alone in its object: put the other rules into its list", group)
		}
		return w.group(group, v.Get(group), template.Join(at, group), nesting+1)
	}
	if len(names) == 0 {
		return w.report(at, "this rule is empty; a rule is {left: ..., op: ..., right: ...}, {and: [...]}, {or: [...]} or {not: ...}")
	}
	return w.comparison(v, at)
}

func (w *ruleReader) group(name string, v value.Value, at string, nesting int) rule {
	if name == "not" {
		return negate{w.read(v, at, nesting)}
	}
	if v.Kind() != value.KindArray || v.Len() == 0 {
		return w.report(at, "%q takes a list with at least one rule", name)
	}
	var list []rule
	i := 0
	for element := range v.Elements() {
		list = append(list, w.read(element, fmt.Sprintf("%s[%d]", at, i), nesting))
		i++
	}
	if name == "and" {
		return allOf(list)
	}
	return anyOf(list)
}

// checkNames reports every name that a rule does not have.
func (w *ruleReader) checkNames(names []string, at string) {
	known := []string{"and", "or", "not", "left", "op", "right", "strict"}
	for _, name := range names {
		if slices.Contains(known, name) {
			continue
		}
		switch name {
		case "group", "calculations", "type":
			w.report(template.Join(at, name), "this is NocoBase's name; here a group is written {and: [...]} or {or: [...]}")
		case "calculator", "operands":
			w.report(template.Join(at, name), "this is NocoBase's name; here a rule is written {left: ..., op: ..., right: ...}")
		default:
			if near, ok := nearest.Name(name, known); ok {
				w.report(template.Join(at, name), "unknown field %q; did you mean %q?", diag.Clip(name), near)
			} else {
				w.report(template.Join(at, name), "unknown field %q; a rule has %s", diag.Clip(name), strings.Join(known, ", "))
			}
		}
	}
}
