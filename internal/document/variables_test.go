package document

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/value"
)

func TestUsesOfVariablesAreFoundInEveryText(t *testing.T) {
	doc := value.Trusted(`{"trigger":{"auth":{"basic":{"username":"octo","password":"{{$env.PASSWORD}}"}},"filter":"$env.A == 1"},
		"nodes":[{"type":"loop","branches":{"do":[{"type":"script","config":{"env":["TOKEN","B"],"source":"return env.TOKEN"}}]}},
		{"type":"request","config":{"url":"https://x/{{$env.A}}{{$env.A}}/{{$env.B}}","headers":{"X {{$env.NAME}}":"env.C, $environment, {{ broken $env.D"}}}]}`)
	want := []VariableUse{
		{"TOKEN", "nodes[0].branches.do[0].config.env[0]"}, {"B", "nodes[0].branches.do[0].config.env[1]"},
		{"PASSWORD", "trigger.auth.basic.password"}, {"A", "trigger.filter"},
		{"A", "nodes[1].config.url"}, {"B", "nodes[1].config.url"}, {"NAME", `nodes[1].config.headers["X {{$env.NAME}}"]`},
	}
	if diff := cmp.Diff(want, VariableUses(doc)); diff != "" {
		t.Error(diff)
	}
}
