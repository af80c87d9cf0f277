package dryrun

import (
	"context"
	"sync"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// Records is what a Tester needs of the store. Write is for a single node that runs in earnest.
type Records interface {
	collection.Reader
	store.Rehearser
	Write(collection.Op) (collection.Outcome, error)
}

// records are the records as the run sees them: those of the store, with its own operations applied. It is safe for
// concurrent use.
type records struct {
	store Records
	files *files

	mu  sync.Mutex
	ops []store.RehearsedOp // that have been applied so far and broke no rule
}

// Find implements collection.Reader.
func (r *records) Find(ctx context.Context, q collection.Query) (collection.Found, error) {
	h := r.rehearsal(nil)
	if len(h.Ops) == 0 {
		return r.store.Find(ctx, q)
	}
	h.Find = &q
	out, err := r.store.Rehearse(ctx, h)
	return out.Found, err
}

// Aggregate implements collection.Reader.
func (r *records) Aggregate(ctx context.Context, a collection.Aggregate) (value.Value, error) {
	h := r.rehearsal(nil)
	if len(h.Ops) == 0 {
		return r.store.Aggregate(ctx, a)
	}
	h.Aggregate = &a
	out, err := r.store.Rehearse(ctx, h)
	return out.Value, err
}

// apply applies operations after all earlier ones and returns their outcomes.
func (r *records) apply(ctx context.Context, ops []store.RehearsedOp) ([]collection.Outcome, error) {
	h := r.rehearsal(ops)
	if len(h.Ops) > maxOps {
		return nil, fault.New("dryrun.apply", fault.Limit, "the test has reached %d operations on records, which is the limit of a test without effects", maxOps)
	}
	size := 0
	for i := range h.Ops {
		size += len(h.Ops[i].Op.Values.Text())
	}
	if size > maxOpBytes {
		return nil, fault.New("dryrun.apply", fault.Limit, "the test writes more than %d MiB to records, which is the limit of a test without effects", maxOpBytes>>20)
	}
	out, err := r.store.Rehearse(ctx, h)
	if err != nil {
		return nil, err
	}
	outcomes := out.Outcomes[len(h.Ops)-len(ops):]
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, o := range outcomes {
		if o.Violation == nil {
			r.ops = append(r.ops, ops[i])
		}
	}
	return outcomes, nil
}

// rehearsal returns the operations so far and new ones.
func (r *records) rehearsal(more []store.RehearsedOp) store.Rehearsal {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := store.Rehearsal{Blobs: r.files.names()}
	h.Ops = append(append(h.Ops, r.ops...), more...)
	return h
}
