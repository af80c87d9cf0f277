package rule

import (
	"strings"

	"hookline.dev/hookline/internal/expr/diag"
	"hookline.dev/hookline/internal/expr/eval"
	"hookline.dev/hookline/internal/expr/template"
	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// comparison is {left, op, right, strict}.
type comparison struct {
	left, right eval.Program
	holds       operator
	negated     bool // op is a negated operator, such as notEqual
	strict      bool
	pattern     *eval.Pattern // only for matches
	field       string
}

// operator tests two values. comparison.strict turns off conversion between numbers and strings.
type operator func(r *eval.Run, c *comparison, left, right value.Value) (bool, error)

// ruleOperators returns the operator names in the order in which messages list them.
func ruleOperators() []string {
	return []string{
		"equal", "notEqual", "gt", "gte", "lt", "lte", "includes", "notIncludes", "startsWith", "notStartsWith",
		"endsWith", "notEndsWith", "empty", "notEmpty", "in", "notIn", "matches",
	}
}

// findOperator returns the operator with a name. A negated operator is false exactly where the plain one is true.
func findOperator(name string) (holds operator, negated bool) {
	switch name {
	case "equal", "notEqual":
		return equal, name == "notEqual"
	case "gt":
		return ordered(func(c int) bool { return c > 0 }), false
	case "gte":
		return ordered(func(c int) bool { return c >= 0 }), false
	case "lt":
		return ordered(func(c int) bool { return c < 0 }), false
	case "lte":
		return ordered(func(c int) bool { return c <= 0 }), false
	case "includes", "notIncludes":
		return includes, name == "notIncludes"
	case "startsWith", "notStartsWith":
		return stringTest(strings.HasPrefix), name == "notStartsWith"
	case "endsWith", "notEndsWith":
		return stringTest(strings.HasSuffix), name == "notEndsWith"
	case "empty", "notEmpty":
		return isEmpty, name == "notEmpty"
	case "in", "notIn":
		return isIn, name == "notIn"
	case "matches":
		return matchesPattern, false
	default:
		return nil, false
	}
}

func (c *comparison) test(r *eval.Run) (bool, error) {
	if err := r.Step(1); err != nil {
		return false, err
	}
	left, err := c.left.Value(r)
	if err != nil {
		return false, err
	}
	right, err := c.right.Value(r)
	if err != nil {
		return false, err
	}
	yes, err := c.holds(r, c, left, right)
	if err != nil {
		return false, &diag.FieldError{Field: c.field, Source: "", Cause: err}
	}
	return yes != c.negated, nil
}

// comparison compiles one rule.
func (w *ruleReader) comparison(v value.Value, at string) rule {
	c := &comparison{field: at}
	op, ok := v.Get("op").Str()
	if !ok {
		return w.report(template.Join(at, "op"), "a rule needs an op: %s", strings.Join(ruleOperators(), ", "))
	}
	if c.holds, c.negated = findOperator(op); c.holds == nil {
		if near, ok := nearest.Name(op, ruleOperators()); ok {
			return w.report(template.Join(at, "op"), "unknown operator %q; did you mean %q?", diag.Clip(op), near)
		}
		return w.report(template.Join(at, "op"), "unknown operator %q; there are %s", diag.Clip(op), strings.Join(ruleOperators(), ", "))
	}
	if strict := v.Get("strict"); !strict.IsMissing() {
		if c.strict, ok = strict.AsBool(); !ok {
			w.report(template.Join(at, "strict"), "strict is true or false")
		}
	}
	left, right := v.Get("left"), v.Get("right")
	if left.IsMissing() {
		w.report(template.Join(at, "left"), "a rule needs a left side, such as {{$context.data.ref}}")
	}
	w.checkRight(op, right, template.Join(at, "right"))
	c.left = w.side(left, template.Join(at, "left"))
	c.right = w.side(right, template.Join(at, "right"))
	if op == "matches" {
		c.pattern = w.patternOf(c.right, template.Join(at, "right"))
	}
	return c
}

func (w *ruleReader) side(v value.Value, at string) eval.Program {
	p, problems := template.CompileTree(w.Compiler, v, at)
	w.problems = append(w.problems, problems...)
	return p
}

// checkRight reports a right side that the operator cannot use.
func (w *ruleReader) checkRight(op string, right value.Value, at string) {
	switch op {
	case "empty", "notEmpty":
		if !right.IsMissing() {
			w.report(at, "%s has no right side", op)
		}
	case "in", "notIn":
		isTemplate := right.Kind() == value.KindString && strings.Contains(right.Text(), "{{")
		if right.Kind() != value.KindArray && !isTemplate {
			w.report(at, "%s takes a list on the right, such as [a, b]", op)
		}
	default:
		if right.IsMissing() {
			w.report(at, "%s needs a right side; to compare with nothing write null", op)
		}
	}
}

// patternOf compiles the pattern of matches, which must be a literal.
func (w *ruleReader) patternOf(right eval.Program, at string) *eval.Pattern {
	c, ok := right.(eval.Constant)
	src, isText := "", false
	if ok {
		src, isText = c.V.Str()
	}
	if !isText {
		w.report(at, "matches takes a regular expression (RE2) that is written out, without variables")
		return nil
	}
	p, err := eval.CompilePattern(src)
	if err != nil {
		w.report(at, "%s", err)
	}
	return p
}
