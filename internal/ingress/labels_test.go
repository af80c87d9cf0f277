package ingress

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
)

func TestALabelIsComputedWhenTheCallIsAccepted(t *testing.T) {
	for _, mode := range []flow.Mode{flow.Async, flow.Sync} {
		wf := workflow("a", tokenHeader, func(tr *flow.Trigger) { tr.Mode = mode })
		wf.Options.Labels = []flow.LabelText{
			{Name: "number", Text: "{{$context.data.n}}"}, {Name: "customer", Text: "c-{{$context.data.customer.id}}"}, {Name: "missing", Text: "{{$context.data.x}}"},
			{Name: "empty", Text: "{{$context.data.empty}}"}, {Name: "long", Text: "{{$context.data.long}}"}, {Name: "wrong", Text: "{{int($context.data.customer)}}"},
			{Name: "secret", Text: "{{$context.headers.x-other}}"},
		}
		h := build(t, nil, wf)
		h.engine.result <- flow.Execution{Status: flow.Succeeded}
		resp := h.serve(request("POST", "/api/webhooks/a", `{"n":1.50,"customer":{"id":42},"empty":"","long":"`+strings.Repeat("é", 300)+`"}`,
			"Content-Type: application/json", "X-Gitlab-Token: "+tokenValue, "X-Other: "+tokenValue))
		if resp.status != 200 || len(h.door.accepted) != 1 {
			t.Fatalf("%s: %d: %s", mode, resp.status, resp.text)
		}
		a := h.door.accepted[0]
		want := []flow.Label{
			{Name: "customer", Value: "c-42"}, {Name: "long", Value: strings.Repeat("é", 199) + "…"}, {Name: "number", Value: "1.50"}, {Name: "secret", Value: "[secret]"},
		}
		if diff := cmp.Diff(want, a.Execution.Labels); diff != "" {
			t.Errorf("%s: labels (-want +got):\n%s", mode, diff)
		}
		if d := a.Delivery; d.Outcome != hook.Accepted || !strings.HasPrefix(d.Reason, "the label wrong could not be computed: ") || strings.Count(d.Reason, "could not be computed") != 1 {
			t.Errorf("%s: the note is %q", mode, d.Reason)
		}
	}
}
