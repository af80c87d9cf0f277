package bulk

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// The limits of bulk actions.
const (
	// MaxTargets is the largest number of targets of one action.
	MaxTargets = 100_000
	// MaxSearch is how long a plan searches for targets.
	MaxSearch = 5 * time.Second
	// MaxPlanned is the largest number of actions that wait for a confirmation.
	MaxPlanned = 100
	// MaxRunning is the largest number of actions that run at a time.
	MaxRunning = 20
	// MaxProblems is how many targets that were skipped or failed an action names. The others are counted.
	MaxProblems = 100
	// MaxRate is the largest number of targets that are acted on in a second.
	MaxRate = 500
	// PlanLife is how long a plan can be started.
	PlanLife = time.Hour
)

// maxPlans is how many plans are made at a time. Each reads the store for up to MaxSearch.
const maxPlans = 2

// partSize is the largest number of targets in a turn.
const partSize = 64

// History reads executions and deliveries. store.History implements it.
type History interface {
	Executions(context.Context, store.Listing) (store.Page[flow.Execution], error)
	Execution(context.Context, ident.ID) (flow.Execution, error)
	Load(context.Context, ident.ID) (store.Loaded, error)
	Deliveries(context.Context, store.Listing) (store.Page[hook.Delivery], error)
	Delivery(context.Context, ident.ID) (hook.Delivery, error)
}

// Deps are the dependencies of a Runner. All of them must be set.
type Deps struct {
	Store   store.BulkActions
	History History
	// Retry puts an ended execution back into the queue. To repeat a Retry has no effect and is no error.
	Retry func(context.Context, Retry) error
	// Effects says what an execution has done and what a retry repeats.
	Effects func(context.Context, ident.ID, Options) (Effects, error)
	// Cancel requests the cancellation of an execution, and returns the status after the request.
	Cancel func(ident.ID) (flow.Status, error)
	// Replay runs the workflow on a recorded call again. To repeat a Replay with the same ids writes nothing twice.
	Replay func(context.Context, Replay) error
	// Backlog is the number of executions that are queued or running.
	Backlog func() int64
	// MaxBacklog is the Backlog from which on a Runner adds no executions.
	MaxBacklog int64
	IDs        *ident.Source
	Clock      clock.Clock
	Log        *slog.Logger
}

// Retry is the retry of one execution.
type Retry struct {
	Execution ident.ID
	Options   Options
	By        string
	Action    ident.ID
	ChosenAt  time.Time // it must not have ended later
}

// Replay is the replay of one delivery.
type Replay struct {
	Delivery hook.Delivery
	Options  Options
	// NewDelivery and NewExecution are the ids of what is written.
	NewDelivery, NewExecution ident.ID
}

// Runner plans bulk actions and carries them out. It implements lifecycle.Service; the other methods may be called
// concurrently, also before Start and after Stop.
type Runner struct {
	Deps
	plans  chan struct{} // has an element for each plan in progress
	wake   chan struct{} // receives when an action was started
	cancel context.CancelFunc
	done   chan struct{} // closed when work has ended

	mu      sync.Mutex
	current *store.BulkAction // whose turn it is, or nil
	// exact has the actions of which this process knows which targets were acted on: all before Next and none after it.
	exact map[ident.ID]bool

	nextAct time.Time // only work uses it
}

// New returns a runner that has not started.
func New(d Deps) *Runner {
	return &Runner{Deps: d, plans: make(chan struct{}, maxPlans), wake: make(chan struct{}, 1), exact: make(map[ident.ID]bool)}
}
