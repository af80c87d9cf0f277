package kinds_test

import (
	"testing"

	"hookline.dev/hookline/internal/node/kinds"
)

// TestNocoBasesNamesAreFound lists the names in workflows exported from NocoBase. It need not grow with our own
// kinds.
func TestNocoBasesNamesAreFound(t *testing.T) {
	set := kinds.Set(kinds.Deps{})
	for name, want := range map[string]string{
		"condition": "condition", "multi-conditions": "switch", "variable": "variable", "calculation": "calculate",
		"loop": "loop", "parallel": "parallel", "create": "record.create", "update": "record.update", "destroy": "record.delete",
		"query": "record.find", "aggregate": "record.aggregate", "javascript": "script", "response": "response",
		"request": "request", "output": "output", "end": "end", "delay": "delay",
	} {
		k := set.Find(name)
		if k == nil {
			t.Errorf("no kind has NocoBase's name %q", name)
		} else if got := k.Info().Type; got != want {
			t.Errorf("NocoBase's %q is %q, want %q", name, got, want)
		}
	}
}
