package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/script"
)

// The exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// workerVerb starts a script process of the server. It is not for people, so it is not in the grammar, and a
// worker does not need to build a parser.
const workerVerb = "script-worker"

// Main runs one command and returns its exit code: 0 success, 1 failure, 2 usage error. env is the process
// environment, as os.Environ returns it.
func Main(args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return newSystem(env, stdin, stdout, stderr).run(args)
}

func (sys *system) run(args []string) (code int) {
	if len(args) == 1 && args[0] == workerVerb {
		return script.Worker(sys.stdin, raw(sys.stdout))
	}
	defer func() {
		r := recover()
		if exit, ok := r.(exited); ok { // --help has printed its text
			code = int(exit)
		} else if r != nil {
			panic(r)
		}
	}()
	root := &grammar{}
	parser, err := newParser(root, sys)
	if err != nil {
		panic(err) // the grammar itself is invalid
	}
	if len(args) > 0 && args[0] == completeVerb {
		return sys.complete(parser.Model.Node, args[1:])
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	selected, err := parser.Parse(args)
	if sys.settings.wrong != nil {
		return sys.failed(&usageError{splitErrors(sys.settings.wrong)})
	}
	if err != nil {
		return sys.usage(err)
	}
	if c, ok := reflect.TypeAssert[interface{ chooses(*choice) }](selected.Selected().Target.Addr()); ok {
		c.chooses(&choice{sys, sys.settings.all(selected)})
	}
	if err := selected.Run(sys); err != nil {
		return sys.failed(err)
	}
	return exitDone
}

// exited carries an exit code out of the parser, by panic.
type exited int

func newParser(root *grammar, sys *system) (*kong.Kong, error) {
	return kong.New(root,
		kong.Name("hookline"),
		kong.Description("Receives webhooks, verifies who sent them, and runs workflows."),
		kong.Writers(sys.stdout, sys.stderr),
		kong.Exit(func(code int) { panic(exited(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 100}),
		kong.ExplicitGroups(groups()),
		kong.Bind(sys),
		kong.Resolvers(sys.settings),
		kong.NamedMapper("size", kong.MapperFunc(scanSize)),
		kong.NamedMapper("list", kong.MapperFunc(scanList)),
		kong.TypeMapper(reflect.TypeFor[time.Duration](), kong.MapperFunc(scanDuration)),
		kong.PostBuild(fill),
	)
}

// fill sets the defaults in the grammar. Kong can do that too, but looks up every variable in every flag, which
// takes longer than most commands.
func fill(k *kong.Kong) error {
	vars := config.Vars()
	vars["url"] = defaultURL
	var missing error
	value := func(name string) string {
		v, ok := vars[name]
		if !ok {
			missing = fault.New("cli.fill", fault.Internal, "the grammar has no variable %s", name)
		}
		return v
	}
	err := kong.Visit(k.Model.Node, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			flag.Default, flag.Help = os.Expand(flag.Default, value), os.Expand(flag.Help, value)
		}
		return next(nil)
	})
	return cmp.Or(err, missing)
}

func scanSize(ctx *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := ctx.Scan.PopValueInto("size", &text); err != nil {
		return err
	}
	n, err := config.ParseSize(text)
	target.SetInt(n)
	return err
}

// scanList appends comma-separated values; the flag may also be repeated.
func scanList(ctx *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := ctx.Scan.PopValueInto("list", &text); err != nil {
		return err
	}
	for one := range strings.SplitSeq(text, ",") {
		if one = strings.TrimSpace(one); one != "" {
			target.Set(reflect.Append(target, reflect.ValueOf(one)))
		}
	}
	return nil
}

func scanDuration(ctx *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := ctx.Scan.PopValueInto("duration", &text); err != nil {
		return err
	}
	d, err := config.ParseDuration(text)
	target.SetInt(int64(d))
	return err
}

// usage prints why the command line is invalid.
func (sys *system) usage(err error) int {
	text := err.Error()
	if flag := sys.settings.last; flag != "" && strings.HasPrefix(text, "--"+flag+":") {
		text += " (from " + sys.settings.origins[flag].String() + ")"
	}
	fmt.Fprintf(sys.stderr, "hookline: %s\n", text)
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil {
		if path := parse.Context.Selected(); path != nil {
			fmt.Fprintf(sys.stderr, "See hookline %s --help\n", path.Path())
			return exitUsage
		}
	}
	fmt.Fprintln(sys.stderr, "See hookline --help")
	return exitUsage
}

// failed prints why a command failed.
func (sys *system) failed(err error) int {
	if u, ok := errors.AsType[*usageError](err); ok {
		for _, e := range u.errs {
			fmt.Fprintf(sys.stderr, "hookline: %s\n", message(e))
		}
		return exitUsage
	}
	if !errors.Is(err, errReported) {
		for _, e := range splitErrors(err) {
			fmt.Fprintf(sys.stderr, "hookline: %s\n", message(e))
		}
	}
	return exitFailed
}

// splitErrors returns the errors joined by errors.Join, wherever they are in the chain.
func splitErrors(err error) []error {
	for e := err; e != nil; e = errors.Unwrap(e) {
		if joined, ok := e.(interface{ Unwrap() []error }); ok {
			return joined.Unwrap()
		}
	}
	return []error{err}
}

// errReported fails a command that has already printed the reason.
var errReported = errors.New("the reason is printed")

// usageError reports values that the command cannot use.
type usageError struct{ errs []error }

func (u *usageError) Error() string { return errors.Join(u.errs...).Error() }

// message returns the text of an error for people: the message of a fault.Error, otherwise the whole text. A
// command line talks to its own operator, so there is nothing to hide.
func message(err error) string {
	if _, ok := errors.AsType[*fault.Error](err); ok {
		if text := fault.Message(err); text != "internal error" {
			return text
		}
	}
	return err.Error()
}
