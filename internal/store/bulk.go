package store

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// BulkAction is one action on many executions or deliveries. Its targets are chosen when it is planned and never change.
type BulkAction struct {
	ID        ident.ID
	Kind      BulkKind
	State     BulkState
	Query     string      // by which the targets were found, for people
	Workflows []string    // those of the targets, sorted
	Options   value.Value // of the kind; package bulk reads them
	By        string      // who planned it
	Count     int         // targets
	// Next is the index of the first target that is not handled. Pending are ids that were reserved for the targets from
	// Next on, so that the repetition of an interrupted part has the same effect once.
	Next    int
	Pending []ident.ID
	// Acted, Skipped and Failed add up to Next.
	Acted, Skipped, Failed           int
	Problems                         value.Value // array of {"id","reason"} of targets that were skipped or failed; bounded by package bulk
	CreatedAt, StartedAt, FinishedAt time.Time
}

// BulkKind says what a bulk action does to each target.
type BulkKind string

// The kinds of bulk actions.
const (
	BulkRetry  BulkKind = "retry"  // an ended execution
	BulkCancel BulkKind = "cancel" // an execution that has not ended
	BulkReplay BulkKind = "replay" // a delivery
)

// BulkState is the state of a bulk action.
type BulkState string

// The states of bulk actions.
const (
	BulkPlanned BulkState = "planned" // waits for a confirmation
	BulkRunning BulkState = "running" // also after a restart
	BulkStopped BulkState = "stopped" // by somebody, before its end
	BulkDone    BulkState = "done"
)

// BulkListing selects a page of bulk actions.
type BulkListing struct {
	State     BulkState // "": of every state
	Workflows []string  // only those whose targets are all of these workflows; nil: all
	Before    ident.ID  // exclusive; 0: from the newest
	Limit     int       // at most MaxPage
}

// BulkPart is the number of targets that are stored and read together.
const BulkPart = 256

// BulkActions stores bulk actions.
type BulkActions interface {
	// CreateBulk stores a new action with its targets. The error is of kind fault.Invalid if Count is not their number.
	CreateBulk(a BulkAction, targets []ident.ID) error
	// ChangeBulk replaces everything but the targets. The error is of kind fault.NotFound if there is no such action.
	ChangeBulk(BulkAction) error
	// Bulk returns one action. The error is of kind fault.NotFound if there is none.
	Bulk(context.Context, ident.ID) (BulkAction, error)
	// Bulks returns actions, newest first.
	Bulks(context.Context, BulkListing) ([]BulkAction, error)
	// BulkTargets returns the targets from the index first on, up to the end of their part: at most BulkPart, and none
	// after the last.
	BulkTargets(ctx context.Context, id ident.ID, first int) ([]ident.ID, error)
	// DropBulks deletes actions that were planned before one instant and never confirmed, and those that ended before
	// the other. It returns how many.
	DropBulks(planned, ended time.Time) (int, error)
}
