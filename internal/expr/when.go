package expr

import (
	"fmt"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// CompileWhen reads a condition: a tree of rules ({and: [...]}, {or: [...]},
// {not: ...}, {left, op, right, strict}) or an expression as a string, which
// may also stand in the place of a rule. All problems are reported at once;
// with any of them the Template is nil. EvalBool evaluates it.
func CompileWhen(v value.Value, o Options) (*Template, []Problem) {
	w := &ruleReader{compiler: newCompiler(o)}
	root := w.read(v, "", 0)
	if len(w.problems) > 0 {
		return nil, w.problems
	}
	source := v.Text()
	if s, ok := v.Str(); ok {
		source = s
	}
	return w.template(source, condition{root}), nil
}

// condition is a compiled condition as a program.
type condition struct{ rule rule }

func (c condition) value(r *run) (value.Value, error) {
	yes, err := c.rule.test(r)
	return value.Bool(yes), err
}

// rule is one node of a condition.
type rule interface {
	test(r *run) (bool, error)
}

type (
	allOf  []rule
	anyOf  []rule
	negate struct{ rule rule }
	always bool
	// expressionRule is an expression in the place of a rule.
	expressionRule struct {
		program       program
		field, source string
	}
)

func (a allOf) test(r *run) (bool, error) {
	for _, each := range a {
		if yes, err := each.test(r); err != nil || !yes {
			return false, err
		}
	}
	return true, nil
}

func (a anyOf) test(r *run) (bool, error) {
	for _, each := range a {
		if yes, err := each.test(r); err != nil || yes {
			return yes, err
		}
	}
	return false, nil
}

func (n negate) test(r *run) (bool, error) {
	yes, err := n.rule.test(r)
	return !yes && err == nil, err
}

func (a always) test(*run) (bool, error) { return bool(a), nil }

func (e expressionRule) test(r *run) (bool, error) {
	v, err := e.program.value(r)
	var yes bool
	if err == nil {
		yes, err = truth(v)
	}
	if err != nil {
		return false, &fieldError{e.field, e.source, err}
	}
	return yes, nil
}

// ruleReader compiles a tree of rules and gathers its problems.
type ruleReader struct {
	*compiler
	problems []Problem
	rules    int
}

func (w *ruleReader) complain(at, format string, args ...any) rule {
	w.problems = append(w.problems, Problem{at, fmt.Sprintf(format, args...)})
	return always(false)
}

func (w *ruleReader) read(v value.Value, at string, nesting int) rule {
	w.rules++
	if w.rules > MaxRules || nesting > MaxDepth {
		if w.rules > MaxRules+1 {
			return always(false) // said already
		}
		return w.complain(at, "a condition may have at most %d rules, nested at most %d deep", MaxRules, MaxDepth)
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
		return w.complain(at, "a condition is a tree of rules, such as {and: [{left: ..., op: equal, right: ...}]}, or an expression as a string")
	}
}

func (w *ruleReader) expressionRule(src, at string) rule {
	p, err := w.bare(src)
	if err != nil {
		w.problems = append(w.problems, problem(at, src, err))
		return always(false)
	}
	if c, ok := p.(constant); ok {
		yes, err := truth(c.v)
		if err != nil {
			return w.complain(at, "%s", err)
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
			return w.complain(at, "%q stands alone: put the other rules into its list", group)
		}
		return w.group(group, v.Get(group), under(at, group), nesting+1)
	}
	if len(names) == 0 {
		return w.complain(at, "this rule is empty; a rule is {left: ..., op: ..., right: ...}, {and: [...]}, {or: [...]} or {not: ...}")
	}
	return w.comparison(v, at)
}

func (w *ruleReader) group(name string, v value.Value, at string, nesting int) rule {
	if name == "not" {
		return negate{w.read(v, at, nesting)}
	}
	if v.Kind() != value.KindArray || v.Len() == 0 {
		return w.complain(at, "%q takes a list with at least one rule", name)
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

// checkNames reports every name that no rule has.
func (w *ruleReader) checkNames(names []string, at string) {
	known := []string{"and", "or", "not", "left", "op", "right", "strict"}
	for _, name := range names {
		if slices.Contains(known, name) {
			continue
		}
		switch name {
		case "group", "calculations", "type":
			w.complain(under(at, name), "this is NocoBase's name; here a group is written {and: [...]} or {or: [...]}")
		case "calculator", "operands":
			w.complain(under(at, name), "this is NocoBase's name; here a rule is written {left: ..., op: ..., right: ...}")
		default:
			if near, ok := nearest.Name(name, known); ok {
				w.complain(under(at, name), "unknown field %q; did you mean %q?", clip(name), near)
			} else {
				w.complain(under(at, name), "unknown field %q; a rule has %s", clip(name), strings.Join(known, ", "))
			}
		}
	}
}
