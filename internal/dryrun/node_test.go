package dryrun_test

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/dryrun"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

const single = `
workflow: w
trigger: {auth: none}
nodes:
  - {key: find, type: record.find, config: {collection: people}}
  - key: each
    type: loop
    config: {over: "{{$nodes.find}}"}
    branches:
      do:
        - {key: save, type: record.create, config: {collection: people, values: {email: "{{$scopes.each.item.email}}", age: "{{$context.data.age}}"}}}
        - {key: call, type: request, config: {url: "{{$env.BASE}}/x", headers: {X-Token: "{{$env.TOKEN}}"}}}
  - {key: tell, type: notify, config: {channel: team, text: "{{$nodes.find[0].email}}"}}
`

func TestANodeRunsAlone(t *testing.T) {
	f := newFixture(t)
	vars := dryrun.Variables{
		Context: value.Trusted(`{"data":{"age":5}}`), Nodes: value.Trusted(`{"find":[{"email":"ada@example.com"}]}`),
		Scopes: value.Trusted(`{"each":{"item":{"email":"new@example.com"},"index":0}}`),
	}
	run := func(key string, v dryrun.Variables) dryrun.NodeReport {
		t.Helper()
		before := f.contents()
		out, err := f.RunNode(t.Context(), dryrun.NodeTest{Workflow: f.workflow(single), Node: key, Variables: v, Answers: []dryrun.Answer{{Status: 201}}})
		if err != nil || f.contents() != before {
			t.Fatalf("%s: %v", key, err)
		}
		return out
	}
	same(t, "created", run("save", vars).Result.Get("email").Text(), `"new@example.com"`)
	vars.Scopes = value.Trusted(`{"each":{"item":{"email":"ada@example.com"}}}`)
	if out := run("save", vars); out.Error == nil || out.Error.Code != collection.CodeUnique || out.Input.Get("values").Get("age").Text() != "5" {
		t.Errorf("a violation is %+v", out)
	}
	vars.Context = value.Trusted(`{"body":{"age":"x"}}`)
	if out := run("save", vars); out.Error == nil || out.Error.Code != collection.CodeFormat && out.Error.Code != collection.CodeType {
		t.Errorf("a wrong type is %+v", out.Error)
	}
	out := run("call", vars)
	if out.Error != nil || len(out.Effects) != 1 || out.Effects[0].Status != 201 || strings.Contains(out.Input.Text(), "a-long") {
		t.Errorf("a request is %+v", out)
	}
	same(t, "found", run("find", vars).Result.Get("age").Text(), "36")
	same(t, "message", run("tell", vars).Effects[0].Message.Text, `ada\@example\.com`)
	same(t, "loop", run("each", vars).Input.Get("over").At(0).Get("email").Text(), `"ada@example.com"`)
	_, err := f.RunNode(t.Context(), dryrun.NodeTest{Workflow: f.workflow(single), Node: "svae"})
	if !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "did you mean save?") {
		t.Errorf("error is %v", err)
	}
	if _, err := f.RunNode(t.Context(), dryrun.NodeTest{Workflow: f.workflow(single), Node: "save", Real: true, Variables: dryrun.Variables{
		Scopes: value.Trusted(`{"each":{"item":{"email":"real@example.com"}}}`),
	}}); err != nil || !strings.Contains(f.contents(), "real@example.com") {
		t.Errorf("in earnest: %v", err)
	}
}

func TestTextsAreEvaluated(t *testing.T) {
	f := newFixture(t)
	vars := dryrun.Variables{Context: value.Trusted(`{"data":{"customer":{"id":7,"total":1.50},"ref":"main"}}`), Nodes: value.Trusted(`{"find":{"email":"x"}}`)}
	for name, c := range map[string]struct {
		form                          dryrun.Form
		text, value, failure, nearest string
	}{
		"a path keeps its text":     {dryrun.Template, `"{{$context.data.customer.total}}"`, "1.50", "", ""},
		"mixed text":                {dryrun.Template, `"{{ $context.data.ref }} of {{$nodes.find.email}}"`, `"main of x"`, "", ""},
		"a tree":                    {dryrun.Template, `{"a":["{{$context.data.customer.id}}"]}`, `{"a":[7]}`, "", ""},
		"an expression":             {dryrun.Expression, `"$context.data.customer.id + 1"`, "8", "", ""},
		"a filter":                  {dryrun.Filter, `"$context.data.ref == 'main'"`, "true", "", ""},
		"rules":                     {dryrun.When, `{"and":[{"left":"{{$context.data.ref}}","op":"equal","right":"x"}]}`, "false", "", ""},
		"a wrong path":              {dryrun.Template, `"{{$context.data.costumer.id}}"`, "null", "", "$context.data.customer.id"},
		"a wrong node":              {dryrun.Template, `"{{$nodes.fnid.email}}"`, "null", "", "$nodes.find.email"},
		"a wrong member of context": {dryrun.Template, `"{{$context.dat.ref}}"`, "null", "", "$context.data.ref"},
		"a wrong member of system":  {dryrun.Template, `"{{$system.nwo}}"`, "null", "", "$system.now"},
		"a wrong root":              {dryrun.Template, `"{{$contxt.data}}"`, "", "did you mean $context?", ""},
		"a syntax error":            {dryrun.Expression, `"1 +"`, "", "at character", ""},
		"an error of the data":      {dryrun.Expression, `"$context.data.ref + 1"`, "", "", ""},
		"a secret":                  {dryrun.Template, `"{{$env.TOKEN}}"`, `"[secret]"`, "", ""},
	} {
		out, err := f.Evaluate(dryrun.Evaluation{Form: c.form, Text: value.Trusted(c.text), Variables: vars})
		nearest := ""
		for _, r := range out.Reads {
			nearest += r.Nearest
		}
		if err != nil || out.Value.Text() != c.value && c.value != "" || !strings.Contains(out.Error, c.failure) || (c.value == "") != (out.Error != "") || nearest != c.nearest {
			t.Errorf("%s: %+v, %s, error %v", name, out, out.Value.Text(), err)
		}
	}
	if _, err := f.Evaluate(dryrun.Evaluation{Form: "poem", Text: value.String("x")}); !fault.Is(err, fault.Invalid) {
		t.Errorf("error is %v", err)
	}
}
