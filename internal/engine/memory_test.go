package engine_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/journalplan"
	"hookline.dev/hookline/internal/value"
)

// memory is a journal in memory. It keeps the contract of store.Journal and can be told to fail.
type memory struct {
	mu        sync.Mutex
	owner     flow.Incarnation
	rows      map[ident.ID]*row
	leaseLost bool // another process took the claims over
	renewals  int
	records   []value.Value
	commits   int
	// fail says what the n-th commit does: "" works, "before" fails and writes nothing, "after"
	// writes and fails all the same.
	fail    func(n int) string
	loadErr error // of Load
	wakeErr error // of NextWake
	// claimed is called by each Claim before its outcome is returned.
	claimed  func([]store.Claimed)
	lastTurn string // the workflow that the last claim ended with
	// torn says that an execution cannot be handed out.
	torn func(flow.Execution) bool
	// rule refuses an Op.
	rule func(op *collection.Op) *collection.Violation
	// chunks is how many writes a filtered Op takes; 0: one.
	chunks int64
	most   int                                       // Ops in one commit so far
	stuck  map[ident.ID]func() error                 // what the Accept of an execution does before it writes
	answer func(store.Accept) (store.Accepted, bool) // not nil: the outcome of an Accept; true: it is written, too
	saw    func(c store.Commit)
}

// row is one execution.
type row struct {
	store.Claimed
	cancel  bool
	suspect bool

	by   flow.Incarnation // of the last Commit
	seq  int64
	done store.Committed
}

func newMemory() *memory { return &memory{rows: map[ident.ID]*row{}} }

// stick has the Accept of an execution do something before it writes. When that fails nothing is written.
func (m *memory) stick(id ident.ID, f func() error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stuck == nil {
		m.stuck = make(map[ident.ID]func() error)
	}
	m.stuck[id] = f
}

func (m *memory) Accept(a store.Accept) (store.Accepted, error) {
	m.mu.Lock()
	stuck, answer := m.stuck[a.Execution.ID], m.answer
	m.mu.Unlock()
	if stuck != nil {
		if err := stuck(); err != nil {
			return store.Accepted{}, err
		}
	}
	to, writes := store.Accepted{}, true
	if answer != nil {
		to, writes = answer(a)
	}
	if writes {
		m.accept(store.Claimed{Execution: a.Execution, Delivery: a.Delivery})
	}
	return to, nil
}

func (m *memory) accept(c store.Claimed) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows[c.Execution.ID] = &row{Claimed: c}
}

func (m *memory) Begin(now time.Time) (store.Lease, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.owner++
	return store.Lease{Incarnation: m.owner, Expires: now.Add(time.Hour)}, nil
}

func (m *memory) Renew(l store.Lease, now time.Time) (store.Lease, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.leaseLost {
		return store.Lease{}, fault.New("memory.Renew", fault.Conflict, "the lease is gone")
	}
	m.renewals++
	l.Expires = now.Add(time.Hour)
	return l, nil
}

// TakeOver drops the claims of every incarnation but the newest.
func (m *memory) TakeOver(now time.Time) ([]ident.ID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var aborted []ident.ID
	for id, r := range m.rows {
		x := &r.Execution
		if x.Status.Final() || x.Owner == m.owner {
			continue
		}
		if r.suspect && x.Resumes >= store.CrashLoop+store.AloneRuns-1 {
			x.Status, x.Reason = flow.Aborted, flow.ReasonKilled
			aborted = append(aborted, id)
			continue
		}
		if x.Owner != 0 && r.cancel {
			x.Status, x.Owner, x.FinishedAt = flow.Canceled, 0, now
			aborted = append(aborted, id)
			continue
		}
		if x.Owner != 0 {
			x.Owner = 0
			x.Resumes++
		}
	}
	slices.Sort(aborted)
	return aborted, nil
}

func (m *memory) Claim(owner flow.Incarnation, now time.Time, limit int, alone bool, skip ...string) ([]store.Claimed, error) {
	out := m.claim(owner, now, limit, alone, skip)
	if m.claimed != nil {
		m.claimed(out)
	}
	return out, nil
}

