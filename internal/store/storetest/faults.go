package storetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// attempt is one write of the workload: how a caller makes it, and how to check whether it was written.
type attempt struct {
	name  string
	write func() error
	found func() (bool, error)
	err   error // the result that the caller got

	creates bool   // it creates a record
	after   func() // further checks at the end, if the caller was told that it was written
}

// testFaults runs a workload repeatedly. It makes the workload fail at its first place, then at its second, and
// so on, until it runs without a failure: once with a single failure each time, and once with a disk that remains
// broken from there on. Every caller must learn the truth about its own write, immediately and after a restart.
func testFaults(t *testing.T, d Driver) {
	if len(d.Places) == 0 {
		return
	}
	var inner, outer, writing, syncing []Place
	for _, p := range d.Places {
		switch p {
		case Statement, Commit:
			inner = append(inner, p)
		case Write:
			outer, writing = append(outer, p), append(writing, p)
		case Sync:
			outer, syncing = append(outer, p), append(syncing, p)
		}
	}
	for _, c := range []struct {
		fault  Fault
		places []Place
		after  bool
	}{
		{Full, inner, false}, {IOError, inner, false}, {NoMemory, inner, false}, {Interrupt, inner, false}, {Panic, inner, false},
		{Full, inner, true}, {Panic, inner, true},
		{Full, outer, false}, {IOError, outer, false}, {IOError, writing, true},
	} {
		if len(c.places) == 0 {
			continue
		}
		name := fmt.Sprintf("%s at %v", c.fault, c.places)
		if c.after {
			name += " and ever after"
		}
		for _, part := range workloads() {
			t.Run(name+", "+part.name, func(t *testing.T) {
				t.Parallel()
				sweep(t, d, c.places, c.fault, c.after, part.writes)
			})
		}
	}
	if len(syncing) > 0 {
		t.Run("a disk that keeps nothing any more", func(t *testing.T) { deadDisk(t, d, syncing) })
	}
}

// most limits a sweep; a workload has far fewer places.
const most = 2000

// workloads returns the parts of the workload. Each is swept on its own: a sweep runs its writes once for each of their
// places, so its time grows with the square of their number.
func workloads() []part {
	return []part{
		{"calls and executions", func(w *harness, n int) []*attempt { return append(w.callWorkload(n), w.frontWorkload(n)...) }},
		{"management", func(w *harness, n int) []*attempt {
			return slices.Concat(w.draftWorkload(n), w.variableWorkload(n), w.auditWorkload(n))
		}},
	}
}

// part is a part of the workload.
type part struct {
	name   string
	writes func(w *harness, n int) []*attempt
}

func sweep(t *testing.T, d Driver, places []Place, f Fault, after bool, writes func(*harness, int) []*attempt) {
	in := &injector{}
	w := openHarness(t, d, Options{Inject: in.Inject})
	w.ok(w.define([]collection.Collection{people()}))
	w.commit(w.creating(w.accepted().Execution.ID, 1, `{"email":"taken"}`))
	var all []*attempt
	failed := 0
	for n := 1; ; n += d.stride() {
		if n > most {
			t.Fatalf("the workload still fails at place %d", n)
		}
		tries := writes(w, n)
		in.arm(places, f, n, after)
		atOnce(tries)
		hit := in.disarm()
		for _, a := range tries {
			w.checkResult(a, fmt.Sprintf("%s at place %d", f, n))
			if a.err != nil {
				failed++
			}
		}
		w.backlog(int64(w.unfinished()))
		all = append(all, tries...)
		if !hit {
			t.Logf("%d places, %d writes were refused of %d", n-1, failed, len(all))
			w.countsAreRows()
			break
		}
	}
	w.reopen()
	created := 1
	for _, a := range all {
		w.checkResult(a, "after a restart")
		if a.creates && a.err == nil {
			created++
		}
	}
	for _, a := range all {
		if a.after != nil && a.err == nil {
			a.after()
		}
	}
	w.countsAreRows()
	w.backlog(int64(w.unfinished()))
	w.same("records", len(w.records()), created)
}

