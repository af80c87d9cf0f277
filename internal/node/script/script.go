package script

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/node"
	sandbox "hookline.dev/hookline/internal/script"
	"hookline.dev/hookline/internal/value"
)

// waitForWorker is how long an attempt may wait for a free worker, in addition to the longest run.
const waitForWorker = time.Minute

// Runner runs scripts, such as *script.Pool. The error of Do is a *script.Error.
type Runner interface {
	Do(ctx context.Context, r sandbox.Run) (sandbox.Outcome, error)
}

type config struct {
	// The body of an async function: `return` gives the result. Globals are `context` (`data`,
	// `headers`, `query`, `params`, `method`, `path`, `ip`, `rawBody`, `files`, `cloudevent` where the
	// call is one, `receivedAt`), `nodes` (results of earlier nodes by key), `env`, `console` and
	// `require` (`crypto`, `buffer`, `url`). No template: data comes in through the globals. At most
	// 256 KiB.
	Source string `json:"source" required:"true"`
	// How long the script may run. Default `5s`.
	Timeout time.Duration `json:"timeout" min:"1ms" max:"5m"`
	// How much memory it may use. Default `64MiB`.
	Memory decode.Size `json:"memory" min:"1MiB" max:"256MiB"`
	// Names of variables and secrets that the script finds in `env`; it sees no others. The journal
	// shows the names only.
	Env []string `json:"env" max:"100"`
}

// Hint recognizes NocoBase's names.
func (config) Hint(field string) string {
	switch field {
	case "content", "code":
		return `write "source" for ` + decode.Quote(field)
	case "arguments":
		return `leave NocoBase's arguments out: the script reads "context" and "nodes"`
	case "continue":
		return `write "onError: continue" beside config for NocoBase's continue`
	default:
		return ""
	}
}

type kind struct {
	runner   Runner
	defaults Defaults
}

// Defaults are the limits for nodes that set none. A zero field means the sandbox's default.
type Defaults struct {
	Timeout time.Duration
	Memory  int64 // bytes
}

func (d Defaults) filled() Defaults {
	if d.Timeout == 0 {
		d.Timeout = sandbox.DefaultTimeout
	}
	if d.Memory == 0 {
		d.Memory = sandbox.DefaultMemory
	}
	return d
}

// New returns the kind. A runner that is also a Checker compiles the sources of documents. Without a runner,
// sources are compiled in this process and scripts cannot run.
func New(runner Runner, defaults Defaults) node.Kind { return kind{runner, defaults.filled()} }

func (kind) Info() node.Info {
	return node.Info{
		Type:    "script",
		Aliases: []string{"javascript"},
		Summary: "Runs JavaScript in a sandbox.",
		Result:  "what the script returns, as JSON; `console` lines go to the step's log.",
		Timeout: sandbox.MaxTimeout + waitForWorker,
	}
}

func (k kind) Compile(raw value.Value, about node.About) (node.Node, []decode.Problem) {
	cfg := config{Timeout: k.defaults.Timeout, Memory: decode.Size(k.defaults.Memory)}
	r := node.Read(raw, &cfg, about)
	k.checkSource(r, cfg.Source)
	checkEnv(r, cfg.Env)
	return r.Done(&script{config: cfg, runner: k.runner, input: inputOf(cfg.Env), earlier: about.Earlier})
}

type script struct {
	config  config
	runner  Runner
	input   value.Value
	earlier []string
}

// Render returns {"env": names}. The revision contains the source, and other rows of the journal contain what the
// script reads.
func (s *script) Render(expr.Scope) (value.Value, error) { return s.input, nil }

func inputOf(names []string) value.Value {
	if len(names) == 0 {
		return value.Trusted("{}")
	}
	var list value.ArrayBuilder
	for _, name := range names {
		list.Add(value.String(name))
	}
	var b value.ObjectBuilder
	return b.Set("env", list.Value()).Value()
}

func (s *script) Run(ctx context.Context, in node.Input) (node.Result, error) {
	workflow, err := in.Scope.Var("system", "workflow")
	if err != nil {
		return node.Result{}, err
	}
	key, _ := workflow.Str()
	var incomplete error
	run := sandbox.Run{Workflow: key, Gather: func(r *sandbox.Run) error {
		*r, incomplete = s.gather(in.Scope)
		return incomplete
	}}
	out, err := s.runner.Do(ctx, run)
	if incomplete != nil {
		return node.Result{}, incomplete
	}
	if err != nil {
		return node.Result{}, failure(ctx, err, out.Log)
	}
	return node.Result{Value: out.Value, Log: lines(out.Log)}, nil
}
