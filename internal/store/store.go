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

// Accept is the first of the two durable writes: a delivery and its execution.
type Accept struct {
	Delivery  hook.Delivery
	Execution flow.Execution // status queued; Owner is the engine's incarnation if it has a free slot, else 0
	Dedupe    *Dedupe        // nil: the call cannot be a repeat
}

// Dedupe is the key by which a repeated call finds the first one.
type Dedupe struct {
	Key     [sha256.Size]byte // SHA-256 of the rendered key; unique per workflow
	Expires time.Time         // a key that has expired at Execution.CreatedAt is free again
	// Fingerprint identifies the call's request. If it is not nil, it must equal that of the first call
	// (draft-ietf-httpapi-idempotency-key-header, section 2.4).
	Fingerprint *[sha256.Size]byte
}

// Accepted is the outcome of an Accept.
type Accepted struct {
	// First is the execution that already owns the key, as it was before this write; nil if the call runs itself.
	// When First is set, only the delivery was written, with outcome hook.Repeat and First's id. If retention has
	// deleted the execution, First has only id, workflow and the status succeeded: a late repeat must not repeat
	// work that may have been done. If the same Accept is sent again, the status of First is the one at the first
	// attempt; its other fields are current.
	First *flow.Execution
	// Retried means that First had failed or been aborted. The same write put it back into the queue, unowned, as
	// Journal.Retry does.
	Retried bool
	// Elsewhere means that the execution is the call's own, but somebody else will run it: another node, or the
	// process that moves it from a journal in front of the database into the table. The Owner of the Accept was
	// ignored.
	Elsewhere bool
	// OtherRequest means that the key belongs to a call with another fingerprint. Nothing was written.
	OtherRequest bool
	// Answer is the response to the first call: the stored answer of its delivery, cut at hook.MaxAnswer.
	// First.Reply and First.Output are complete. Answer is set only if First has succeeded and the answer is
	// known; nil means "200 ok", or that the answer was deleted.
	Answer *hook.Reply
}

// Commit is the second of the two durable writes: it records the progress of an execution.
type Commit struct {
	Execution ident.ID
	Owner     flow.Incarnation // the fence: the Commit is written only if this owner holds the claim
	// Seq numbers the Commits of one Owner, from 1. Each Commit of an execution has a larger Seq than the Commit
	// before. The write stores Owner and Seq on the execution's row, so a single comparison tells whether a
	// Commit whose outcome was lost has been written. A Commit with a smaller Seq than the row has from the same
	// Owner is Fenced: its claim has ended, and the Owner has claimed the execution again since.
	Seq int64
	// Steps are journal rows to append, or to replace by N, sorted by N. When passes or branches run in parallel,
	// a row may be replaced long after rows with a larger N were written. For each N the last committed row
	// counts, whatever other rows were committed with it.
	Steps  []flow.Step
	Ops    []StepOp // each belongs to a different step of Steps; sorted by N; at most MaxOps
	State  State    // written if all Ops succeed and are finished
	Broken State    // written instead of State if an Op breaks a rule or is not finished; Status is Running
	// Child is an execution that the end of this one starts, or nil. It is written in the same write, unowned, and
	// only if State is written as given: not with Broken, and not if the execution is canceled instead.
	Child *Accept
	// Blobs are the SHA-256 (hex) of blobs that steps wrote. From this Commit on, the execution's delivery refers to
	// them, so they exist as long as it does. The caller keeps them pinned until Commit has returned.
	Blobs []string
}

// StepOp is the record operation of one step of a Commit. Steps that run in parallel may each have one. An Op
// that breaks a rule fails its own step; the other Ops are still applied.
type StepOp struct {
	N  int // the step that receives the outcome as its Result
	Op collection.Op
}

// MaxOps is the largest number of Ops in a Commit.
const MaxOps = 256

// State is the part of an execution's row that a Commit sets.
type State struct {
	Status     flow.Status
	Reason     string
	WakeAt     time.Time
	StartedAt  time.Time
	FinishedAt time.Time
	Output     value.Value // missing value: unchanged
	Error      *flow.Error
	Reply      *hook.Reply // nil: unchanged
	Revision   string      // revision with which it continues after a retry; "": unchanged
	// Release gives up the claim. Owner becomes 0, and the suspect mark and the Resumes counter are cleared: an
	// execution that released its claim in good order has not killed its process. If a cancel was requested, the
	// same write cancels the execution, because no owner is left to do it.
	Release bool
}

