package document_test

import (
	"testing"
	"testing/fstest"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/errorcode"
)

// TestProblemsHaveCodesOfTheCatalogue checks documents that are wrong in different ways.
func TestProblemsHaveCodesOfTheCatalogue(t *testing.T) {
	const head = "workflow: w\ntrigger: {type: webhook, auth: none}\n"
	cases := []struct{ name, text, path, code string }{
		{"no YAML", "workflow: [", "", errorcode.Syntax},
		{"a key twice", head + "title: a\ntitle: b\nnodes: []", "title", errorcode.Duplicate},
		{"an unknown field", head + "nodez: []\nnodes: []", "nodez", errorcode.UnknownName},
		{"a missing field", head + "nodes: [{type: end}]", "nodes[0].key", errorcode.Required},
		{"another type", head + "nodes: {}", "nodes", errorcode.WrongType},
		{"out of range", head + "options: {concurrency: {limit: -1}}\nnodes: []", "options.concurrency.limit", errorcode.Range},
		{"an expression that is none", "workflow: w\ntrigger: {type: webhook, auth: none, filter: 'a =='}\nnodes: []", "trigger.filter", errorcode.Expression},
		{"a schedule", "workflow: w\ntrigger: {type: schedule}\nnodes: []", "trigger.type", errorcode.Unsupported},
		{"a gate that proves nothing", "workflow: w\ntrigger: {type: webhook, auth: {any: [{}, {basic: {username: a, password: b}}]}}\nnodes: []", "trigger.auth.any[0]", errorcode.Insecure},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, problems := document.Load(fstest.MapFS{"a.yaml": {Data: []byte(c.text)}}, "", fakes())
			for _, p := range problems {
				if _, ok := errorcode.Find(errorcode.Document, p.Code); p.Code != "" && !ok {
					t.Errorf("the code %q is not in the catalogue", p.Code)
				}
				if p.Path == c.path && p.Code == c.code {
					return
				}
			}
			t.Errorf("no problem %s at %s: %+v", c.code, c.path, problems)
		})
	}
}
