package engine

import (
	"crypto/sha256"
	"sync"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// liveKeys are the dedupe keys of executions that callers wait for and that this process runs. A call that repeats one
// of them needs no slot: it waits for the first call's execution. The store decides whether a call is a repeat; this
// only tells when it is likely, so that the call need not wait for a slot first.
type liveKeys struct {
	mu         sync.Mutex
	executions map[dedupeKey]ident.ID
	keys       map[ident.ID]dedupeKey
}

type dedupeKey struct {
	workflow string
	key      [sha256.Size]byte
}

// has reports whether an execution with the key of a call is running.
func (l *liveKeys) has(a *store.Accept) bool {
	if a.Dedupe == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, found := l.executions[dedupeKey{a.Execution.Workflow, a.Dedupe.Key}]
	return found
}

// add notes the key of an execution that begins to run.
func (l *liveKeys) add(a *store.Accept) {
	if a.Dedupe == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.keys == nil {
		l.executions, l.keys = make(map[dedupeKey]ident.ID), make(map[ident.ID]dedupeKey)
	}
	key := dedupeKey{a.Execution.Workflow, a.Dedupe.Key}
	l.executions[key], l.keys[a.Execution.ID] = a.Execution.ID, key
}

// remove forgets the key of an execution that has ended, or that this process does not run any more.
func (l *liveKeys) remove(id ident.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key, found := l.keys[id]
	if !found {
		return
	}
	delete(l.keys, id)
	if l.executions[key] == id {
		delete(l.executions, key)
	}
}

// submitRepeat writes a call that probably repeats one whose execution runs. If it does not, its execution waits in the
// table.
func (e *Engine) submitRepeat(a store.Accept) (to store.Accepted, result <-chan flow.Execution, leave func(), err error) {
	a.Execution.Owner = 0
	to, err = e.table.Accept(a)
	switch {
	case err != nil || to.OtherRequest || to.First != nil && !to.Retried:
	case to.Retried:
		e.intake.LeftToTable(a.Execution.Workflow)
	default:
		result, leave = e.waiters.AwaitNew(a.Execution.ID)
		if !to.Elsewhere {
			e.intake.LeftToTable(a.Execution.Workflow)
		}
	}
	return to, result, leave, err
}
