package engine

import (
	"context"
	"slices"
	"sync"
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

// beside is what runs at once in one execution: passes of a loop and branches of a fork. The owner alone
// settles and commits. What only computes it runs itself; what may take long runs in a leaf, a goroutine
// that gives back what it came to. An execution has one slot, however many leaves it has: those are
// bounded by themselves, mostLeaves in an execution and Options.Leaves in all.
type beside struct {
	mu     sync.RWMutex // held by the owner when it changes the state while leaves fly, and by those who read it
	leaves map[*leaf]struct{}
	landed chan *leaf      // has room for all leaves
	ready  []*leaf         // to start when what is pending is committed
	gone   int             // leaves that were let go of and have not landed
	ctx    context.Context //nolint:containedctx // of all leaves, which end when the execution is canceled
	cancel context.CancelFunc

	wishes []wish // Ops for the next commit
	wished int    // bytes of their values
}

// mostLeaves is how many attempts of one execution run at once.
const mostLeaves = flow.MostParallel

// leaf is an attempt beside the owner.
type leaf struct {
	c       advance.Command
	input   value.Value
	limit   time.Duration
	started time.Time
	scope   scope
	ctx     context.Context //nolint:containedctx // of this one attempt
	cancel  context.CancelFunc
	result  node.Result
	err     error
}

// flying reports whether leaves read the state.
func (b *beside) flying() bool { return len(b.leaves) > 0 || b.gone > 0 }

// count is how many leaves there are, and are to be.
func (b *beside) count() int { return len(b.leaves) + b.gone + len(b.ready) }

// reserve takes a place for one more leaf of an execution that has some.
func (e *Engine) reserve(has int) bool {
	if has >= mostLeaves {
		return false
	}
	if e.leaves.Add(1) > int64(e.opt.Leaves) {
		e.leaves.Add(-1)
		return false
	}
	return true
}

// prepare has an attempt start beside the owner when there is nothing more to prepare. So one commit does for
// the inputs of all that act on the world outside.
func (r *run) prepare(c advance.Command, input value.Value, limit time.Duration, started time.Time) {
	l := &leaf{c: c, input: input, limit: limit, started: started, scope: r.scope}
	l.scope.apart = true
	r.state.Take(c)
	r.beside.ready = append(r.beside.ready, l)
}

// start lets a prepared leaf fly.
func (r *run) start(l *leaf) {
	b := &r.beside
	if b.leaves == nil {
		b.leaves, b.landed = make(map[*leaf]struct{}), make(chan *leaf, mostLeaves)
		b.ctx, b.cancel = context.WithCancel(r.engine.ctx)
		r.job.cancel.Store(&b.cancel)
		if r.job.canceled.Load() {
			b.cancel()
		}
	}
	l.ctx, l.cancel = r.bounded(b.ctx, l.limit, r.state.Deadline(), l.started)
	in := r.input(l.c, &l.scope, l.input, l.started)
	b.leaves[l] = struct{}{}
	go func() {
		l.result, l.err = r.perform(l.ctx, l.c, in, l.limit)
		l.cancel()
		r.engine.leaves.Add(-1)
		b.landed <- l
	}()
}

// landed settles one leaf that has come back, if there is one.
func (r *run) landed() bool {
	if !r.beside.flying() {
		return false
	}
	select {
	case l := <-r.beside.landed:
		r.land(l)
		return true
	default:
		return false
	}
}

// land settles what a leaf came to, unless it was let go of.
func (r *run) land(l *leaf) {
	b := &r.beside
	if _, ours := b.leaves[l]; !ours {
		b.gone--
		return
	}
	delete(b.leaves, l)
	r.state.Release(l.c)
	r.conclude(l.c, l.input, l.started, l.result, l.err)
}

// await has nothing to run: it commits what is wished for, starts what is ready, and when there is neither,
// waits for a leaf to land, or until an instant when that is not zero. What was done to the world outside
// does not wait for the next commit meanwhile.
func (r *run) await(until time.Time) bool {
	b := &r.beside
	if len(b.wishes) > 0 || len(b.ready) > 0 {
		return r.launch()
	}
	if r.acted && !r.flush() {
		return false
	}
	var due <-chan time.Time
	if !until.IsZero() {
		timer := time.NewTimer(until.Sub(r.engine.clock.Now()))
		defer timer.Stop()
		due = timer.C
	}
	select {
	case l := <-b.landed:
		r.land(l)
	case <-due:
	}
	return !r.over
}

// launch commits what is pending and what is wished for, and starts the leaves that are ready.
func (r *run) launch() bool {
	switch {
	case len(r.beside.wishes) > 0:
		r.grant()
	case slices.ContainsFunc(r.beside.ready, r.acts) && !r.flush():
		return false
	}
	ready := r.beside.ready
	r.beside.ready = nil
	for _, l := range ready {
		if r.over || r.job.canceled.Load() {
			r.engine.leaves.Add(-1)
			continue
		}
		r.start(l)
	}
	return !r.over
}

// acts reports whether a leaf acts on the world outside.
func (r *run) acts(l *leaf) bool { return r.compiled.Infos[l.c.Index].Effect == node.Outbound }

// reap lets go of what does not count any more: it lost, or its pass or branch has failed.
func (r *run) reap() {
	b := &r.beside
	lost := func(c advance.Command) bool {
		if r.state.Live(c.Place) {
			return false
		}
		r.state.Release(c)
		return true
	}
	for l := range b.leaves {
		if lost(l.c) {
			r.letFly(l)
		}
	}
	ready, wishes := b.ready[:0], b.wishes[:0]
	for _, l := range b.ready {
		if lost(l.c) {
			r.engine.leaves.Add(-1)
		} else {
			ready = append(ready, l)
		}
	}
	for _, w := range b.wishes {
		if !lost(w.c) {
			wishes = append(wishes, w)
		}
	}
	b.ready, b.wishes = ready, wishes
}

// letFly ends the interest in a leaf.
func (r *run) letFly(l *leaf) {
	l.cancel()
	delete(r.beside.leaves, l)
	r.beside.gone++
}

// abandon lets go of everything: the execution has come to its end.
func (r *run) abandon() {
	b := &r.beside
	for l := range b.leaves {
		r.letFly(l)
	}
	r.engine.leaves.Add(-int64(len(b.ready)))
	b.ready, b.wishes, b.wished = nil, nil, 0
}

// windDown lets what is under way come to its end, and begins nothing new. False: the execution is out
// of this owner's hands.
func (r *run) windDown() bool {
	b := &r.beside
	r.engine.leaves.Add(-int64(len(b.ready)))
	b.ready = nil
	for len(b.leaves) > 0 && !r.over {
		r.land(<-b.landed)
	}
	if len(b.wishes) > 0 && !r.over {
		r.grant()
	}
	return !r.over
}

// join waits for the last leaf: whoever has the slot after this run finds it empty.
func (r *run) join() {
	r.abandon()
	for r.beside.gone > 0 {
		<-r.beside.landed
		r.beside.gone--
	}
	if r.beside.cancel != nil {
		r.job.cancel.Store(nil)
		r.beside.cancel()
	}
}