// deadDisk makes every sync fail from the n-th on. The outcome of running writes is unknown then, so an error may
// mean either. But writes that were reported as successful must exist, nothing may be written in part, and the
// store must report that it cannot continue.
func deadDisk(t *testing.T, d Driver, places []Place) {
	for n := 1; n <= 4; n++ {
		in := &injector{}
		w := openHarness(t, d, Options{Inject: in.Inject})
		w.ok(w.define([]collection.Collection{people()}))
		w.commit(w.creating(w.accepted().Execution.ID, 1, `{"email":"taken"}`))
		tries := w.workload(n)
		in.arm(places, IOError, n, true)
		atOnce(tries)
		refused := 0
		for _, a := range tries {
			if a.err != nil {
				w.fails(a.err, fault.Unavailable)
				refused++
			}
		}
		if refused == 0 {
			t.Fatal("a disk that keeps nothing was not noticed")
		}
		w.fails(w.Ping(), fault.Unavailable)
		in.disarm()
		_ = w.Close()
		w.open(Options{Clock: w.clock})
		for _, a := range tries {
			if a.err == nil {
				w.checkResult(a, "after the disk died")
			} else if _, err := a.found(); err != nil {
				t.Fatalf("after the disk died: %s: %v", a.name, err)
			}
		}
		w.countsAreRows()
		w.backlog(int64(w.unfinished()))
	}
}

// checkResult compares the result that a caller got with the tables.
func (w *harness) checkResult(a *attempt, when string) {
	w.Helper()
	found, err := a.found()
	if err != nil {
		w.Fatalf("%s: %s cannot be looked up: %v", when, a.name, err)
	}
	if found == (a.err == nil) {
		return
	}
	w.Fatalf("%s: %s: the caller was told %v, and found is %v", when, a.name, a.err, found)
}

// atOnce runs all writes concurrently, so that a driver groups several into one transaction.
func atOnce(tries []*attempt) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for _, a := range tries {
		all.Go(func() {
			<-start
			a.err = a.write()
		})
	}
	close(start)
	all.Wait()
}

// workload returns one write of each kind, and several Accepts and Commits. n makes it different from other
// workloads. It prepares what the writes need immediately.
func (w *harness) workload(n int) (tries []*attempt) {
	w.Helper()
	for _, part := range workloads() {
		tries = append(tries, part.writes(w, n)...)
	}
	return tries
}

// callWorkload returns the writes of the door and of the engine, and those of definitions.
func (w *harness) callWorkload(n int) []*attempt {
	w.Helper()
	var tries []*attempt
	add := func(name string, write func() error, found func() (bool, error)) {
		tries = append(tries, &attempt{name: name, write: write, found: found})
	}
	owned := func() ident.ID { return w.accepted().Execution.ID }
	commit := func(c store.Commit, violated bool) func() error {
		return func() error {
			out, err := w.Commit(c)
			if err == nil && (out.Fenced || slices.ContainsFunc(out.Ops, func(o collection.Outcome) bool { return o.Violation != nil }) != violated) {
				return fmt.Errorf("outcome is %+v", out)
			}
			return err
		}
	}
	for i := range 3 {
		a := w.call(w.owner * flow.Incarnation(i%2))
		add(fmt.Sprintf("accept %d", i), func() error { return w.accept(a) }, func() (bool, error) { return w.holds(a) })
	}
	for i := range 2 {
		id, email := owned(), fmt.Sprintf("%d-%d", n, i)
		add(fmt.Sprintf("commit with a record %d", i), commit(w.creating(id, 1, `{"email":"`+email+`"}`), false), func() (bool, error) {
			return w.committed(id, flow.Succeeded, flow.Succeeded, email)
		})
		tries[len(tries)-1].creates = true
	}
	broken, steps, sleeper, canceled := owned(), owned(), owned(), w.queued()
	ended, again := w.end(flow.Failed), w.end(flow.Failed)
	add("commit that breaks a rule", commit(w.creating(broken, 1, `{"email":"taken"}`), true), func() (bool, error) {
		return w.committed(broken, flow.Running, flow.Failed, "")
	})
	add("commit of steps", commit(w.running(steps, w.step(steps, 1), w.step(steps, 2)), false), func() (bool, error) {
		return w.committed(steps, flow.Running, flow.Succeeded, "")
	})
	failed, child := owned(), w.call(0)
	start := w.ending(failed, flow.Failed, w.step(failed, 1))
	start.Child = &child
	add("commit that starts another execution", commit(start, false), func() (bool, error) {
		ended, err := w.committed(failed, flow.Failed, flow.Succeeded, "")
		if err != nil {
			return false, err
		}
		if started, err := w.holds(child); err != nil || started != ended {
			return false, fmt.Errorf("the end is written: %v, its child: %v: %w", ended, started, err)
		}
		return ended, nil
	})
	add("commit that sleeps", commit(w.sleeping(sleeper, w.now().AddDate(1, 0, 0)), false), w.is(sleeper, flow.Waiting, flow.Queued))
	add("cancel", func() error { _, err := w.RequestCancel(canceled, w.now()); return err }, w.is(canceled, flow.Canceled, flow.Queued))
	add("retry from the start", func() error {
		rerun := flow.Rerun{From: flow.FromStart, Dropped: []flow.Rows{{First: 1, Last: 1}}, Data: value.Trusted(`{"b":1.0}`)}
		return w.Retry(store.Retry{Execution: again, At: w.now(), Rerun: rerun})
	}, w.is(again, flow.Queued, flow.Failed))
	add("retry", func() error { return w.retry(ended) }, w.is(ended, flow.Queued, flow.Failed))
	p := w.published("workflow", fmt.Sprintf("revision-%d", n))
	add("publish", func() error { return w.publish(p) }, func() (bool, error) {
		_, err := w.Revision(w.Context(), p.Key, p.Revision)
		return presence(err)
	})
	grown := collection.Collection{Name: fmt.Sprintf("grown_%d", n), Fields: []collection.Field{{Name: "a", Type: collection.String}}}
	w.ok(w.define([]collection.Collection{grown}))
	grown.Fields = append(grown.Fields, collection.Field{Name: "b", Type: collection.String, Index: true})
	added := collection.Collection{Name: fmt.Sprintf("added_%d", n), Fields: grown.Fields}
	add("define", func() error { return w.define([]collection.Collection{grown, added}) }, func() (bool, error) {
		return w.defined(grown, added)
	})
	w.SaveDelivery(w.delivery(hook.Unmatched))
	return tries
}

