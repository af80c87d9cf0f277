package store

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/value"
)

// Versions reads and writes what was published. A revision is a document, named by its hash. A version is one
// publication of a revision: when an older document is published again, it becomes a version with a number of its own.
// Versions and revisions are never changed and never deleted, also not with their workflow.
type Versions interface {
	// Publish stores revisions and makes each the current one of its workflow, all in one write. A workflow whose
	// current revision is another gets the next version number; numbers begin at 1 and go on after a deletion. The error
	// is of kind fault.Conflict if one of the conditions of a Publication does not hold; then nothing is written.
	Publish([]Publication) error
	// SaveRevision stores a revision without publishing it, so that the test of a workflow can run on it. It has no
	// version. A revision that is stored already is no error. The error is of kind fault.Invalid if a part is missing.
	SaveRevision(workflow, revision string, document value.Value) error
	// Versions returns the versions of a workflow without their documents, newest first: those with a number below
	// before (0: all), at most limit. A workflow that is not known has none.
	Versions(ctx context.Context, workflow string, before int64, limit int) ([]Version, error)
	// Version returns one version with its document. The error is of kind fault.NotFound if there is none.
	Version(ctx context.Context, workflow string, number int64) (Version, error)
	// SetSource notes where a workflow comes from and which revision that contains, without publishing it. The error is of
	// kind fault.NotFound if there is no such workflow.
	SetSource(workflow, source, revision string) error
	// DeleteWorkflow deletes a workflow, its draft and its sample. Deliveries, executions, versions and revisions stay.
	// The error is of kind fault.NotFound if there is neither a workflow nor a draft.
	DeleteWorkflow(key string) error
}

// Published is a workflow as the catalog stores it.
type Published struct {
	Key       string
	Enabled   bool
	Revision  string
	Document  value.Value
	Source    string // origin, for example a file name; used for conflicts and prune
	UpdatedAt time.Time
	// FileRevision is the revision that Source contained when it was last loaded. If it is not Revision, the workflow was
	// edited over the API since. "": the workflow has no Source.
	FileRevision string

	Version     int64 // number of the current version; set by the store
	PublishedAt time.Time
	PublishedBy string
	Note        string
}

// Publication is a workflow to publish. The store ignores Version; PublishedAt is UpdatedAt.
type Publication struct {
	Published
	Origin string // the file that this version is published from; "": over the API
	// Replaces is the number of the version that must be the current one; 0: the workflow must not be published;
	// AnyVersion: no condition.
	Replaces int64
	// Draft is the Version of the draft that is published. It must be stored, and the write deletes it. 0: none.
	Draft int64
}

// Version is one publication of a workflow.
type Version struct {
	Workflow    string
	Number      int64
	Revision    string
	PublishedAt time.Time // zero: not known, because an older Hookline published it
	PublishedBy string    // the account, as shown to people; "": a file, or not known
	Note        string
	Origin      string      // the file that it was published from; "": over the API
	Document    value.Value // missing in lists
}
