package store

import (
	"context"
	"crypto/sha256"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// Accept is the first of the two writes.
type Accept struct {
	Delivery  hook.Delivery
	Execution flow.Execution // queued; Owner set when the engine has a place for it, else 0
	Dedupe    *Dedupe        // nil: the call is nobody's repeat
}

// Dedupe is the key by which a repeated call finds the first one.
type Dedupe struct {
	Key     [sha256.Size]byte // of the rendered key; unique in a workflow
	Expires time.Time         // a key that is expired at Execution.CreatedAt is taken over as if it were free
	// Body, when not nil, must be what the first call's was (draft-ietf-httpapi-idempotency-key-header,
	// section 2.7): the SHA-256 of the raw body.
	Body *[sha256.Size]byte
}

// Accepted is what an Accept came to.
type Accepted struct {
	// First is the execution that the key belongs to, as it stood before this write, when it is not
	// the call's own. Only the delivery was written then, with outcome hook.Repeat and First's id. When
	// retention has deleted it, it counts as succeeded (and has only id, workflow and status): a late
	// repeat does not run again what may have been done. Of an Accept that is repeated, First is as it is
	// now but for its status.
	First *flow.Execution
	// Retried: First had failed or been aborted, and the same write put it back into the queue,
	// unowned, as Journal.Retry does.
	Retried bool
	// Elsewhere: the execution is the call's own, and somebody else will run it: another node, or whoever
	// moves it from a journal in front of the database into the table. The Owner of the Accept was ignored.
	Elsewhere bool
	// OtherBody: the key belongs to a call with another body; nothing was written.
	OtherBody bool
	// Answer is what the first call was answered, when First has succeeded and it is known: its
	// delivery's stored answer, cut at hook.MaxAnswer; First.Reply and First.Output are whole. nil: 200
	// ok, or forgotten.
	Answer *hook.Reply
}

// Commit is the second of the two writes.
type Commit struct {
	Execution ident.ID
	Owner     flow.Incarnation // the fence
	// Seq is the number of this Commit among those of its Owner, from 1: each Commit of an execution has a
	// larger one than the Commit before. The same write puts Owner and Seq on the execution's row, so that
	// one comparison tells whether a Commit whose outcome was lost is in the table. A Commit with a smaller Seq
	// than the row has from the same Owner is Fenced: that claim ended, and the Owner claimed it again since.
	Seq int64
	// Steps are rows to append, or to replace by N, in the order of N. Where passes or branches run at
	// once, a row may be replaced long after rows with a larger N were written: of each N, what was
	// committed last counts, whatever other rows came with it.
	Steps  []flow.Step
	Ops    []StepOp // of Steps, in the order of N, each of another step; at most MaxOps
	State  State    // written only when all Ops succeed and are finished
	Broken State    // written instead of State when an Op breaks a rule or is not finished; Status Running
}

// StepOp is the Op of one of a Commit's steps. Steps that run in parallel may each have one. An Op that
// breaks a rule fails its own step and leaves the others done.
type StepOp struct {
	N  int // of the step, whose Result it becomes
	Op collection.Op
}

// MaxOps is how many Ops a Commit may have.
const MaxOps = 256

// State is the part of an execution's row that a Commit sets.
type State struct {
	Status     flow.Status
	Reason     string
	WakeAt     time.Time
	StartedAt  time.Time
	FinishedAt time.Time
	Output     value.Value // missing: unchanged
	Error      *flow.Error
	Reply      *hook.Reply // nil: unchanged
	Revision   string      // that it goes on with, after a retry; "": unchanged
	// Release gives the claim up: Owner becomes 0, and with it the suspect mark and the resumes:
	// whoever lets go of an execution in good order has not been killed by it. If a cancel was
	// requested, the execution is canceled in the same write, as nobody owns it any more.
	Release bool
}

// Committed is what a Commit came to.
type Committed struct {
	// Fenced: the claim is gone (another incarnation, a cancel, a retry); nothing was written.
	Fenced bool
	// CancelRequested: somebody asked to cancel; the rows were written all the same.
	CancelRequested bool
	// Ops are the outcomes of the Ops, in their order. After a Violation the Op's step was written with
	// status failed and the violation as its error. With Next it was written with status running and Next
	// as its result: the step is committed again with Op.From = Next. In both cases Broken was written and
	// not State.
	Ops []collection.Outcome
}

// Door is what ingress writes through.
type Door interface {
	// Accept writes delivery, execution and dedupe key and returns after the fsync. Of any number of
	// calls with one key exactly one gets an execution. Errors of kind fault.Unavailable mean: try
	// again later (full, disk reserve, closing); nothing was written, or (when the disk does not keep
	// what it is given) that is not known. Repeating an Accept with the same ids writes nothing twice.
	Accept(Accept) (Accepted, error)
	// Note queues a delivery that has no execution (rejected, unmatched) in a bounded queue that
	// rides on other writes. False: the queue was full and the delivery is dropped and counted.
	Note(hook.Delivery) bool
	// Answered queues what an accepted delivery was answered in the end (Status, Took, Answer; of the
	// rest only ID is looked at), in the same queue. False: dropped and counted.
	Answered(hook.Delivery) bool
	// Backlog is the number of executions that are queued or running. It is read from memory and may be a
	// moment old where several processes share the store.
	Backlog() int64
}

// Lease is the right of one process (a node) to own executions. Several processes may hold leases at the
// same time. Each renews its own well before it expires; when it does not, the others take its executions over.
type Lease struct {
	// Incarnation is the owner of the process's claims. It is larger than every one before it, in this
	// process or another.
	Incarnation flow.Incarnation
	// Node is a number from 0 to ident.MaxNode that no other lease has while this one stands. The ids that
	// the process makes contain it, so that no two processes make the same id.
	Node int
	// Expires is when the lease ends unless it is renewed.
	Expires time.Time
}

// Leases say which processes may own executions.
type Leases interface {
	// Begin starts an incarnation with a lease of its own. It touches no execution.
	Begin(now time.Time) (Lease, error)
	// Renew extends a lease and returns it with its new end. A lease that has expired can be renewed until
	// another process takes its claims over; from then on the error is of kind fault.Conflict: the process
	// owns nothing any more, and must begin again.
	Renew(l Lease, now time.Time) (Lease, error)
	// TakeOver ends the leases that have expired at now and drops the claims of every incarnation without
	// a lease, after raising Resumes on each of those executions. Claims under a lease that stands are never
	// touched. Executions found unfinished for the AloneRuns-th time while they ran alone are aborted
	// (flow.ReasonKilled); those whose owner had been asked to cancel are canceled. Both are returned.
	TakeOver(now time.Time) ([]ident.ID, error)
	// Release gives up every claim of the owner and ends its lease, in one write, for an orderly stop.
	// Executions that were to be canceled are.
	Release(owner flow.Incarnation) error
}

// Queue is the executions that nobody runs, and who may run them.
type Queue interface {
	Leases
	// Claim takes up to limit unclaimed executions for the owner, oldest first: those queued, those
	// running (after a restart), and those waiting whose WakeAt is not after now. Executions with
	// Resumes >= CrashLoop are left out unless alone is set; then exactly one of those is claimed
	// and marked suspect in the same write. One that was waiting is running from then on. One whose call
	// cannot be read any more is not claimed but failed, and returned as that: limit counts it, too.
	Claim(owner flow.Incarnation, now time.Time, limit int, alone bool) ([]Claimed, error)
	// NextWake returns the earliest WakeAt of a waiting execution that nobody has claimed; zero when
	// none waits.
	NextWake() (time.Time, error)
}

// Journal is what the engine works with.
type Journal interface {
	Queue
	// Commit is the second write. Repeating the last one of its Owner, because its outcome was lost, writes
	// nothing twice and returns the same outcome, also when the claim is gone since. Any other Commit without
	// a claim is Fenced.
	Commit(Commit) (Committed, error)
	// Load reads an execution whole: row, delivery, and journal in order.
	Load(context.Context, ident.ID) (Loaded, error)
	// RequestCancel asks that an execution be canceled. An unclaimed one is canceled at once; for a
	// claimed one the owner sees CancelRequested at its next Commit. It returns the status after.
	RequestCancel(id ident.ID, now time.Time) (flow.Status, error)
	// Retry puts a failed, aborted or canceled execution back into the queue: Round+1, the marker
	// row appended, Error, Reason and FinishedAt cleared. fault.Conflict when it is in another state.
	Retry(id ident.ID, now time.Time) error
}

// CrashLoop is the number of resumes from which an execution runs alone.
const CrashLoop = 3

// AloneRuns is how often an execution may be found unfinished while it ran alone before it is given
// up. Once is not enough: the process may have been killed by anybody, at any moment.
const AloneRuns = 3

// Claimed is an execution with what is needed to run it.
type Claimed struct {
	Execution flow.Execution
	Delivery  hook.Delivery
	Steps     []flow.Step
}

// Loaded is an execution with its delivery and journal, for reading.
type Loaded = Claimed

// Catalog keeps workflows, revisions and collections. Like all that reads for people, its reads end with
// fault.Timeout when their context does.
type Catalog interface {
	// Workflows returns every workflow with its current revision's document.
	Workflows(context.Context) ([]Published, error)
	// Revision returns a document by workflow and hash.
	Revision(ctx context.Context, workflow, hash string) (value.Value, error)
	// Publish stores revisions and makes each the current one of its workflow, all in one write.
	Publish([]Published) error
	// SetEnabled switches a workflow on or off. fault.NotFound when there is none.
	SetEnabled(key string, on bool) error
	Definitions
}

// Definitions keeps what collections are.
type Definitions interface {
	// Collections returns every collection.
	Collections(context.Context) ([]collection.Collection, error)
	// Define is Redefine without losing data.
	Define([]collection.Collection) error
	// Redefine creates, changes and drops collections, all in one write, and returns what it came to. A
	// change that loses data, or that the records do not allow, is refused with fault.Conflict naming
	// collection and field; a definition that is wrong with fault.Invalid.
	Redefine(Redefinition) ([]collection.Change, error)
}

// Redefinition is a change of collections.
type Redefinition struct {
	Wanted []collection.Collection // to be created, or changed
	Drop   []string                // to be dropped with all their records
	Lose   bool                    // data may be lost
	// Dry only looks: what would be done, and of changes whose loss depends on the records, whether
	// anything is lost.
	Dry bool
}

// Published is a workflow as the catalog keeps it.
type Published struct {
	Key       string
	Enabled   bool
	Revision  string
	Document  value.Value
	Source    string // where it came from, e.g. a file's name; for conflicts and prune
	UpdatedAt time.Time
}

// History is what people read through: newest first, bounded pages. A read ends with fault.Timeout when its
// context does.
type History interface {
	Executions(context.Context, ExecutionQuery) ([]flow.Execution, error)
	Load(context.Context, ident.ID) (Loaded, error)
	Deliveries(context.Context, DeliveryQuery) ([]hook.Delivery, error)
	Delivery(context.Context, ident.ID) (hook.Delivery, error)
}

// ExecutionQuery selects executions, newest first. Output and Error are included; of a Reply only the
// status is.
type ExecutionQuery struct {
	Workflow string // "": all
	Status   flow.Status
	Before   ident.ID // exclusive; 0: from the newest
	Limit    int      // at most MaxPage
}

// DeliveryQuery selects deliveries, newest first, without their bodies and answers.
type DeliveryQuery struct {
	Workflow  string
	Outcome   hook.Outcome
	Gate      string    // that spoke
	DedupeKey string    // as rendered
	Since     time.Time // received then or later; zero: any
	Until     time.Time // received before; zero: any
	Before    ident.ID
	Limit     int
}

// MaxPage is the largest page of any list.
const MaxPage = 500

// Records is what reads and writes records, beside the Ops of Commits.
type Records interface {
	collection.Reader
	// Write does an operation that belongs to no execution, under the same rules. A filtered one of many
	// records takes several writes; when one of them fails, those before stay done. The outcome is that
	// of the last, with the count of all.
	Write(collection.Op) (collection.Outcome, error)
	// Record returns one record; fault.NotFound when collection or record do not exist.
	Record(ctx context.Context, collection string, id int64) (collection.Record, error)
}

// Store is all roles of one driver.
type Store interface {
	Door
	Journal
	Catalog
	History
	Records
	Retention
	// Ping reports whether the store can write now.
	Ping() error
	// Close waits for the writes under way, and ends. Calls after it fail with fault.Unavailable.
	Close() error
}