func (m *memory) claim(owner flow.Incarnation, now time.Time, limit int, alone bool, skip []string) []store.Claimed {
	m.mu.Lock()
	defer m.mu.Unlock()
	var ids []ident.ID
	for id, r := range m.rows {
		x := r.Execution
		due := x.Status == flow.Queued || x.Status == flow.Running || (x.Status == flow.Waiting && !x.WakeAt.After(now))
		if due && x.Owner == 0 && (x.Resumes >= store.CrashLoop) == alone && !slices.Contains(skip, x.Workflow) {
			ids = append(ids, id)
		}
	}
	var out []store.Claimed
	for _, id := range m.takeTurns(ids, limit) {
		r := m.rows[id]
		if m.torn != nil && m.torn(r.Execution) {
			r.Execution.Status, r.Execution.FinishedAt = flow.Failed, now
			out = append(out, r.Claimed)
			continue
		}
		r.Execution.Owner, r.suspect = owner, alone
		if r.Execution.Status == flow.Waiting {
			r.Execution.Status, r.Execution.WakeAt = flow.Running, time.Time{}
		}
		c := r.Claimed
		c.Steps = slices.Clone(c.Steps)
		out = append(out, c)
	}
	return out
}

// takeTurns sorts executions: first the oldest of each workflow, then the second of each, and so on. It begins with the
// workflow after the one that the last claim ended with.
func (m *memory) takeTurns(ids []ident.ID, limit int) []ident.ID {
	slices.Sort(ids)
	seen, turn := map[string]int{}, map[ident.ID]int{}
	for _, id := range ids {
		workflow := m.rows[id].Execution.Workflow
		turn[id] = seen[workflow]
		seen[workflow]++
	}
	later := func(id ident.ID) int {
		if m.rows[id].Execution.Workflow > m.lastTurn {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(ids, func(a, b ident.ID) int {
		return cmp.Or(turn[a]-turn[b], later(a)-later(b), strings.Compare(m.rows[a].Execution.Workflow, m.rows[b].Execution.Workflow))
	})
	if len(ids) > limit {
		ids = ids[:limit]
		m.lastTurn = m.rows[ids[limit-1]].Execution.Workflow
	}
	slices.Sort(ids)
	return ids
}

func (m *memory) Unclaimed() (map[string]int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	counts := map[string]int64{}
	for _, r := range m.rows {
		if x := r.Execution; x.Owner == 0 && (x.Status == flow.Queued || x.Status == flow.Running) {
			counts[x.Workflow]++
		}
	}
	return counts, nil
}

func (m *memory) Release(owner flow.Incarnation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rows {
		if r.Execution.Owner == owner && !r.Execution.Status.Final() {
			r.Execution.Owner = 0
			if r.cancel {
				r.Execution.Status, r.Execution.FinishedAt = flow.Canceled, clock.System().Now()
			}
		}
	}
	return nil
}

func (m *memory) Backlog() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	var n int64
	for _, r := range m.rows {
		if s := r.Execution.Status; s == flow.Queued || s == flow.Running {
			n++
		}
	}
	return n
}

func (m *memory) NextWake() (time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.wakeErr != nil {
		return time.Time{}, m.wakeErr
	}
	var next time.Time
	for _, r := range m.rows {
		if r.Execution.Status == flow.Waiting && r.Execution.Owner == 0 && (next.IsZero() || r.Execution.WakeAt.Before(next)) {
			next = r.Execution.WakeAt
		}
	}
	return next, nil
}

func (m *memory) Commit(c store.Commit) (store.Committed, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.commits++
	mode := ""
	if m.fail != nil {
		mode = m.fail(m.commits)
	}
	if mode == "before" {
		return store.Committed{}, errors.New("disk full")
	}
	done := m.write(c)
	if mode == "after" {
		return store.Committed{}, errors.New("connection lost")
	}
	return done, nil
}

func (m *memory) write(c store.Commit) store.Committed {
	r := m.rows[c.Execution]
	if r.by == c.Owner && r.seq == c.Seq {
		return r.done
	}
	if r.Execution.Owner != c.Owner || r.Execution.Status.Final() || r.by == c.Owner && r.seq > c.Seq {
		return store.Committed{Fenced: true}
	}
	if m.saw != nil {
		m.saw(c)
	}
	state, done := c.State, store.Committed{CancelRequested: r.cancel}
	steps := slices.Clone(c.Steps)
	if !slices.IsSortedFunc(steps, func(a, b flow.Step) int { return a.N - b.N }) || len(c.Ops) > store.MaxOps ||
		!slices.IsSortedFunc(c.Ops, func(a, b store.StepOp) int { return a.N - b.N }) {
		panic("a commit that no store takes")
	}
	m.most = max(m.most, len(c.Ops))
	for _, op := range c.Ops {
		i := slices.IndexFunc(steps, func(s flow.Step) bool { return s.N == op.N })
		out := m.operate(&steps[i], &op.Op)
		if out.Violation != nil || out.Next != nil {
			state = c.Broken
		}
		done.Ops = append(done.Ops, out)
	}
	for _, s := range steps {
		if i := slices.IndexFunc(r.Steps, func(x flow.Step) bool { return x.N == s.N }); i >= 0 {
			r.Steps[i] = s
		} else {
			r.Steps = append(r.Steps, s)
		}
	}
	slices.SortFunc(r.Steps, func(a, b flow.Step) int { return a.N - b.N })
	x := &r.Execution
	if state.Release && r.cancel {
		state = store.State{Status: flow.Canceled, StartedAt: state.StartedAt, FinishedAt: clock.System().Now()}
	}
	if state.Revision != "" {
		x.Revision = state.Revision
	}
	if x.Status != state.Status && !flow.CanMove(x.Status, state.Status) {
		panic("illegal move from " + x.Status + " to " + state.Status)
	}
	x.Status, x.Reason, x.WakeAt, x.Error = state.Status, state.Reason, state.WakeAt, state.Error
	x.StartedAt, x.FinishedAt = state.StartedAt, state.FinishedAt
	if !state.Output.IsMissing() {
		x.Output = state.Output
	}
	if state.Reply != nil {
		x.Reply = state.Reply
	}
	if state.Release {
		x.Owner, x.Resumes, r.suspect = 0, 0, false
	}
	r.by, r.seq, r.done = c.Owner, c.Seq, done
	if c.Child != nil && state.Status == c.State.Status {
		m.rows[c.Child.Execution.ID] = &row{Claimed: store.Claimed{Execution: c.Child.Execution, Delivery: c.Child.Delivery}}
	}
	return done
}

// operate does an Op of a step.
func (m *memory) operate(step *flow.Step, op *collection.Op) (out collection.Outcome) {
	if m.rule != nil {
		out.Violation = m.rule(op)
	}
	if v := out.Violation; v != nil {
		step.Status, step.Error, step.Result = flow.Failed, &flow.Error{Code: v.Code, Message: v.Message}, value.Value{}
		step.Ends = ""
		return out
	}
	if op.Kind != collection.Create {
		next := op.From
		next.After++
		next.Count += 10
		m.records = append(m.records, op.Values)
		if next.After < m.chunks {
			out.Next = &next
			step.Status, step.Result, step.FinishedAt = flow.Running, next.Value(), time.Time{}
			return out
		}
		var b value.ObjectBuilder
		out.Record = b.Set("count", value.Int(next.Count)).Value()
		step.Result = out.Record
		return out
	}
	var b value.ObjectBuilder
	b.Set("id", value.Int(int64(len(m.records)+1)))
	for k, v := range op.Values.Members() {
		b.Set(k, v)
	}
	out.Record = b.Value()
	step.Result = out.Record
	m.records = append(m.records, out.Record)
	return out
}

// count counts executions.
func (m *memory) count(which func(flow.Execution) bool) (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rows {
		if which(r.Execution) {
			n++
		}
	}
	return n
}

// away makes every Load fail; nil ends that.
func (m *memory) away(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.loadErr = err
}

// unknownWake makes NextWake fail; nil ends that.
func (m *memory) unknownWake(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wakeErr = err
}

func (m *memory) Load(ctx context.Context, id ident.ID) (store.Loaded, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rows[id]
	if m.loadErr != nil {
		return store.Loaded{}, m.loadErr
	}
	if r == nil {
		return store.Loaded{}, fault.New("memory.Load", fault.NotFound, "no execution")
	}
	c := r.Claimed
	c.Steps = slices.Clone(c.Steps)
	return c, nil
}

// result is what the last step of an execution gave.
func (m *memory) result(id ident.ID) value.Value {
	m.mu.Lock()
	defer m.mu.Unlock()
	steps := m.rows[id].Steps
	return steps[len(steps)-1].Result
}

func (m *memory) RequestCancel(id ident.ID, now time.Time) (flow.Status, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rows[id]
	if r == nil {
		return "", fault.New("memory.RequestCancel", fault.NotFound, "no execution")
	}
	if r.Execution.Status.Final() {
		return r.Execution.Status, nil
	}
	if r.Execution.Owner == 0 {
		r.Execution.Status, r.Execution.FinishedAt = flow.Canceled, now
	}
	r.cancel = true
	return r.Execution.Status, nil
}

func (m *memory) Retry(to store.Retry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rows[to.Execution]
	x := &r.Execution
	if !flow.CanMove(x.Status, flow.Queued) {
		return fault.New("memory.Retry", fault.Conflict, "it is %s", x.Status)
	}
	marker, err := journalplan.RetryStep(&to, len(r.Steps)+1, x.Round+1, x.FinishedAt)
	if err != nil {
		return err
	}
	x.Status, x.Owner, x.Error, x.Reason, r.cancel = flow.Queued, 0, nil, "", false
	x.Round++
	r.Steps = append(r.Steps, marker)
	return nil
}
