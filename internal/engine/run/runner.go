package run

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/vault"
)

// Programs finds the compiled form of revisions.
type Programs interface {
	Program(workflow, revision string) (*document.Compiled, error)
	// Current is the published revision of a workflow; nil when it is disabled, cannot be run by this
	// binary, or does not exist.
	Current(workflow string) *document.Compiled
}

// Secrets resolves $env. The secrets that an attempt has looked up are masked in its outcome.
type Secrets interface {
	Lookup(name string) (vault.Variable, bool)
}

// Journal is the part of store.Journal that a run uses.
type Journal interface {
	Commit(store.Commit) (store.Committed, error)
	Load(context.Context, ident.ID) (store.Loaded, error)
}

// Reports is told what runs commit. Its methods are called on the owner's goroutine and must not block.
type Reports interface {
	// Committed is called after each commit of an execution that was written.
	Committed(id ident.ID)
	// Answered is called when the answer of a Response node is committed and the execution goes on.
	Answered(x flow.Execution)
	// Ended is called when an end is committed. steps is the length of the journal.
	Ended(x flow.Execution, steps int)
	// Slept is called when the execution was released to the table until x.WakeAt.
	Slept(x flow.Execution, steps int)
	// Started is called when an execution was put into the table that nobody has claimed.
	Started()
	// ClaimLost is called when the execution turns out to belong to somebody else: how it ends is reported by
	// them, or has been.
	ClaimLost(id ident.ID)
}

// Tracer exports traces. Its methods must not block.
type Tracer interface {
	// Outgoing returns what the requests of an attempt carry on. It is called for outbound nodes only.
	Outgoing(x *flow.Execution, call *hook.Context, path string, attempt int) node.TraceContext
	// Ended is called when an end is committed. The call has the headers of the execution's call, or the request if it is
	// nil; both are nil if neither could be read. It is not called for what the table itself fails, because the call is gone.
	Ended(x flow.Execution, call *hook.Context, request *hook.Request)
}

// Limits bound a run. All are required.
type Limits struct {
	ParallelTasks  int // attempts that run beside the owners of their executions, in all runs together
	StepResult     int // bytes of one step's result
	TemplateOutput int // bytes that the templates of one step render
	Journal        advance.Limits
}

// Options are what a Runner works with. All fields but Tracer are required.
type Options struct {
	Journal  Journal
	Programs Programs
	Secrets  Secrets
	Reports  Reports
	IDs      *ident.Source
	Clock    clock.Clock
	Log      *slog.Logger
	Limits   Limits
	Tracer   Tracer // nil: nothing is traced
}

// Runner makes and drives runs. It is safe for concurrent use once Begin was called.
type Runner struct {
	Options
	owner    flow.Incarnation
	stopping chan struct{}   // closed: runs stop at their next step
	ctx      context.Context // of all attempts; ends when a stop gives up waiting
	kill     context.CancelFunc

	commits       atomic.Int64 // the number of the last Commit
	commitRetries atomic.Int64
	tasks         atomic.Int64 // that run beside their owners, and those about to
}

// New returns a Runner without an incarnation.
func New(opt Options) *Runner {
	ctx, kill := context.WithCancel(context.Background())
	return &Runner{Options: opt, stopping: make(chan struct{}), ctx: ctx, kill: kill}
}

// Begin sets the incarnation under which runs commit. It is called once, before the first Open.
func (e *Runner) Begin(owner flow.Incarnation) { e.owner = owner }

// Stop has every run stop at its next step and give up its claim. It returns at once and is called once.
func (e *Runner) Stop() { close(e.stopping) }

// Kill interrupts the attempts that are under way, and commits that are being repeated.
func (e *Runner) Kill() { e.kill() }

// CommitRetries is how many commits had to be written again.
func (e *Runner) CommitRetries() int64 { return e.commitRetries.Load() }

// ParallelTasks is how many attempts run beside the owners of their executions.
func (e *Runner) ParallelTasks() int64 { return e.tasks.Load() }

// isStopping reports whether Stop was called.
func (e *Runner) isStopping() bool {
	select {
	case <-e.stopping:
		return true
	default:
		return false
	}
}

// pause waits, or returns early when the channel is closed.
func pause(d time.Duration, end <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-end:
	}
}

// text prints an execution's id for the log.
func text(x flow.Execution) string { return x.ID.Text(ident.Execution) }

// About returns the attributes of a line of the log about an execution, followed by more.
func About(x *flow.Execution, more ...any) []any {
	return append([]any{"execution", text(*x), "delivery", x.Delivery.Text(ident.Delivery), "workflow", x.Workflow}, more...)
}
