package ingress

import (
	"strings"
	"testing"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

func TestAnExplanationSaysWhatTheDataComesTo(t *testing.T) {
	strict := func(tr *flow.Trigger) {
		tr.Schema, tr.Filter = json(`{"properties":{"id":{"type":"integer"}}}`), `($context.data.id ?? 0) > 5`
		tr.Dedupe = flow.Dedupe{Key: "{{$context.data.id}}", Required: true}
	}
	h := build(t, nil, workflow("strict", strict), workflow("open"), workflow("off", func(tr *flow.Trigger) { tr.Dedupe.Off = true }))
	for _, c := range []struct {
		name, target, content string
		headers               []hook.Header
		want                  string
	}{
		{"all is well", "strict", `{"id":7}`, nil, "schema: ; filter: ; dedupe: the key is 7"},
		{"nothing is", "strict", `{"id":null}`, nil, "schema no: the data does not match the schema: /id must be an integer, not null; filter no: the filter rejected the call; nothing ran; dedupe no: the dedupe key is required and empty: {{$context.data.id}}"},
		{"a text where the filter wants a number", "strict", `{"id":"x"}`, nil, "schema no: the data does not match the schema: /id must be an integer, not a string; filter no: the filter rejected the call; nothing ran; dedupe: the key is x"},
		{"no JSON", "strict", `{`, nil, "decode no: body: it is not valid JSON"},
		{"a body that is gone", "strict", ``, []hook.Header{{Name: "Content-Length", Value: "9"}}, "decode no: the body is not recorded"},
		{"nothing is asked", "open", `{}`, nil, ""},
		{"a key of the sender's", "open", `{}`, []hook.Header{{Name: "idempotency-key", Value: `"k"`}}, "dedupe: the key is k"},
		{"keys are off", "off", `{`, []hook.Header{{Name: "idempotency-key", Value: `"k"`}}, ""},
	} {
		d := hook.Delivery{Request: hook.Request{Method: "POST", Path: "/api/webhooks/" + c.target, ContentType: "application/json", Headers: c.headers, Body: []byte(c.content)}}
		var got []string
		for _, v := range h.Explain(t.Context(), d, nil).Today {
			name := v.Gate
			if !v.Passed {
				name += " no"
			}
			got = append(got, name+": "+v.Detail)
		}
		if text := strings.Join(got, "; "); !strings.HasPrefix(text, c.want) || c.want == "" && text != "" {
			t.Errorf("%s: %s, want %s", c.name, text, c.want)
		}
	}
	if len(h.door.noted)+len(h.door.accepted)+len(h.engine.calls) > 0 {
		t.Error("something was recorded or ran")
	}
}
