package node_test

import (
	"errors"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// requestConfig is the config of a kind that sends secrets.
type requestConfig struct {
	URL     string             `json:"url"`
	Headers decode.Map[string] `json:"headers" secret:"true"`
	Auth    *struct {
		User     string `json:"user"`
		Password string `json:"password" secret:"true"`
	} `json:"auth"`
	Any value.Value `json:"any" secret:"true"`
}

func readRequest(config string) (node.Rendered, []decode.Problem) {
	var cfg requestConfig
	r := node.Read(value.Trusted(config), &cfg, node.About{})
	rendered := r.Template()
	_, problems := r.Done(nil)
	return rendered, problems
}

// variables are the values of $env.
type variables map[string]string

func (v variables) Lookup(name string) (string, bool) {
	text, ok := v[name]
	return text, ok
}

// callScope has only $context.data: rendering an input must not read a secret.
type callScope struct{ data value.Value }

func (s callScope) Var(root, name string) (value.Value, error) {
	if root == "env" {
		return value.Value{}, errors.New("a secret was rendered")
	}
	return s.data, nil
}

func TestASecretIsAReferenceUntilTheNodeRuns(t *testing.T) {
	for _, c := range []struct{ name, config, input, resolved string }{
		{
			"a whole text", `{"url":"u","auth":{"user":"{{$context.data}}","password":"{{$env.TOKEN}}"}}`,
			`{"url":"u","auth":{"user":"data","password":{"$secret":"{{$env.TOKEN}}"}}}`,
			`{"url":"u","auth":{"user":"data","password":"t0ken"}}`,
		},
		{
			"a part of a text, beside others", `{"headers":{"A":"{{$context.data}}","B":"Bearer {{ $env.TOKEN }}","C":"x"}}`,
			`{"headers":{"A":"data","B":{"$secret":"Bearer {{ $env.TOKEN }}"},"C":"x"}}`,
			`{"headers":{"A":"data","B":"Bearer t0ken","C":"x"}}`,
		},
		{
			"in lists and objects", `{"any":[1.50,{"a":["{{$env.TOKEN}}","{{$env.OTHER}}"]}]}`,
			`{"any":[1.50,{"a":[{"$secret":"{{$env.TOKEN}}"},{"$secret":"{{$env.OTHER}}"}]}]}`,
			`{"any":[1.50,{"a":["t0ken","0ther"]}]}`,
		},
		{"no secret", `{"url":"u","any":"{{$context.data}}"}`, `{"url":"u","any":"data"}`, `{"url":"u","any":"data"}`},
	} {
		rendered, problems := readRequest(c.config)
		if len(problems) > 0 {
			t.Errorf("%s: %v", c.name, problems)
			continue
		}
		input, err := rendered.Render(callScope{value.String("data")})
		if err != nil || input.Text() != c.input {
			t.Errorf("%s: rendered %s, %v", c.name, input, err)
		}
		in := node.Input{Value: input, Secrets: variables{"TOKEN": "t0ken", "OTHER": "0ther"}}
		if resolved, err := rendered.Resolve(in); err != nil || resolved.Text() != c.resolved {
			t.Errorf("%s: resolved to %s, %v", c.name, resolved, err)
		}
	}
}

// TestNobodyCanSendAReference renders data in which a sender has put a reference.
func TestNobodyCanSendAReference(t *testing.T) {
	rendered, problems := readRequest(`{"any":"{{$context.data}}","headers":{"A":"{{$env.TOKEN}}"}}`)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	input, err := rendered.Render(callScope{value.Trusted(`{"$secret":"{{$env.OTHER}}"}`)})
	if err != nil {
		t.Fatal(err)
	}
	resolved, err := rendered.Resolve(node.Input{Value: input, Secrets: variables{"TOKEN": "t0ken", "OTHER": "0ther"}})
	if err != nil || resolved.Text() != `{"any":{"$secret":"{{$env.OTHER}}"},"headers":{"A":"t0ken"}}` {
		t.Errorf("%s, %v", resolved, err)
	}
}

func TestASecretThatCannotBeComputedIsNotTold(t *testing.T) {
	for text, says := range map[string]string{
		"{{$env.GONE}}":         "auth.password: the variable GONE is not set",
		"{{ int($env.TOKEN) }}": "auth.password: the secret cannot be computed from its variables",
	} {
		rendered, problems := readRequest(`{"auth":{"password":"` + text + `"}}`)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		input, err := rendered.Render(callScope{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = rendered.Resolve(node.Input{Value: input, Secrets: variables{"TOKEN": "t0ken"}})
		var failure *node.Failure
		if !errors.As(err, &failure) || failure.Message != says || !failure.Final || strings.Contains(err.Error(), "t0ken") {
			t.Errorf("%s: %+v", text, err)
		}
	}
}

func TestSecretsAreRefusedWhereTheyCannotStand(t *testing.T) {
	for config, says := range map[string]string{
		`{"url":"{{$env.TOKEN}}"}`:                                  "url: at character 3: $env cannot be used here",
		`{"auth":{"user":"{{$env.TOKEN}}"}}`:                        "auth.user: at character 3: $env cannot be used here",
		`{"headers":{"{{$env.TOKEN}}":"a"}}`:                        "$env cannot be used here",
		`{"headers":{"A":"{{$env.TOKEN}}{{$context.data.x}}"}}`:     "headers.A: has a secret, so it can use $env only, not $context.data.x",
		`{"headers":{"A":"{{$env.TOKEN}}","{{$context.data}}":""}}`: "headers: has a secret and a template in a name",
		`{"any":"{{$env.TOKEN"}`:                                    "any: ",
	} {
		_, problems := readRequest(config)
		var all []string
		for _, p := range problems {
			all = append(all, p.Path+": "+p.Message)
		}
		if text := strings.Join(all, "\n"); len(problems) != 1 || !strings.Contains(text, says) {
			t.Errorf("%s: %q, want %q", config, text, says)
		}
	}
}
