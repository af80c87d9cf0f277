package storetest

import (
	"fmt"
	"slices"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// frontWorkload returns the writes of ingress for the workload of testFaults: sameKey, repeats of a live execution
// and of a failed one, an expired key, a call with blobs, and a deletion.
func (w *harness) frontWorkload(n int) (tries []*attempt) {
	w.Helper()
	key := func(name string) string { return fmt.Sprintf("%s %d", name, n) }
	failed, live := w.brought(key("failed"), flow.Failed), w.brought(key("live"), flow.Running)
	old := w.keyed(key("expired"))
	old.Dedupe.Expires = w.now()
	w.ok(w.accept(old))
	sameKey := []store.Accept{w.keyed(key("same")), w.keyed(key("same")), w.keyed(key("same"))}
	for i, a := range sameKey {
		tries = append(tries, w.keyedAttempt(fmt.Sprintf("same key %d", i), a, sameKey))
	}
	over := w.keyed(key("expired"))
	tries = append(tries, w.keyedAttempt("taking over", over, []store.Accept{over}))
	if w.blobs != nil {
		tries = append(tries, w.storingAttempt())
	}
	return append(tries, w.repeatAttempt(w.keyed(key("live")), live, false), w.repeatAttempt(w.keyed(key("failed")), failed, true), w.forgetAttempt())
}

// keyedAttempt accepts one of several calls with the same key. Exactly one of the stored calls must have run, and
// the others must name its execution.
func (w *harness) keyedAttempt(name string, a store.Accept, all []store.Accept) *attempt {
	after := func() {
		if out := w.take(w.keyed(a.Delivery.DedupeKey)); out.First == nil {
			w.Fatalf("the key of %s is lost", name)
		}
	}
	return &attempt{name: name, after: after, write: func() error { return w.accept(a) }, found: func() (bool, error) {
		d, err := w.Delivery(w.Context(), a.Delivery.ID)
		if found, err := presence(err); !found {
			return false, err
		}
		if d.Outcome == hook.Accepted {
			return w.holds(a)
		}
		i := slices.IndexFunc(all, func(b store.Accept) bool { return b.Execution.ID == d.Execution })
		if i < 0 || d.Outcome != hook.Repeat {
			return false, fmt.Errorf("delivery %d is %s and names execution %d", d.ID, d.Outcome, d.Execution)
		}
		if first, err := w.holds(all[i]); !first {
			return false, fmt.Errorf("delivery %d repeats execution %d, which is not there: %w", d.ID, d.Execution, err)
		}
		return true, nil
	}}
}

// repeatAttempt accepts the repeat of an execution. A failed execution must run again if and only if the delivery
// is stored.
func (w *harness) repeatAttempt(a store.Accept, first ident.ID, failed bool) *attempt {
	return &attempt{name: "repeat of " + a.Delivery.DedupeKey, write: func() error {
		out, err := w.Accept(a)
		if err == nil && (out.First == nil || out.First.ID != first || out.Retried != failed) {
			return fmt.Errorf("outcome is %+v", out)
		}
		return err
	}, found: func() (bool, error) {
		d, err := w.Delivery(w.Context(), a.Delivery.ID)
		found, err := presence(err)
		if err != nil {
			return false, err
		}
		if found && (d.Outcome != hook.Repeat || d.Execution != first) {
			return false, fmt.Errorf("delivery %d is %s and names execution %d", d.ID, d.Outcome, d.Execution)
		}
		l, err := w.Load(w.Context(), first)
		round := 0
		if found && failed {
			round = 1
		}
		if e := l.Execution; err == nil && (e.Round != round || len(l.Steps) != 1+round || (e.Status == flow.Failed) != (failed && !found)) {
			err = fmt.Errorf("execution %d is %s in round %d with %d steps, and the delivery that repeats it is there: %v", first, e.Status, e.Round, len(l.Steps), found)
		}
		return found, err
	}}
}

// storingAttempt accepts a call whose body and file are stored as blobs.
func (w *harness) storingAttempt() *attempt {
	w.Helper()
	id := w.ids.Next()
	a, list := w.storing(fmt.Sprint("body ", id), fmt.Sprint("file ", id))
	return &attempt{name: "accept with blobs", write: func() error {
		defer w.unpin(list)
		return w.accept(a)
	}, found: func() (bool, error) { return w.holds(a) }, after: func() {
		if w.sweep(); !w.kept(list[0]) || !w.kept(list[1]) {
			w.Fatalf("a blob of delivery %d was swept", a.Delivery.ID)
		}
	}}
}

// deletedWorkflow is how the keys of the workflows begin that forgetAttempt makes.
const deletedWorkflow = "deleted-"

// forgetAttempt deletes one delivery of a separate workflow, with its execution and journal.
func (w *harness) forgetAttempt() *attempt {
	w.Helper()
	a := w.call(w.owner)
	a.Delivery.Workflow = deletedWorkflow + fmt.Sprint(a.Delivery.ID)
	a.Execution.Workflow = a.Delivery.Workflow
	w.ok(w.accept(a))
	w.commit(w.ending(a.Execution.ID, flow.Succeeded, w.step(a.Execution.ID, 1)))
	f := store.Deletion{Workflow: a.Delivery.Workflow, Before: w.now().AddDate(1, 0, 0), Limit: 1}
	return &attempt{name: "forget", write: func() error {
		_, err := w.DeleteDeliveries(f)
		return err
	}, found: func() (bool, error) {
		_, noExecution := w.Load(w.Context(), a.Execution.ID)
		_, noDelivery := w.Delivery(w.Context(), a.Delivery.ID)
		if (noExecution == nil) != (noDelivery == nil) {
			return false, fmt.Errorf("one of the two is there alone: %w, %w", noExecution, noDelivery)
		}
		return fault.Is(noDelivery, fault.NotFound), nil
	}}
}
