package dryrun

import (
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// Form says how a text is read.
type Form string

// The forms.
const (
	Template   Form = "template"   // a text or any value with texts, with {{ }} in them
	Expression Form = "expression" // without braces
	Filter     Form = "filter"     // an expression that is true or false, as trigger.filter
	When       Form = "when"       // a tree of rules or an expression, as a condition's when
)

// Evaluation is one text that is tried.
type Evaluation struct {
	Form Form
	Text value.Value
	Variables
}

// Evaluated is what became of it. Values of $env are masked.
type Evaluated struct {
	Value value.Value // Missing if there is an error
	Error string      // why it cannot be read or computed
	Reads []Read      // in the order of their first mention
}

// Read is a path that a text reads.
type Read struct {
	Path  string
	Value value.Value // null if it does not exist
	// Missing says what does not exist and what is there instead; "" if the path leads to a value.
	Missing string
	Nearest string // the path that was probably meant, or ""
}

// Evaluate evaluates a text. What is wrong with the text is no error but a result.
func (t *Tester) Evaluate(e Evaluation) (Evaluated, error) {
	scope := &given{Variables: e.Variables, secrets: t.Secrets, clock: t.Clock, limit: t.Limits.TemplateOutput, hide: true}
	compiled, wrong, err := compileText(e.Form, e.Text)
	if err != nil {
		return Evaluated{}, err
	}
	if wrong != "" {
		return Evaluated{Error: wrong}, nil
	}
	var out Evaluated
	for _, path := range compiled.Refs() {
		out.Reads = append(out.Reads, scope.read(path))
	}
	if e.Form == Filter || e.Form == When {
		yes, err := compiled.EvalBool(scope)
		if err == nil {
			out.Value = value.Bool(yes)
		} else {
			out.Error = fault.Message(err)
		}
	} else if v, err := compiled.Eval(scope); err == nil {
		out.Value = v
	} else {
		out.Error = fault.Message(err)
	}
	return out, nil
}

// compileText compiles a text. wrong is what is wrong with it.
func compileText(form Form, text value.Value) (t *expr.Template, wrong string, err error) {
	options := expr.Options{Secrets: true}
	var problems []expr.Problem
	switch form {
	case Template:
		t, problems = expr.CompileValue(text, options)
	case When:
		t, problems = expr.CompileWhen(text, options)
	case Expression, Filter:
		source, ok := text.Str()
		if !ok {
			return nil, "", fault.Field("dryrun.Evaluate", "text", "must be a string")
		}
		options.Lenient = form == Filter
		t, err := expr.CompileExpression(source, options)
		if err != nil {
			return nil, fault.Message(err), nil
		}
		return t, "", nil
	default:
		return nil, "", fault.Field("dryrun.Evaluate", "form", "%q is not a form: use template, expression, filter or when", form)
	}
	if len(problems) == 0 {
		return t, "", nil
	}
	for _, p := range problems {
		if wrong != "" {
			wrong += "; "
		}
		if p.Path != "" {
			wrong += p.Path + ": "
		}
		wrong += p.Message
	}
	return nil, wrong, nil
}

// read reads one path.
func (g *given) read(path expr.Path) Read {
	r := Read{Path: path.String(), Value: value.Null()}
	if path.Root() == "env" {
		v, err := g.plain(path.Name())
		switch {
		case err != nil:
			r.Missing = fault.Message(err)
		case v.IsMissing():
			r.Missing = "the variable " + path.Name() + " is not set"
		default:
			r.Value = v
		}
		return r
	}
	if v, err := path.Lookup(g); err == nil {
		r.Value = v
	}
	gap, missing, err := path.Gap(g, g.names)
	switch {
	case err != nil:
		r.Missing = fault.Message(err)
	case missing:
		r.Missing = gap.Parent + " has no " + gap.Name
		if near, ok := gap.Nearest(); ok {
			r.Nearest = near.String()
		}
	}
	return r
}
