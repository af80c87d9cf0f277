package script

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	sandbox "hookline.dev/hookline/internal/script"
)

// checkSource finds what needs no engine to be found. Syntax errors show when the node first runs.
func checkSource(r *node.Reader, source string) {
	if len(source) > sandbox.MaxSource {
		r.Problem("source", fmt.Sprintf("has %d bytes; a script may have %d", len(source), sandbox.MaxSource))
	}
	if at := regexp.MustCompile(`\{\{\s*\$[a-zA-Z]\w*\.`).FindStringIndex(source); at != nil {
		line := 1 + strings.Count(source[:at[0]], "\n")
		r.Problem("source", fmt.Sprintf("holds a template in line %d, which a script does not replace; read context.data, nodes.<key> or env.<NAME> instead", line))
	}
}

// checkEnv holds the names against the form of variables.
func checkEnv(r *node.Reader, names []string) {
	form := regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)
	for i, name := range names {
		at := decode.Join("env", decode.Index(i))
		switch {
		case strings.Contains(name, "$env."):
			r.Problem(at, "takes the name alone: write TOKEN for {{$env.TOKEN}}")
		case !form.MatchString(name):
			r.Problem(at, decode.Quote(name)+" is no name of a variable; names have letters, digits and _")
		case slices.Contains(names[:i], name):
			r.Problem(at, decode.Quote(name)+" stands twice; keep one")
		}
	}
}
