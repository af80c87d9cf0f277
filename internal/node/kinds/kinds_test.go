package kinds_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/node/kinds"
)

func TestEveryTypeOfTheReferenceAndNocoBasesNamesAreFound(t *testing.T) {
	want := map[string]string{
		"condition": "condition", "switch": "switch", "multi-conditions": "switch", "set": "set",
		"variable": "variable", "calculate": "calculate", "calculation": "calculate",
		"loop": "loop", "parallel": "parallel", "record.create": "record.create", "create": "record.create",
		"record.update": "record.update", "update": "record.update", "record.delete": "record.delete", "destroy": "record.delete",
		"record.find": "record.find", "query": "record.find", "record.aggregate": "record.aggregate", "aggregate": "record.aggregate", "script": "script", "javascript": "script",
		"response": "response", "output": "output", "end": "end", "fail": "fail", "delay": "delay",
	}
	set := kinds.Set(kinds.Deps{})
	have := make(map[string]string)
	for _, name := range set.Names() {
		have[name] = set.Find(name).Info().Type
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Error(diff)
	}
}