// Committed is the outcome of a Commit.
type Committed struct {
	// Fenced means that the claim is gone (another incarnation, a cancel or a retry). Nothing was written.
	Fenced bool
	// CancelRequested means that somebody asked to cancel the execution. The Commit was written nevertheless.
	CancelRequested bool
	// Ops are the outcomes of the Ops, in the same order. After a Violation the step was written with status
	// failed and the violation as its error. With Next the step was written with status running and Next as its
	// result; the caller commits the step again with Op.From = Next. In both cases Broken was written instead of
	// State.
	Ops []collection.Outcome
}

// Door is the interface that ingress writes through.
type Door interface {
	// Accept writes the delivery, the execution and the dedupe key, and returns after the fsync. If several calls
	// have the same key, exactly one gets an execution. An error of kind fault.Unavailable means "try again
	// later" (queue full, disk reserve reached, closing). Nothing was written then, except after a failed fsync:
	// then the outcome is unknown. Accept is idempotent: with the same ids it writes nothing twice.
	Accept(Accept) (Accepted, error)
	// SaveDelivery queues a delivery that has no execution (rejected, unmatched). The queue is bounded, and its entries
	// are written along with other writes. False means that the queue was full; the delivery is dropped and
	// counted.
	SaveDelivery(hook.Delivery) bool
	// SaveAnswer queues the final response to an accepted delivery in the same queue. It uses only ID, Workflow (for
	// Statistics), Status, Took and Answer. False means that it was dropped and counted.
	SaveAnswer(hook.Delivery) bool
	// Backlog returns the number of executions that are queued or running. It is read from memory. If several
	// processes share the store, it may be slightly out of date.
	Backlog() int64
}

// Lease is the right of one process (a node) to own executions. Several processes may hold leases at the same
// time. Each process renews its lease well before it expires; if it does not, the others take over its
// executions.
type Lease struct {
	// Incarnation identifies the process as the owner of its claims. It is larger than every earlier incarnation,
	// of this process or another.
	Incarnation flow.Incarnation
	// Node is a number from 0 to ident.MaxNode that no other current lease has. The process puts it into the ids
	// that it creates, so two processes never create the same id.
	Node int
	// Expires is the time at which the lease ends unless it is renewed.
	Expires time.Time
}

// Leases manages which processes may own executions.
type Leases interface {
	// Begin starts a new incarnation with a lease of its own. It does not change any execution.
	Begin(now time.Time) (Lease, error)
	// Renew extends a lease and returns it with its new end. An expired lease can still be renewed until another
	// process takes over its claims. After that the error is of kind fault.Conflict: the process owns nothing any
	// more and must begin again.
	Renew(l Lease, now time.Time) (Lease, error)
	// TakeOver ends the leases that have expired at now. It drops the claims of every incarnation without a lease
	// and increments Resumes of those executions. It never touches claims under a current lease. An execution
	// that was found unfinished for the AloneRuns-th time while it ran alone is aborted (flow.ReasonKilled). An
	// execution with a pending cancel request is canceled. TakeOver returns the ids of both.
	TakeOver(now time.Time) ([]ident.ID, error)
	// Release gives up every claim of the owner and ends its lease in one write, for an orderly stop. Executions
	// with a pending cancel request are canceled.
	Release(owner flow.Incarnation) error
}

// Queue hands unclaimed executions to the processes that may run them.
type Queue interface {
	Leases
	// Claim takes up to limit unclaimed executions for the owner: queued ones, running ones (after a restart), and
	// waiting ones whose WakeAt is not after now. Workflows take turns, so that one of which thousands wait does not
	// delay the others; those of one
	// workflow come oldest first. Executions of the workflows in skip are left. The list is sorted by id. Claim skips executions with Resumes >= CrashLoop
	// unless alone is set; with alone it claims exactly one of those and marks it suspect in the same write. A
	// waiting execution becomes running. An execution whose call can no longer be read is not claimed but failed;
	// it is returned with that status and counts toward limit.
	Claim(owner flow.Incarnation, now time.Time, limit int, alone bool, skip ...string) ([]Claimed, error)
	// Unclaimed counts, by workflow, the unclaimed executions that are queued or running.
	Unclaimed() (map[string]int64, error)
	// NextWake returns the earliest WakeAt of an unclaimed waiting execution; the zero time if there is none.
	NextWake() (time.Time, error)
}

