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

// checkTime bounds the check of one source. A source whose check takes longer is not refused for that.
const checkTime = 10 * time.Second

// Checker is a Runner that can compile a source without running it, such as *script.Pool. The error is a
// *script.Error.
type Checker interface {
	Check(ctx context.Context, source string) error
}

// checkSource reports templates and syntax errors in the source.
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

// compile compiles the source in a worker, or in this process if there is no runner. checkSource refuses a document
// only for a broken source. Other errors appear when the node runs.
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

// checkEnv checks that the names are valid variable names and unique.
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
			r.Problem(at, decode.Quote(name)+" is given twice; keep one")
		}
	}
}
