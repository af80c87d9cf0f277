package node

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/value"
)

// Kind makes nodes of one type. It has no side effects and no state of its own.
type Kind interface {
	// Info describes the kind. It returns the same every time.
	Info() Info
	// Compile checks a config and returns the node that runs it. Problems carry paths below the
	// config ("values.branch"). It must not do I/O.
	Compile(config value.Value, about About) (Node, []decode.Problem)
}

// About is what a kind may know of the place its node stands in.
type About struct {
	Key      string
	Branches []string // names, in the order written
	Sync     bool     // the workflow's caller waits
	Earlier  []string // keys of the nodes that may have a result when this one runs
}

// HasBranches reports whether the node has a branch besides that for its own failure.
func (a About) HasBranches() bool {
	for _, name := range a.Branches {
		if name != flow.ErrorBranch {
			return true
		}
	}
	return false
}

// Node is a compiled node. It is immutable and used by many executions at once.
type Node interface {
	// Render evaluates the config's templates. What it returns is the step's input as the journal
	// shows it, so secrets must stand in it as references.
	Render(scope expr.Scope) (value.Value, error)
	// Run does what the node does with its rendered input. For an outbound kind the input may come
	// from the journal of an earlier attempt. ctx ends at the attempt's timeout or when the
	// execution is canceled. An error fails the attempt; *Failure gives it a code.
	Run(ctx context.Context, in Input) (Result, error)
}

// Assigner is a node that also sets the result of an earlier one (variable's `assign`).
type Assigner interface{ Assigns() string }

// Looper is a node whose kind has the branches Passes. Its Render gives the input that flow.PassesOf
// reads, and its Run does nothing but check that: when Run returns without an error the step is kept
// as running, with its input, and the passes begin. The loop's own result is flow.Passed.Result.
type Looper interface {
	// Holds evaluates the loop's condition before a pass, when flow.Passes.While says that there is one.
	// In the scope, $scopes.<key> is that of the pass which would begin. False ends the loop well; an
	// error fails the loop's step (CodeTemplate), whatever onItemError says.
	Holds(scope expr.Scope) (bool, error)
	// AtOnce reports whether passes may run beside each other.
	AtOnce() bool
}

// Fitter is a node that works on a collection. What of its config no data can change is checked against
// the collections that exist, when the workflow is published and before a collection changes.
type Fitter interface {
	// Collection is the name of the collection.
	Collection() string
	// Fits returns what does not fit the collection of that name, with paths below the config. others
	// finds those that it has relations to.
	Fits(c collection.Collection, others collection.Others) []decode.Problem
}

// Effect says what a kind does to the world; it decides what is committed before the node runs.
type Effect uint8

// The effects.
const (
	Pure     Effect = iota // computes; rides along with the next commit
	Records                // returns an Op; it is committed at once, with the step
	Outbound               // acts on the world outside; its input is committed before it starts
	Reads                  // reads records; may take long. The Ops of all that ran before it are committed by then
)

// Info describes a kind.
type Info struct {
	Type     string   // canonical name
	Aliases  []string // NocoBase's names
	Summary  string   // one sentence
	Result   string   // what $nodes.<key> holds afterwards, for the reference page
	Effect   Effect
	Timeout  time.Duration // default for one attempt; 0: none
	Branches Branches
	SyncOnly bool // refused in async workflows (response)
	Waits    bool // refused where a sync caller would wait for it (delay)
	Output   bool // its result is the execution's output
}

// Branches says which branches a kind takes.
type Branches uint8

// The kinds of branching. Every kind may also have an "error" branch, which runs when the node itself
// has failed: that of a loop or of a parallel node stands outside of its passes and branches.
const (
	NoBranches  Branches = iota
	ThenElse             // then, else
	NamedByNode          // the kind checks the names itself, from About.Branches
	Passes               // do, which runs in passes (flow.Passes); the node is a Looper
	AllAtOnce            // named by the author, all entered at once (flow.Fork); Run only checks the input
)

// Input is what a node runs with.
type Input struct {
	Value   value.Value // what Render returned
	Scope   expr.Scope
	Now     time.Time
	Attempt int
	// Secrets gives the values of variables. Rendered.Resolve uses it.
	Secrets Secrets
	// IdempotencyKey is "execution/path#round": the same for every repeat of an outbound step.
	IdempotencyKey string
}

// Result is the outcome of a node's run.
type Result struct {
	Value  value.Value
	Branch string         // the branch to enter; a name that has no branch enters none
	Op     *collection.Op // its outcome becomes the step's result
	Reply  *hook.Reply    // the caller's answer; committed before it is sent
	Until  time.Time      // not zero: wait; the step succeeds then
	Ends   flow.Status    // Succeeded or Failed: the execution ends here
	Error  *flow.Error    // with Ends Failed
	Log    []flow.LogLine
}

// Failure is an error of a node with a code, for $error.code and the journal.
type Failure struct { // the outcome of an attempt, in the words of the journal
	Code    string
	Message string // for the operator and for $error; no secrets
	Final   bool   // a retry cannot help
	// RetryAfter is the least time until the next attempt, as the other side asked for it (RFC 9110 section
	// 10.2.3); 0: the node's retry decides. It counts up to the node's retry.maxDelay, and makes no attempt that
	// retry does not allow.
	RetryAfter time.Duration
	Log        []flow.LogLine
}

// Error returns the message.
func (f *Failure) Error() string { return f.Message }

// Set is the immutable list of the kinds of a binary.
type Set struct {
	kinds    []Kind
	byName   map[string]Kind
	maxNodes int
}

// DefaultMaxNodes is how many nodes a workflow may have, those in branches included (SPEC §10).
const DefaultMaxNodes = 500

// NewSet returns the set of kinds. Two kinds of one name are a programmer's error.
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

// WithMaxNodes returns the same kinds with another bound on the nodes of one workflow.
func (s *Set) WithMaxNodes(n int) *Set {
	other := *s
	other.maxNodes = n
	return &other
}

// MaxNodes is how many nodes a workflow may have.
func (s *Set) MaxNodes() int { return s.maxNodes }

// Find returns the kind of a name or alias, or nil.
func (s *Set) Find(name string) Kind { return s.byName[name] }

// Kinds returns the kinds in the order of the list.
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
