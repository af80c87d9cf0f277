package document

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// labelName is the form of a label's name: a term of a query, label.NAME, needs no quotation marks for it.
const labelName = `^[a-z][a-z0-9_]{0,39}$`

// labels reads options.labels.
func (r *reader) labels(doc value.Value) (list []flow.LabelText) {
	const path = "options.labels"
	if doc.IsMissing() {
		return nil
	}
	if doc.Kind() != value.KindObject {
		r.problem(errorcode.WrongType, path, `must be an object of names and templates, as in labels: {customer: "{{$context.data.customer.id}}"}`)
		return nil
	}
	name := regexp.MustCompile(labelName)
	for key, v := range doc.Members() {
		at := decode.Join(path, key)
		text, isText := v.Str()
		switch {
		case !name.MatchString(key):
			r.problem(errorcode.Format, at, "a label's name has lower-case letters a-z, digits and underscores, begins with a letter, and has at most 40 characters")
		case !isText:
			r.problem(errorcode.WrongType, at, `must be a template such as "{{$context.data.customer.id}}", not `+v.Text())
		case strings.TrimSpace(text) == "":
			r.problem(errorcode.Empty, at, "is empty; leave the label out")
		default:
			list = append(list, flow.LabelText{Name: key, Text: text})
		}
	}
	if doc.Len() > flow.MaxLabels {
		r.problem(errorcode.Range, path, fmt.Sprintf("has %d labels; there may be at most %d", doc.Len(), flow.MaxLabels))
	}
	return list
}

// Labels are the compiled labels of a workflow, sorted by name.
type Labels []label

type label struct {
	name     string
	template *expr.Template
}

// labels compiles options.labels.
func (c *compiler) labels(list []flow.LabelText) Labels {
	all, problems := CompileLabels(list)
	c.problems = append(c.problems, problems...)
	return all
}

// CompileLabels compiles the labels of a workflow. A label knows the call alone ($context): no variables, whose secrets would
// be stored and listed, and nothing that changes when a call is made again.
func CompileLabels(list []flow.LabelText) (all Labels, problems []decode.Problem) {
	for _, l := range list {
		t, err := expr.Compile(l.Text, expr.Options{Roots: []string{"context"}})
		if err != nil {
			problems = append(problems, decode.Problem{Code: errorcode.Template, Path: "options.labels." + l.Name, Message: fault.Message(err)})
			continue
		}
		all = append(all, label{l.Name, t})
	}
	slices.SortFunc(all, func(a, b label) int { return strings.Compare(a.name, b.name) })
	return all, problems
}

// Of returns the labels of a call, sorted by name. A value that is null or empty gives no label. failed says of each
// label that could not be computed, why: such a label is left out, because a mistake in it must not lose the call.
func (l Labels) Of(call expr.Scope) (labels []flow.Label, failed []string) {
	for i := range l {
		v, err := l[i].template.Eval(call)
		if err != nil {
			failed = append(failed, "the label "+l[i].name+" could not be computed: "+fault.Message(err))
			continue
		}
		text, isText := v.Str()
		switch {
		case v.IsNull():
			continue
		case !isText:
			text = v.Text()
		}
		if text = flow.LabelValue(strings.ToValidUTF8(text, "\uFFFD")); text != "" {
			labels = append(labels, flow.Label{Name: l[i].name, Value: text})
		}
	}
	return labels, failed
}

// OfRequest is Of for a call that was not made at the front door: one that is replayed, or made by another workflow.
func (l Labels) OfRequest(r hook.Request) (labels []flow.Label, failed []string) {
	if len(l) == 0 {
		return nil, nil
	}
	call, err := body.Context(r)
	if err != nil {
		return nil, []string{"the labels could not be computed: " + fault.Message(err)}
	}
	return l.Of(recorded{&call})
}

// recorded is a call as templates see it.
type recorded struct{ call *hook.Context }

// Var returns a part of the call.
func (r recorded) Var(root, name string) (value.Value, error) {
	if root != "context" {
		return value.Value{}, nil
	}
	return body.Variable(r.call, name), nil
}
