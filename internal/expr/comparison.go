package expr

import (
	"strings"

	"hookline.dev/hookline/internal/nearest"
	"hookline.dev/hookline/internal/value"
)

// comparison is {left, op, right, strict}.
type comparison struct {
	left, right program
	holds       operator
	negated     bool // op is the notX of an X
	strict      bool
	pattern     *pattern // of matches
	field       string
}

// operator tests two values; strict turns off coercion between numbers and
// strings.
type operator func(r *run, c *comparison, left, right value.Value) (bool, error)

// ruleOperators are the names, in the order messages list them.
func ruleOperators() []string {
	return []string{
		"equal", "notEqual", "gt", "gte", "lt", "lte", "includes", "notIncludes", "startsWith", "notStartsWith",
		"endsWith", "notEndsWith", "empty", "notEmpty", "in", "notIn", "matches",
	}
}

// findOperator returns what a name means. The negative of an operator is false
// exactly where the operator is true.
func findOperator(name string) (holds operator, negated bool) {
	switch name {
	case "equal", "notEqual":
		return sameValue, name == "notEqual"
	case "gt":
		return inOrder(func(c int) bool { return c > 0 }), false
	case "gte":
		return inOrder(func(c int) bool { return c >= 0 }), false
	case "lt":
		return inOrder(func(c int) bool { return c < 0 }), false
	case "lte":
		return inOrder(func(c int) bool { return c <= 0 }), false
	case "includes", "notIncludes":
		return includes, name == "notIncludes"
	case "startsWith", "notStartsWith":
		return onStrings(strings.HasPrefix), name == "notStartsWith"
	case "endsWith", "notEndsWith":
		return onStrings(strings.HasSuffix), name == "notEndsWith"
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

func (c *comparison) test(r *run) (bool, error) {
	if err := r.step(1); err != nil {
		return false, err
	}
	left, err := c.left.value(r)
	if err != nil {
		return false, err
	}
	right, err := c.right.value(r)
	if err != nil {
		return false, err
	}
	yes, err := c.holds(r, c, left, right)
	if err != nil {
		return false, &fieldError{c.field, "", err}
	}
	return yes != c.negated, nil
}

// comparison compiles one rule.
func (w *ruleReader) comparison(v value.Value, at string) rule {
	c := &comparison{field: at}
	op, ok := v.Get("op").Str()
	if !ok {
		return w.complain(under(at, "op"), "a rule needs an op: %s", strings.Join(ruleOperators(), ", "))
	}
	if c.holds, c.negated = findOperator(op); c.holds == nil {
		if near, ok := nearest.Name(op, ruleOperators()); ok {
			return w.complain(under(at, "op"), "unknown operator %q; did you mean %q?", clip(op), near)
		}
		return w.complain(under(at, "op"), "unknown operator %q; there are %s", clip(op), strings.Join(ruleOperators(), ", "))
	}
	if strict := v.Get("strict"); !strict.IsMissing() {
		if c.strict, ok = strict.AsBool(); !ok {
			w.complain(under(at, "strict"), "strict is true or false")
		}
	}
	left, right := v.Get("left"), v.Get("right")
	if left.IsMissing() {
		w.complain(under(at, "left"), "a rule needs a left side, such as {{$context.data.ref}}")
	}
	w.checkRight(op, right, under(at, "right"))
	c.left = w.side(left, under(at, "left"))
	c.right = w.side(right, under(at, "right"))
	if op == "matches" {
		c.pattern = w.patternOf(c.right, under(at, "right"))
	}
	return c
}

func (w *ruleReader) side(v value.Value, at string) program {
	p, problems := w.tree(v, at)
	w.problems = append(w.problems, problems...)
	return p
}

// checkRight reports a right side that the operator cannot take.
func (w *ruleReader) checkRight(op string, right value.Value, at string) {
	switch op {
	case "empty", "notEmpty":
		if !right.IsMissing() {
			w.complain(at, "%s takes no right side", op)
		}
	case "in", "notIn":
		isTemplate := right.Kind() == value.KindString && strings.Contains(right.Text(), "{{")
		if right.Kind() != value.KindArray && !isTemplate {
			w.complain(at, "%s takes a list on the right, such as [a, b]", op)
		}
	default:
		if right.IsMissing() {
			w.complain(at, "%s needs a right side; to compare with nothing write null", op)
		}
	}
}

// patternOf compiles the pattern of matches, which must be written out.
func (w *ruleReader) patternOf(right program, at string) *pattern {
	c, ok := right.(constant)
	src, isText := "", false
	if ok {
		src, isText = c.v.Str()
	}
	if !isText {
		w.complain(at, "matches takes a regular expression (RE2) that is written out, without variables")
		return nil
	}
	p, err := compilePattern(src)
	if err != nil {
		w.complain(at, "%s", err)
	}
	return p
}
