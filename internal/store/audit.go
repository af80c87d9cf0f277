package store

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/audit"
)

// Audit stores the audit log (package audit).
type Audit interface {
	// AppendAudit gives entries their numbers and hashes, after the newest entry that is stored, and writes them with the
	// new head in one write. It returns the head, after the fsync.
	AppendAudit([]audit.Entry) (audit.Mark, error)
	// AuditEntries returns a page of entries.
	AuditEntries(context.Context, AuditQuery) ([]audit.Entry, error)
	// AuditEnds returns the anchor and the head. Both are zero in a new store.
	AuditEnds(context.Context) (AuditEnds, error)
	// DeleteAudit deletes the oldest entries that were written before the given time, at most limit and always the first
	// ones of the chain, and moves the anchor in the same write. It returns how many it deleted. A driver may lower
	// limit.
	DeleteAudit(before time.Time, limit int) (int, error)
}

// AuditEnds are the ends of the stored chain.
type AuditEnds struct{ Anchor, Head audit.Mark }

// AuditQuery selects entries of the audit log, newest first. Empty fields select everything.
type AuditQuery struct {
	By     string // name of the actor
	Action string
	Target string
	Since  time.Time // at this time or later
	Until  time.Time // before this time
	Before int64     // only smaller numbers; 0: from the newest
	After  int64     // with Oldest: only larger numbers
	Oldest bool      // oldest first
	Limit  int       // at most MaxPage
}
