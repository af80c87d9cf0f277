package node

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// Kind creates nodes of one type. It has no side effects and no mutable state, and is safe for concurrent use.
type Kind interface {
	// Info describes the kind. It always returns the same value.
	Info() Info
	// Compile checks a config and returns the node that runs it. The paths of problems are below the config
	// ("values.branch"). Compile must not do I/O.
	Compile(config value.Value, about About) (Node, []decode.Problem)
}

// About describes the position of a node, as far as its kind may depend on it.
type About struct {
	Key      string
	Branches []string // names, in the order written
	Sync     bool     // the caller waits for the workflow
	Earlier  []string // keys of nodes that may have a result when this one runs
	// Plain reports whether a variable of $env is known to be no secret, so that any field may use it. nil: none is known.
	Plain func(name string) bool
}

// HasBranches reports whether the node has a branch other than its error branch.
func (a About) HasBranches() bool {
	for _, name := range a.Branches {
		if name != flow.ErrorBranch {
			return true
		}
	}
	return false
}

// Node is a compiled node. It is immutable, and many executions use it concurrently.
type Node interface {
	// Render evaluates the config's templates. The journal shows its result as the step's input, so secrets must
	// appear in it as references only.
	Render(scope expr.Scope) (value.Value, error)
	// Run executes the node with its rendered input. For an outbound kind, the input may come from the journal of
	// an earlier attempt. ctx ends at the attempt's timeout or when the execution is canceled. An error fails the
	// attempt; *Failure gives it a code.
	Run(ctx context.Context, in Input) (Result, error)
}

// Assigner is a node that also sets the result of an earlier node (variable's `assign`). Assigns returns that
// node's key, or "".
type Assigner interface{ Assigns() string }

// Looper is a node of a kind with the branches Passes. Its Render returns the input that flow.PassesOf reads, and
// its Run only checks that input. If Run returns no error, the step stays running, with its input, and the passes
// begin. The result of the loop is flow.Passed.Result.
type Looper interface {
	// Holds evaluates the loop's condition before a pass, if flow.Passes.While is set. In the scope, $scopes.<key>
	// is that of the pass that would begin. False ends the loop with success. An error fails the loop's step
	// (CodeTemplate), whatever onItemError says.
	Holds(scope expr.Scope) (bool, error)
	// AtOnce reports whether passes may run concurrently.
	AtOnce() bool
}

// Fitter is a node that works on a collection. The parts of its config that do not depend on data are checked
// against the existing collections, when the workflow is published and before a collection changes.
type Fitter interface {
	// Collection returns the name of the collection.
	Collection() string
	// Fits returns what does not fit the collection, with paths below the config. others finds the collections that
	// it has relations to.
	Fits(c collection.Collection, others collection.Others) []decode.Problem
}

// Notifier is a node that sends messages through a notification channel. What it asks of the channel is checked when
// the workflow is published and before the channel changes.
type Notifier interface {
	// Channel returns the name of the channel.
	Channel() string
	// FitsChannel returns what channels of this kind cannot do, with paths below the config.
	FitsChannel(info channel.Info) []decode.Problem
}

// Effect says what side effects a kind has. It decides what is committed before the node runs.
type Effect uint8

// The effects.
const (
	Pure     Effect = iota // no side effects; committed with the next commit
	Records                // returns an Op, which is committed immediately, with the step
	Outbound               // affects the outside world; its input is committed before it starts
	Reads                  // reads records; may take long. The Ops of all earlier nodes are committed first
)

// Info describes a kind.
type Info struct {
	Type     string   // canonical name
	Aliases  []string // NocoBase's names
	Summary  string   // one sentence
	Result   string   // the content of $nodes.<key> afterwards, for the reference page
	Effect   Effect
	Timeout  time.Duration // default for one attempt; 0: none
	Branches Branches
	SyncOnly bool // refused in async workflows (response)
	Waits    bool // refused where a sync caller would wait for it (delay)
	Output   bool // its result is the execution's output
}

// Branches says which branches a kind has.
type Branches uint8

// The sorts of branching. Every kind may also have an "error" branch, which runs if the node itself has failed. The
// error branch of a loop or a parallel node is outside of its passes and branches.
const (
	NoBranches  Branches = iota
	ThenElse             // then, else
	NamedByNode          // the kind checks the names in About.Branches itself
	Passes               // do, run in passes (flow.Passes); the node is a Looper
	AllAtOnce            // named by the author, all run concurrently (flow.Fork); Run only checks the input
)