// holds reports whether an accepted call is stored completely.
func (w *harness) holds(a store.Accept) (bool, error) {
	l, err := w.Load(w.Context(), a.Execution.ID)
	if found, err := presence(err); !found {
		if _, gone := w.Delivery(w.Context(), a.Delivery.ID); err == nil && !fault.Is(gone, fault.NotFound) {
			return false, fmt.Errorf("there is a delivery without its execution: %w", gone)
		}
		return false, err
	}
	if string(l.Delivery.Request.Body) != string(a.Delivery.Request.Body) || l.Execution.Workflow != a.Execution.Workflow {
		return false, fmt.Errorf("execution %d is there in part", a.Execution.ID)
	}
	return true, nil
}

// committed reports whether an execution has a status, a journal whose last row has a status, and, if email is
// not "", the record with that email. A part of these is an error.
func (w *harness) committed(id ident.ID, status, last flow.Status, email string) (bool, error) {
	l, err := w.Load(w.Context(), id)
	if err != nil {
		return false, err
	}
	moved := l.Execution.Status == status
	if !moved && len(l.Steps) == 0 {
		return false, nil
	}
	if !moved || len(l.Steps) == 0 || l.Steps[len(l.Steps)-1].Status != last {
		return false, fmt.Errorf("execution %d is there in part: status %s, %d steps", id, l.Execution.Status, len(l.Steps))
	}
	if email == "" {
		return true, nil
	}
	record, _ := l.Steps[len(l.Steps)-1].Result.Get("id").Int()
	r, err := w.Record(w.Context(), "people", record)
	if text, _ := r.JSON.Get("email").Str(); text != email {
		return false, fmt.Errorf("execution %d made record %d, which has the email %q: %w", id, record, text, err)
	}
	return true, nil
}

// defined reports whether both collections are as wanted. One alone is an error.
func (w *harness) defined(grown, added collection.Collection) (bool, error) {
	list, err := w.Collections(w.Context())
	if err != nil {
		return false, err
	}
	has := func(want collection.Collection) bool {
		return slices.ContainsFunc(list, func(c collection.Collection) bool {
			return c.Name == want.Name && len(c.Fields) == len(want.Fields)
		})
	}
	if has(grown) != has(added) {
		return false, fmt.Errorf("one of the collections %s and %s is defined alone", grown.Name, added.Name)
	}
	return has(grown), nil
}

// is returns a function that reports whether an execution has the status to. Any status other than to and from is
// an error.
func (w *harness) is(id ident.ID, to, from flow.Status) func() (bool, error) {
	return func() (bool, error) {
		l, err := w.Load(w.Context(), id)
		if got := l.Execution.Status; err == nil && got != to && got != from {
			return false, fmt.Errorf("status is %s, neither %s nor %s", got, to, from)
		}
		return l.Execution.Status == to, err
	}
}

func presence(err error) (bool, error) {
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// unfinished returns the number that the backlog must have.
func (w *harness) unfinished() int {
	w.Helper()
	return len(w.executions(store.Listing{Query: only("status", "queued", "running"), Limit: store.MaxPage}))
}
