package store

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// Drafts stores the draft of each workflow and the sample that the draft is tried on. The reads return an error of
// kind fault.Timeout when their context ends.
type Drafts interface {
	// Drafts returns all drafts without their documents, sorted by workflow.
	Drafts(context.Context) ([]Draft, error)
	// Draft returns the draft of a workflow. The error is of kind fault.NotFound if there is none.
	Draft(ctx context.Context, workflow string) (Draft, error)
	// PutDraft creates or replaces the draft of d.Workflow, and returns it as stored, with its new Version. have is the
	// Version of the draft that the caller has read; 0 means that there must be no draft, and AnyVersion that it does
	// not matter. If another version is stored, nothing is written: the error is of kind fault.Conflict, and the draft
	// that is returned with it is the stored one. A draft with the same Document and Base is never a conflict, so a
	// caller whose answer was lost may repeat the write. The error is of kind fault.TooLarge if the document has more
	// than MaxDraft bytes, and of kind fault.Invalid if the workflow or the document is missing.
	PutDraft(d Draft, have int64) (Draft, error)
	// DropDraft deletes the draft of a workflow; the sample stays. have is as in PutDraft. The error is of kind
	// fault.NotFound if there is no draft, and of kind fault.Conflict if another version is stored.
	DropDraft(workflow string, have int64) error
	// Sample returns the sample of a workflow. The error is of kind fault.NotFound if there is none.
	Sample(ctx context.Context, workflow string) (Sample, error)
	// PutSample replaces the sample of a workflow, which needs no draft. It does not change the Version of the draft:
	// who edits the document is not disturbed. The error is of kind fault.TooLarge if Body and Opened together have more
	// than MaxSample bytes, and of kind fault.Invalid if the workflow or the method is missing.
	PutSample(workflow string, s Sample) error
	// DropSample deletes the sample of a workflow. A sample that does not exist is no error.
	DropSample(workflow string) error
}

// AnyVersion stands for whatever version is stored.
const AnyVersion int64 = -1

// The limits of drafts and samples, in bytes.
const (
	MaxDraft  = 10 << 20 // of the document. A published document is smaller (see package document), a draft may be wrong
	MaxSample = 10 << 20 // of the body
)

// Draft is a document that somebody edits. There is at most one for each workflow. A workflow that was never published
// has only a draft.
type Draft struct {
	Workflow string
	// Version changes with every write. It grows, and no other draft ever gets the same, also not one that is created
	// after this one was deleted. So it serves as the ETag.
	Version int64
	// Base is the number of the published version that the draft was made from; 0: none.
	Base int64
	// Document is any JSON value. It may be incomplete, or no workflow at all.
	Document  value.Value
	CreatedAt time.Time // zero in PutDraft: now
	CreatedBy string    // the account, as shown to people
	ChangedAt time.Time // zero in PutDraft: now
	ChangedBy string
}

// Sample is a call that a draft is tried on.
type Sample struct {
	// Request is the call. Its Body is stored with the sample; Stored is ignored. The contents of its Files exist only
	// as long as a delivery or a record refers to them.
	Request  hook.Request
	Delivery ident.ID  // the call it was taken from; 0: somebody wrote it. The delivery may be deleted before the sample
	SetAt    time.Time // zero in PutSample: now
	SetBy    string    // the account, as shown to people
}
