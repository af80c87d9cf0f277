package script

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/node"
	sandbox "hookline.dev/hookline/internal/script"
)

// checkTime bounds the check of one source. A source that takes longer is not refused for it.
const checkTime = 10 * time.Second

// Checker is a Runner that can compile a source without running it; *script.Pool is one. The error is
// an *script.Error.
type Checker interface {
	Check(ctx context.Context, source string) error
}

// checkSource finds what no data can change.
func (k kind) checkSource(r *node.Reader, source string) {
	if source == "" {
		return
	}
	if at := regexp.MustCompile(`\{\{\s*\$[a-zA-Z]\w*\.`).FindStringIndex(source); at != nil {
		line := 1 + strings.Count(source[:at[0]], "\n")
		r.Problem("source", fmt.Sprintf("holds a template in line %d, which a script does not replace; read context.data, nodes.<key> or env.<NAME> instead", line))
		return
	}
	var end *sandbox.Error
	if errors.As(k.compile(source), &end) && (end.Kind == sandbox.Syntax || end.Kind == sandbox.TooLarge) {
		r.Problem("source", "does not compile: "+end.Error())
	}
}

// compile has the source compiled: in a worker where there are some, else in this process. Any other
// end than a broken source is no reason to refuse the document: it shows when the node runs.
func (k kind) compile(source string) error {
	if k.runner == nil {
		return sandbox.Check(source)
	}
	if c, ok := k.runner.(Checker); ok {
		ctx, cancel := context.WithTimeout(context.Background(), checkTime)
		defer cancel()
		return c.Check(ctx, source)
	}
	return nil
}

// checkEnv checks that the names have the form of variables.
func checkEnv(r *node.Reader, names []string) {
	form := regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)
	for i, name := range names {
		at := decode.Join("env", decode.Index(i))
		switch {
		case strings.Contains(name, "$env."):
			r.Problem(at, "takes the name alone: write TOKEN for {{$env.TOKEN}}")
		case !form.MatchString(name):
			r.Problem(at, decode.Quote(name)+" is not a valid variable name; names have letters, digits and _")
		case slices.Contains(names[:i], name):
			r.Problem(at, decode.Quote(name)+" stands twice; keep one")
		}
	}
}