// Input is the input of a node's run.
type Input struct {
	Value   value.Value // the result of Render
	Scope   expr.Scope
	Now     time.Time
	Attempt int
	// Secrets returns the values of variables, for Rendered.Resolve. Those that were looked up, also through Scope, are
	// masked in the result, the log and the error. It must not be used concurrently, nor after Run has returned.
	Secrets Secrets
	// IdempotencyKey is "execution/path#round". It is the same for every repeat of an outbound step.
	IdempotencyKey string
	// Progress is what an earlier part of the step left (Result.Progress, Failure.Progress); Missing before.
	Progress value.Value
	// TraceContext is what requests of an outbound step carry on; zero: nothing is traced.
	TraceContext TraceContext
}

// TraceContext has the values of the headers traceparent and tracestate (W3C Trace Context). "": no such header.
type TraceContext struct{ Parent, State string }

// Result is the outcome of a node's run.
type Result struct {
	Value  value.Value
	Branch string         // the branch to run; a name without a branch runs none
	Op     *collection.Op // its outcome becomes the step's result
	Reply  *hook.Reply    // the response to the caller; committed before it is sent
	Until  time.Time      // if not zero: wait until then; the step then succeeds
	// Progress, if it is not Missing, says that an outbound step has done a part of its work. It is committed, and
	// the node runs again with it as Input.Progress, as part of the same attempt: at once, or at Until. Value and
	// the other fields are ignored. A step that waits holds no slot.
	Progress value.Value
	Ends     flow.Status // Succeeded or Failed: end the execution
	Error    *flow.Error // with Ends Failed
	Log      []flow.LogLine
	Blobs    []Blob // stored by the node; the step's commit makes the delivery refer to them
}

// Blob is stored content that nothing refers to yet.
type Blob struct {
	SHA256 string // hex
	// Unpin ends the protection of the blob. The engine calls it once, after the commit or instead of it.
	Unpin func()
}

// Failure is a node's error with a code, for $error.code and the journal.
type Failure struct {
	Code    string
	Message string // for the operator and for $error; no secrets
	Final   bool   // a retry cannot help
	// RetryAfter is the minimum delay before the next attempt, as requested by the remote side (RFC 9110 section
	// 10.2.3). 0 leaves it to the node's retry. It is cut at retry.maxDelay, and never causes an attempt that retry
	// does not allow.
	RetryAfter time.Duration
	// Progress is what the attempt achieved, for the next attempt. It is the result of the failed step in the
	// journal. Missing leaves the progress as it was.
	Progress value.Value
	Log      []flow.LogLine
}

// Error returns the message.
func (f *Failure) Error() string { return f.Message }

// Set is the list of the kinds of a binary. It is immutable and safe for concurrent use.
type Set struct {
	kinds    []Kind
	byName   map[string]Kind
	maxNodes int
}

// DefaultMaxNodes is the maximum number of nodes of a workflow, including those in branches (SPEC §10).
const DefaultMaxNodes = 500

// NewSet returns the set of kinds. It panics if two kinds have the same name or alias.
func NewSet(kinds ...Kind) *Set {
	s := &Set{kinds: kinds, byName: make(map[string]Kind), maxNodes: DefaultMaxNodes}
	for _, k := range kinds {
		info := k.Info()
		for _, name := range append([]string{info.Type}, info.Aliases...) {
			if s.byName[name] != nil {
				panic("node: two kinds are called " + name)
			}
			s.byName[name] = k
		}
	}
	return s
}

// WithMaxNodes returns the same kinds with another limit on the nodes of one workflow.
func (s *Set) WithMaxNodes(n int) *Set {
	other := *s
	other.maxNodes = n
	return &other
}

// MaxNodes returns the maximum number of nodes of a workflow.
func (s *Set) MaxNodes() int { return s.maxNodes }

// Find returns the kind with a name or alias, or nil.
func (s *Set) Find(name string) Kind { return s.byName[name] }

// Kinds returns the kinds in the order of the list. The caller must not change the slice.
func (s *Set) Kinds() []Kind { return s.kinds }

// Names returns every name and alias.
func (s *Set) Names() []string {
	var names []string
	for _, k := range s.kinds {
		info := k.Info()
		names = append(append(names, info.Type), info.Aliases...)
	}
	return names
}
