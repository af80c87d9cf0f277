package api

import (
	"context"
	"net/http"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// Bulks plans bulk actions and carries them out.
type Bulks interface {
	// Plan chooses the targets of an action and stores them. Without a target it stores nothing, and the action has no id.
	Plan(context.Context, BulkRequest) (BulkFound, error)
	Bulk(context.Context, ident.ID) (store.BulkAction, error)
	Bulks(context.Context, store.BulkListing) ([]store.BulkAction, error)
	// StartAction confirms a plan. The action runs in the background.
	StartAction(context.Context, ident.ID) (store.BulkAction, error)
	// StopAction ends an action, or discards a plan.
	StopAction(context.Context, ident.ID) (store.BulkAction, error)
	// Expires is when a plan can no longer be started; zero if the action is not planned.
	Expires(store.BulkAction) time.Time
}

// BulkRequest asks for a plan.
type BulkRequest struct {
	BulkInput
	Workflows []string // only targets of these; nil: of all
	Before    ident.ID // only targets older than this; 0: from the newest
	By        string
}

// BulkFound is a plan.
type BulkFound struct {
	Action store.BulkAction // ID is 0 if there are no targets
	BulkCounts
	Next ident.ID
}

// BulkInput is the body of a plan.
type BulkInput struct {
	Kind     string `json:"kind" required:"true" enum:"retry,cancel,replay" doc:"retry and cancel executions, replay deliveries"`
	Q        string `json:"q" required:"true" doc:"a query over executions, or over deliveries for a replay; see the page on queries"`
	From     string `json:"from,omitempty" doc:"of a retry: start, or the key or path of a step; absent: the failed step of each execution"`
	Revision string `json:"revision,omitempty" enum:"same,newest" doc:"of a retry, absent: the newest if what has run is unchanged there, else the execution's own; of a replay, absent: newest"`
	Force    bool   `json:"force,omitempty" doc:"of a replay: also calls that a gate refused"`
	Passing  bool   `json:"passing,omitempty" doc:"of a replay: only refused calls, and of these only those that pass the gates now"`
	Before   string `json:"before,omitempty" doc:"only targets older than this id, to go on where a plan was not complete"`
}

// Bulk is an action on many executions or deliveries.
type Bulk struct {
	ID        string        `json:"id,omitempty" doc:"absent if nothing matches: there is nothing to start"`
	Kind      string        `json:"kind" enum:"retry,cancel,replay"`
	State     string        `json:"state" enum:"planned,running,stopped,done"`
	Query     string        `json:"query" doc:"in its canonical form"`
	Options   JSON          `json:"options,omitzero" doc:"those of the request, without q and before"`
	Workflows []string      `json:"workflows" doc:"those of the targets"`
	By        string        `json:"by,omitempty"`
	Count     int           `json:"count" doc:"targets"`
	Handled   int           `json:"handled" doc:"acted, skipped and failed together"`
	Acted     int           `json:"acted"`
	Skipped   int           `json:"skipped" doc:"targets that have changed since the plan, or for which the action is not possible"`
	Failed    int           `json:"failed"`
	Problems  []BulkProblem `json:"problems,omitempty" doc:"the first 100 targets that were skipped or failed"`
	CreatedAt time.Time     `json:"createdAt,omitzero"`
	Expires   time.Time     `json:"expires,omitzero" doc:"when a plan can no longer be started"`
	StartedAt time.Time     `json:"startedAt,omitzero"`
	EndedAt   time.Time     `json:"endedAt,omitzero"`
}

// BulkProblem is a target that was skipped or failed.
type BulkProblem struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// BulkPlan is what an action would do.
type BulkPlan struct {
	Bulk
	BulkCounts
	Next string `json:"next,omitempty" doc:"if the plan is not complete: the value of before for a plan of the rest"`
}

// BulkCounts say what the search for targets has come to.
type BulkCounts struct {
	ByWorkflow []WorkflowCount `json:"byWorkflow" doc:"targets by workflow, most first"`
	ByState    map[string]int  `json:"byState" doc:"targets by status of the execution or outcome of the delivery"`
	Complete   bool            `json:"complete" doc:"everything was looked at; else 100,000 targets were found or 5 seconds were over"`
	Searched   int             `json:"searched" doc:"entries that were looked at"`
	Unsearched int             `json:"unsearched,omitempty" doc:"entries whose body is longer than 8 MiB, so that nobody looked into it"`
	Effects    *BulkEffects    `json:"effects,omitempty" doc:"of a retry: what a sample of at most 50 targets has already sent and written; a retry undoes none of it"`
}

// WorkflowCount is a number of targets of a workflow.
type WorkflowCount struct {
	Workflow string `json:"workflow"`
	Count    int    `json:"count"`
}

// BulkEffects is what a sample of the targets of a retry has done.
type BulkEffects struct {
	Sample       int    `json:"sample" doc:"targets that were looked at"`
	Sent         int    `json:"sent" doc:"requests and messages"`
	Written      int    `json:"written" doc:"changes of records"`
	SentAgain    int    `json:"sentAgain" doc:"requests and messages of steps that run again"`
	WrittenAgain int    `json:"writtenAgain" doc:"changes of records of steps that run again"`
	SendAgain    int    `json:"sendAgain" doc:"targets that send something again"`
	WriteAgain   int    `json:"writeAgain" doc:"targets that write something again"`
	CannotRun    int    `json:"cannotRun" doc:"targets that will be skipped, because their retry is not possible"`
	Reason       string `json:"reason,omitempty" doc:"why not, for one of them"`
}

type bulkPath struct {
	ID string `path:"id" maxLength:"32" doc:"blk_…"`
}

type bulkQuery struct {
	Paging
	State string `query:"state" enum:"planned,running,stopped,done"`
}

func (r routes) bulk() {
	const path = "/api/bulk"
	form(r, route{method: "POST", path: path, id: "plan-bulk", needs: account.ActOnHistory, summary: "Count what a bulk retry, cancel or replay would act on; nothing happens before it is started"},
		BulkInput{}, BulkPlan{}, r.planBulk)
	handle(r, route{method: "GET", path: path, id: "list-bulk", needs: account.ReadHistory, summary: "Bulk actions, newest first"}, r.listBulk)
	handle(r, route{method: "GET", path: path + "/{id}", id: "get-bulk", needs: account.ReadHistory, summary: "One bulk action with its progress"},
		func(ctx context.Context, in *bulkPath) (*one[Bulk], error) { return r.bulkDo(ctx, in, r.Bulks.Bulk) })
	handle(r, route{method: "POST", path: path + "/{id}/start", id: "start-bulk", needs: account.ActOnHistory, summary: "Start a planned bulk action; it runs in the background"},
		func(ctx context.Context, in *bulkPath) (*one[Bulk], error) {
			return r.bulkDo(ctx, in, r.Bulks.StartAction)
		})
	handle(r, route{method: "POST", path: path + "/{id}/stop", id: "stop-bulk", needs: account.ActOnHistory, summary: "Stop a bulk action, or discard a plan; what was done stays done"},
		func(ctx context.Context, in *bulkPath) (*one[Bulk], error) {
			return r.bulkDo(ctx, in, r.Bulks.StopAction)
		})
}

func (r routes) planBulk(w http.ResponseWriter, req *http.Request, _ *struct{}) error {
	ctx, in := req.Context(), BulkInput{}
	if err := readForm(w, req, &in); err != nil {
		return err
	}
	prefix := ident.Execution
	if in.Kind == string(store.BulkReplay) {
		prefix = ident.Delivery
	}
	before, err := parseID(prefix, "before", in.Before)
	if err != nil {
		return err
	}
	found, err := r.Bulks.Plan(ctx, BulkRequest{BulkInput: in, Workflows: bound(ctx), Before: before, By: byline(ctx)})
	if err != nil {
		return err
	}
	plan := BulkPlan{Bulk: r.bulkOf(found.Action), BulkCounts: found.BulkCounts, Next: found.Next.Text(prefix)}
	auditTarget(ctx, plan.ID)
	auditChange(ctx, nil, map[string]any{"kind": plan.Kind, "query": plan.Query, "count": plan.Count})
	return writeAny(w, http.StatusOK, plan)
}

func (r routes) listBulk(ctx context.Context, in *bulkQuery) (*list[Bulk], error) {
	before, err := parseID(ident.Bulk, "before", in.Before)
	if err != nil {
		return nil, err
	}
	all, err := r.Bulks.Bulks(ctx, store.BulkListing{State: store.BulkState(in.State), Workflows: bound(ctx), Before: before, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	page := Page[Bulk]{Items: []Bulk{}}
	for _, a := range all {
		page.Items = append(page.Items, r.bulkOf(a))
	}
	if len(all) == in.Limit {
		page.Next = page.Items[len(all)-1].ID
	}
	return &list[Bulk]{page}, nil
}

// bulkDo does something with an action that the caller may see: one whose targets are all of workflows that it may see.
func (r routes) bulkDo(ctx context.Context, in *bulkPath, do func(context.Context, ident.ID) (store.BulkAction, error)) (*one[Bulk], error) {
	id, err := parseID(ident.Bulk, "id", in.ID)
	if err != nil {
		return nil, err
	}
	a, err := r.Bulks.Bulk(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, key := range a.Workflows {
		if !caller(ctx).Sees(key) {
			return nil, fault.New("api.bulk", fault.NotFound, "there is no bulk action %s", in.ID)
		}
	}
	if a, err = do(ctx, id); err != nil {
		return nil, err
	}
	return &one[Bulk]{r.bulkOf(a)}, nil
}

func (r routes) bulkOf(a store.BulkAction) Bulk {
	b := Bulk{
		ID: a.ID.Text(ident.Bulk), Kind: string(a.Kind), State: string(a.State), Query: a.Query, Options: JSON{a.Options}, Workflows: a.Workflows, By: a.By,
		Count: a.Count, Handled: a.Next, Acted: a.Acted, Skipped: a.Skipped, Failed: a.Failed,
		CreatedAt: a.CreatedAt, Expires: r.Bulks.Expires(a), StartedAt: a.StartedAt, EndedAt: a.FinishedAt,
	}
	if b.Workflows == nil {
		b.Workflows = []string{}
	}
	for p := range a.Problems.Elements() {
		id, _ := p.Get("id").Str()
		reason, _ := p.Get("reason").Str()
		b.Problems = append(b.Problems, BulkProblem{id, reason})
	}
	return b
}
