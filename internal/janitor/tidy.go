package janitor

import (
	"context"
	"slices"
	"time"

	"hookline.dev/hookline/internal/store"
)

// tidy runs every task once. A task that fails does not stop the next one.
func (j *Janitor) tidy(ctx context.Context) error {
	now := j.opt.Clock.Now()
	var first error
	for _, task := range []func(context.Context, time.Time) error{j.byAge, j.refused, j.expired, j.statistics, j.bulks, j.refusedBySize, j.bySize, j.sweep, j.audit} {
		if err := task(ctx, now); err != nil && first == nil {
			first = err
		}
		if ctx.Err() != nil {
			return first
		}
	}
	return first
}

// byAge deletes what is older than its workflow's rule, or else the server's.
func (j *Janitor) byAge(ctx context.Context, now time.Time) error {
	var except []string
	for key, keep := range j.opt.Rules() {
		except = append(except, key)
		if err := j.forget(ctx, store.Deletion{Workflow: key, Before: now.Add(-keep)}); err != nil {
			return err
		}
	}
	if j.opt.Retain <= 0 {
		return nil
	}
	slices.Sort(except)
	return j.forget(ctx, store.Deletion{Except: except, Before: now.Add(-j.opt.Retain)})
}

// refused deletes calls that started no execution.
func (j *Janitor) refused(ctx context.Context, now time.Time) error {
	if j.opt.RetainRefused <= 0 {
		return nil
	}
	return j.forget(ctx, store.Deletion{Refused: true, Before: now.Add(-j.opt.RetainRefused)})
}

// refusedShare is the part of RetainBytes that calls which ran nothing may use: one in refusedShare.
const refusedShare = 10

// refusedBySize deletes the oldest calls that ran nothing until they are below their share of the size limit, so that
// a flood of them does not push out the history of executions.
func (j *Janitor) refusedBySize(ctx context.Context, now time.Time) error {
	if j.opt.RetainBytes <= 0 {
		return nil
	}
	count, used, err := j.opt.Store.RefusedUsage()
	limit := j.opt.RetainBytes / refusedShare
	if err != nil || used <= limit {
		return err
	}
	for surplus := int(float64(count) * float64(used-limit) / float64(used)); surplus >= 0; {
		done, err := j.piece(store.Deletion{Refused: true, Before: now, Limit: min(chunk, surplus+1)})
		if err != nil || done.Deliveries == 0 || !pause(ctx, writePause) {
			return err
		}
		surplus -= done.Deliveries
	}
	return nil
}

// bySize deletes the oldest deliveries until the store is below its size limit. Those of calls that ran nothing go
// first.
func (j *Janitor) bySize(ctx context.Context, now time.Time) error {
	if j.opt.RetainBytes <= 0 {
		return nil
	}
	for refused := true; ; {
		used, err := j.opt.Store.Usage()
		if err != nil || used <= j.opt.RetainBytes {
			return err
		}
		done, err := j.piece(store.Deletion{Refused: refused, Before: now, Limit: chunk})
		if err == nil && done.Deliveries == 0 && refused {
			refused = false
			continue
		}
		if err != nil || done.Deliveries == 0 {
			return err // only running executions are left
		}
		if !pause(ctx, writePause) {
			return nil
		}
	}
}

// forget deletes in chunks until nothing matches.
func (j *Janitor) forget(ctx context.Context, what store.Deletion) error {
	what.Limit = chunk
	for {
		done, err := j.piece(what)
		if err != nil || !done.More || !pause(ctx, writePause) {
			return err
		}
	}
}

func (j *Janitor) piece(what store.Deletion) (store.Deleted, error) {
	done, err := j.opt.Store.DeleteDeliveries(what)
	j.deliveries.Add(int64(done.Deliveries))
	j.executions.Add(int64(done.Executions))
	j.blobs.Add(int64(done.Blobs))
	return done, err
}

// expired deletes dedupe keys whose window has ended.
func (j *Janitor) expired(ctx context.Context, now time.Time) error {
	for {
		n, err := j.opt.Store.DeleteExpiredKeys(now, chunk)
		j.keys.Add(int64(n))
		if err != nil || n < chunk || !pause(ctx, writePause) {
			return err
		}
	}
}

// statistics deletes buckets that are no longer kept.
func (j *Janitor) statistics(ctx context.Context, now time.Time) error {
	for {
		n, err := j.opt.Store.DeleteStatistics(now, chunk)
		if err != nil || n == 0 || !pause(ctx, writePause) {
			return err
		}
	}
}

// bulks deletes bulk actions that were not confirmed or have ended.
func (j *Janitor) bulks(_ context.Context, now time.Time) error {
	_, err := j.opt.Bulks.DropBulks(now.Add(-j.opt.KeepPlans), now.Add(-j.opt.KeepBulks))
	return err
}

// sweep removes blobs without a delivery, at the start and then every sweepEvery.
func (j *Janitor) sweep(_ context.Context, now time.Time) error {
	if !j.swept.IsZero() && now.Sub(j.swept) < sweepEvery {
		return nil
	}
	n, err := j.opt.Store.SweepBlobs(now.Add(-orphanAge))
	j.blobs.Add(int64(n))
	if err == nil {
		j.swept = now
	}
	return err
}
