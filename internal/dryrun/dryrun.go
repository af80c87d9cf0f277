package dryrun

import (
	"context"
	"log/slog"
	"time"

	"hookline.dev/hookline/internal/channel"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/fairshare"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/ingress"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/store"
)

// Options are what a Tester works with. All fields are required.
type Options struct {
	Records Records
	Blobs   store.Blobs
	Secrets run.Secrets
	// Kinds returns the node kinds of the server, working with doubles.
	Kinds    func(Doubles) *node.Set
	Known    document.Known // its Kinds are those that Kinds replaces
	Channels func() []channel.Entry
	// Handler is the published revision of a workflow that handles failures, or nil.
	Handler func(key string) *document.Compiled
	Routes  func() ingress.Resources
	// Ingress has the settings of the front door. Its Door, Runner, Blobs and Clock are replaced.
	Ingress ingress.Options
	Limits  Limits
	IDs     *ident.Source
	Clock   clock.Clock
	Log     *slog.Logger
}

// Limits are limits of the engine that hold in runs without effects, too.
type Limits struct {
	StepResult     int // bytes of one step's result
	TemplateOutput int // bytes that the templates of one step render
}

// Tester runs workflows without effects. It is safe for concurrent use.
type Tester struct {
	Options
	queue *fairshare.Queue[chan struct{}]
}

// New returns a Tester.
func New(o Options) *Tester {
	grant := func(turn chan struct{}) bool {
		close(turn)
		return true
	}
	o.Records = newPaced(o.Records, o.Clock)
	return &Tester{Options: o, queue: fairshare.NewQueue(slots, share, grant)}
}

// Test is one run of a workflow.
type Test struct {
	Workflow flow.Workflow
	Request  hook.Request
	Recorded bool                // the request lacks what gates check; see ingress.Trial
	Answers  map[string][]Answer // by node key; the last one repeats
}

// Report is what happened in a run.
type Report struct {
	Call      *ingress.Tried // nil: the workflow takes no calls
	Ran       bool           // the call was accepted; otherwise the rest is empty
	Execution flow.Execution // as it ended
	Steps     []flow.Step    // sorted by N
	Effects   []Effect       // in the order in which they would have happened
	Omitted   int            // effects that are not in Effects, because there are too many
	Starts    *store.Accept  // the execution of options.onFailure that the end would start
	Waited    time.Duration  // how long the run would have waited
	Took      time.Duration
	// Stopped is why the run ended early, for the person who tests; "" if it came to its end.
	Stopped string
}

// Run runs a workflow on a call. Errors in the document are of kind fault.Invalid, joined. The error is of kind
// fault.Unavailable if there is no free slot until ctx ends.
func (t *Tester) Run(ctx context.Context, test Test) (Report, error) {
	done, err := t.acquire(ctx, test.Workflow.Key)
	if err != nil {
		return Report{}, err
	}
	defer done()
	s, err := t.newSession(ctx, test.Workflow, test.Answers)
	if err != nil {
		return Report{}, err
	}
	defer s.end()
	if err := s.call(test); err != nil {
		return Report{}, err
	}
	return s.report(), nil
}

// slotWait is how long a test waits for a slot.
const slotWait = 10 * time.Second

// acquire takes a slot for a workflow. done gives it back.
func (t *Tester) acquire(ctx context.Context, workflow string) (done func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, slotWait)
	defer cancel()
	turn := make(chan struct{})
	t.queue.Put(workflow, turn)
	select {
	case <-turn:
		return func() { t.queue.Done(workflow) }, nil
	case <-ctx.Done():
	}
	if !t.queue.Remove(workflow, turn) {
		t.queue.Done(workflow)
	}
	return nil, fault.New("dryrun.acquire", fault.Unavailable, "too many tests run at the same time; try again in a moment")
}