// Journal is the interface of the engine.
type Journal interface {
	Queue
	// Commit writes the progress of an execution and returns after the fsync. Sending the owner's last Commit
	// again, because its outcome was lost, writes nothing twice and returns the same outcome, even if the claim
	// is gone since. Every other Commit without a claim is Fenced.
	Commit(Commit) (Committed, error)
	// Load reads a whole execution: its row, its delivery, and its journal sorted by N.
	Load(context.Context, ident.ID) (Loaded, error)
	// RequestCancel asks to cancel an execution. An unclaimed one is canceled at once. The owner of a claimed one
	// sees CancelRequested at its next Commit. RequestCancel returns the status after the write.
	RequestCancel(id ident.ID, now time.Time) (flow.Status, error)
	// Retry puts a failed, aborted or canceled execution back into the queue. It increments Round, appends the
	// marker row, and clears Error, Reason and FinishedAt. The error is of kind fault.Conflict if the execution
	// has another status, or has changed since the retry was planned (Retry.Planned, Retry.EndedBy). No row of the journal is changed or
	// deleted: what no longer counts is named in the marker row.
	Retry(Retry) error
}

// Retry is how an ended execution continues.
type Retry struct {
	Execution ident.ID
	At        time.Time
	Rerun     flow.Rerun // becomes the Input of the marker row
	// Planned is the N of the last row of the journal from which the Rerun was planned; 0: it names no rows.
	Planned int
	// EndedBy is the instant at which somebody chose the execution. The error is of kind fault.Conflict if it ended
	// later, to the microsecond. Zero: it may have ended whenever.
	EndedBy time.Time
}

// CrashLoop is the number of resumes from which on an execution runs alone.
const CrashLoop = 3

// AloneRuns is how often an execution may be found unfinished after it ran alone before it is aborted. Once is
// not enough: an operator or the system may have killed the process for another reason.
const AloneRuns = 3

// Claimed is an execution with everything that is needed to run it.
type Claimed struct {
	Execution flow.Execution
	Delivery  hook.Delivery
	Steps     []flow.Step
}

// Loaded is an execution with its delivery and journal, for reading.
type Loaded = Claimed

// Catalog stores workflows, revisions, collections and channels. Its reads return an error of kind fault.Timeout when their
// context ends.
type Catalog interface {
	// Workflows returns every workflow with the document of its current revision.
	Workflows(context.Context) ([]Published, error)
	// Revision returns a document by workflow and hash. The error is of kind fault.NotFound if there is none.
	Revision(ctx context.Context, workflow, hash string) (value.Value, error)
	// SetEnabled enables or disables a workflow. The error is of kind fault.NotFound if there is no such
	// workflow.
	SetEnabled(key string, on bool) error
	Versions
	Drafts
	Definitions
	Channels
}

// Definitions stores the definitions of collections.
type Definitions interface {
	// Collections returns every collection.
	Collections(context.Context) ([]collection.Collection, error)
	// Redefine creates, changes and drops collections, all in one write, and returns the changes. The error is of
	// kind fault.Conflict, naming collection and field, for a change that loses data without permission or that
	// the existing records do not allow. It is of kind fault.Invalid for a wrong definition.
	Redefine(Redefinition) ([]collection.Change, error)
}

// Channels stores the definitions of notification channels.
type Channels interface {
	// Channels returns every channel, sorted by name.
	Channels(context.Context) ([]Channel, error)
	// ChangeChannels creates or replaces the channels in put, by name, and deletes those whose names are in drop, all in
	// one write. A name in drop that does not exist is no error; a name in both is replaced. The error is of kind
	// fault.Invalid if a channel has no name, type or config.
	ChangeChannels(put []Channel, drop []string) error
}

// Channel is a notification channel as the catalog stores it. It contains references to variables ($env), never their
// values.
type Channel struct {
	Name      string
	Type      string
	Config    value.Value // as written
	Source    string      // the file it came from; "": not from a file
	UpdatedAt time.Time
}

// Redefinition describes a change of collections.
type Redefinition struct {
	Wanted []collection.Collection // collections to create or change
	Drop   []string                // collections to drop with all their records
	Lose   bool                    // allows changes that lose data
	// Dry returns the planned changes without applying them. For changes whose loss depends on the records, it
	// checks whether any value would be lost.
	Dry bool
}

// Records reads and writes records outside of Commits.
type Records interface {
	collection.Reader
	// Write applies an operation that belongs to no execution, under the same rules. A filtered operation on many
	// records takes several writes. If one of them fails, the earlier ones remain. The outcome is that of the
	// last write, with the total count.
	Write(collection.Op) (collection.Outcome, error)
	// Record returns one record. The error is of kind fault.NotFound if the collection or the record does not
	// exist.
	Record(ctx context.Context, collection string, id int64) (collection.Record, error)
}

// Store combines all roles of a driver. All methods may be called concurrently.
type Store interface {
	Door
	Journal
	Catalog
	History
	Records
	Rehearser
	Retention
	Variables
	Audit
	Accounts
	BulkActions
	Statistics
	// Ping returns nil if the store can write now. It makes a real write.
	Ping() error
	// Close waits for pending writes and closes the store. Later calls fail with an error of kind
	// fault.Unavailable.
	Close() error
}
