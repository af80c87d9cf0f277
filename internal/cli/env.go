package cli

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/value"
)

type envCmd struct {
	Ls  envLs  `cmd:"" help:"List variables and secrets, and where they are used."`
	Set envSet `cmd:"" help:"Create or replace a variable or secret."`
	Rm  envRm  `cmd:"" help:"Delete a variable or secret that nothing uses."`
}

type envLs struct {
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (envLs) Help() string {
	return "The value of a secret is never shown. A variable of the server's environment, HOOKLINE_ENV_NAME, goes before a stored one."
}

// Run lists the variables.
func (c *envLs) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	var page rawPage
	if err := server.get("/api/variables", nil, &page); err != nil {
		return err
	}
	const none = "No variables. Set one: hookline env set NAME"
	return printItems(sys, c.jsonFlag, page.Items, none, []string{"NAME", "KIND", "VALUE", "CHANGED", "BY", "USED BY"}, func(x api.Variable) []string {
		return []string{x.Name, x.Kind, variableValue(x), sys.when(x.UpdatedAt), x.UpdatedBy, variableUsers(x)}
	})
}

// variableValue describes the value of a variable.
func variableValue(x api.Variable) string {
	switch {
	case x.Overridden:
		return "overridden by the environment"
	case x.Source == "environment":
		return "from the environment"
	case x.Problem != "":
		return x.Problem
	case x.Kind == "plain":
		return x.Value
	default:
		return "set"
	}
}

// variableUsers lists the workflows and channels that use a variable, each once.
func variableUsers(x api.Variable) string {
	var names []string
	seen := make(map[string]bool)
	for _, u := range x.UsedBy {
		name := u.Workflow
		if u.Draft {
			name += " (draft)"
		}
		if u.Channel != "" {
			name = "channel " + u.Channel
		}
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

type envSet struct {
	Name  string  `arg:"" help:"Name, as in {{$env.NAME}}."`
	Value *string `arg:"" optional:"" help:"Value. Default: it is read from stdin, or asked for on a terminal."`
	Plain bool    `name:"plain" help:"Not a secret: its value is shown, not masked, and may be used in any field of a node."`
	clientFlags
}

// Help explains the verb.
func (envSet) Help() string {
	return "A change takes effect at once. Give a secret on stdin, as in hookline env set TOKEN < file; a trailing newline is removed. " +
		"A secret on the command line is in the history of the shell, and every user of this machine can see it while the command runs."
}

// Run sets a variable.
func (c *envSet) Run(sys *system) error {
	text, err := c.text(sys)
	if err != nil {
		return err
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	kind := "secret"
	if c.Plain {
		kind = "plain"
	}
	var body value.ObjectBuilder
	body.Set("kind", value.String(kind)).Set("value", value.String(text))
	var done api.Variable
	if err := server.send(http.MethodPut, "/api/variables/"+url.PathEscape(c.Name), nil, body.Value(), &done); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "%s: set (%s)\n", clip(done.Name, 100), done.Kind)
	if done.Overridden {
		fmt.Fprintln(sys.stderr, "The environment of the server has HOOKLINE_ENV_"+clip(done.Name, 100)+", which goes before it.")
	} else if done.Problem != "" {
		fmt.Fprintln(sys.stderr, cleanText(done.Problem))
	}
	return nil
}

// text returns the value: the argument, what is typed, or stdin.
func (c *envSet) text(sys *system) (string, error) {
	if c.Value != nil {
		if !c.Plain {
			fmt.Fprintln(sys.stderr, "Warning: a secret on the command line is in the shell's history and visible to other users; give it on stdin.")
		}
		return *c.Value, nil
	}
	text, err := sys.secret("Value of " + clip(c.Name, 100))
	if err == nil && text == "" {
		return "", &usageError{[]error{errors.New("stdin is empty: give the value on stdin")}}
	}
	return text, err
}

type envRm struct {
	Name string `arg:"" help:"Name of the variable."`
	clientFlags
}

// Run deletes a variable.
func (c *envRm) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	if err := server.send(http.MethodDelete, "/api/variables/"+url.PathEscape(c.Name), nil, value.Value{}, nil); err != nil {
		return err
	}
	fmt.Fprintf(sys.stdout, "%s: deleted\n", clip(c.Name, 100))
	return nil
}
