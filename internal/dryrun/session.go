package dryrun

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/engine/run"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/ingress"
	"hookline.dev/hookline/internal/store"
)

// session is one run. Its methods belong to the goroutine that calls Run, except stop.
type session struct {
	tester   *Tester
	ctx      *expiring
	cancel   context.CancelFunc
	started  time.Time
	clock    *skipping
	compiled *document.Compiled
	effects  *effects
	records  *records
	files    *files
	journal  *journal
	runner   *run.Runner

	tried    *ingress.Tried
	ran      bool
	answered *flow.Execution // when the caller's answer was known
	skipped  time.Duration   // how long the run had waited then

	stopping sync.Once
	mu       sync.Mutex
	stopped  string
}

func (t *Tester) newSession(ctx context.Context, wf flow.Workflow, answers map[string][]Answer) (*session, error) {
	s := &session{tester: t, started: t.Clock.Now(), clock: &skipping{Clock: t.Clock}, effects: &effects{answers: answers, secrets: t.Secrets}}
	limited, cancel := context.WithTimeout(ctx, MaxTime)
	s.ctx, s.cancel = newExpiring(limited), cancel
	s.files = &files{stored: t.Blobs}
	s.records = &records{store: t.Records, files: s.files}
	wf.Enabled = true
	known := t.Known
	known.Kinds = doubled(t.Kinds(Doubles{
		Records: s.records, Wire: s.effects, Channels: s.effects.channels(t.Channels()), Files: s.files,
	}), s.effects)
	compiled, problems := document.Compile(wf, known)
	if len(problems) > 0 {
		cancel()
		return nil, invalid(problems)
	}
	run.Prepare(compiled)
	s.compiled = compiled
	s.journal = &journal{ctx: s.ctx, records: s.records, clock: s.clock, stop: func(err error) { s.stop(fault.Message(err)) }}
	s.runner = run.New(run.Options{
		Journal: s.journal, Programs: programs{compiled, t.Handler}, Secrets: t.Secrets, Reports: reports{s}, IDs: t.IDs, Clock: s.clock, Log: t.Log,
		Limits: run.Limits{
			ParallelTasks: maxTasks, StepResult: t.Limits.StepResult, TemplateOutput: t.Limits.TemplateOutput,
			Journal: advance.Limits{Steps: maxSteps, Bytes: maxBytes},
		},
	})
	s.runner.Begin(1)
	context.AfterFunc(limited, func() {
		switch {
		case errors.Is(ctx.Err(), context.Canceled):
			s.stop("the caller gave up")
		case errors.Is(limited.Err(), context.DeadlineExceeded):
			s.stop("the test took longer than " + MaxTime.String())
		default: // the run is over
		}
	})
	return s, nil
}

// invalid joins the problems of a document.
func invalid(problems []document.Problem) error {
	errs := make([]error, len(problems))
	for i, p := range problems {
		errs[i] = fault.Field("dryrun", p.Path, "%s", p.Message)
	}
	return &fault.Error{Op: "dryrun", Kind: fault.Invalid, Message: "the document has errors", Err: errors.Join(errs...)}
}

// end releases everything.
func (s *session) end() {
	s.stop("")
	s.cancel()
}

// stop has the run stop at its next step and interrupts its attempts. Only the first reason counts.
func (s *session) stop(why string) {
	s.stopping.Do(func() {
		s.mu.Lock()
		s.stopped = why
		s.mu.Unlock()
		s.runner.Stop()
		s.runner.Kill()
	})
}

// call passes the call through the gates, which start the run, or starts it at once if no caller could.
func (s *session) call(test Test) error {
	if wf := s.compiled.Workflow; wf.Trigger.Type == flow.TypeCall {
		return s.runDirectly(test.Request)
	}
	route, err := ingress.Compile(s.compiled.Workflow, s.tester.Routes())
	if err != nil {
		return err
	}
	o := s.tester.Ingress
	o.Door, o.Runner, o.Blobs, o.Waiting, o.Executions = door{}, s, s.files, nil, nil
	o.Clock, o.IDs = s.clock, s.tester.IDs
	tried, err := ingress.Try(s.ctx, o, ingress.Trial{Route: route, Request: test.Request, Recorded: test.Recorded})
	if err != nil {
		return err
	}
	s.tried = &tried
	return nil
}

// runDirectly runs a workflow that another one starts.
func (s *session) runDirectly(req hook.Request) error {
	if req.ReceivedAt.IsZero() {
		req.ReceivedAt = s.clock.Now()
	}
	call, err := body.Context(req)
	if err != nil {
		return err
	}
	wf := s.compiled.Workflow
	s.drive(flow.Execution{
		ID: s.tester.IDs.Next(), Workflow: wf.Key, Revision: wf.Revision, Mode: flow.Async, Status: flow.Queued, CreatedAt: s.clock.Now(),
	}, call)
	return nil
}

// drive runs the execution to its end. It skips every wait.
func (s *session) drive(x flow.Execution, call hook.Context) {
	const owner = 1
	s.ran = true
	s.journal.execution = x
	for waits := 0; ; waits++ {
		if waits > maxWaits {
			s.stop(fmt.Sprintf("the test has reached %d waits, which is the limit of a test without effects", maxWaits))
		}
		x := s.journal.execution
		x.Owner = owner
		r, ok := s.runner.Open(&run.Job{Execution: x, Call: &call, Steps: slices.Clone(s.journal.steps)})
		if !ok {
			return
		}
		r.Drive()
		at := r.WakeAt()
		if at.IsZero() || s.ctx.Err() != nil {
			return
		}
		s.clock.skipTo(at)
	}
}

// Submit implements ingress.Runner.
func (s *session) Submit(a store.Accept, call hook.Context, _ bool) (store.Accepted, error) {
	s.drive(a.Execution, call)
	return store.Accepted{}, nil
}

// SubmitAndWait implements ingress.Runner. If the run would have waited for longer than the caller does, the caller's
// time is over.
func (s *session) SubmitAndWait(ctx context.Context, a store.Accept, call hook.Context) (store.Accepted, <-chan flow.Execution, func(), error) {
	before := s.tester.Clock.Now()
	s.drive(a.Execution, call)
	result := make(chan flow.Execution, 1)
	deadline, limited := ctx.Deadline()
	if s.answered == nil || limited && s.skipped >= deadline.Sub(before) {
		s.ctx.expire()
	} else {
		result <- *s.answered
	}
	return store.Accepted{}, result, func() {}, nil
}

// report returns what happened.
func (s *session) report() Report {
	s.mu.Lock()
	stopped := s.stopped
	s.mu.Unlock()
	s.effects.mu.Lock()
	defer s.effects.mu.Unlock()
	return Report{
		Call: s.tried, Ran: s.ran, Execution: s.journal.execution, Steps: s.journal.steps, Effects: s.effects.list, Omitted: s.effects.more,
		Starts: s.journal.child, Waited: s.clock.skipped(), Took: s.tester.Clock.Now().Sub(s.started), Stopped: stopped,
	}
}

// programs are the document under test, and the published workflows for failures.
type programs struct {
	compiled *document.Compiled
	handler  func(key string) *document.Compiled
}

// Program implements run.Programs.
func (p programs) Program(string, string) (*document.Compiled, error) { return p.compiled, nil }

// Current implements run.Programs.
func (p programs) Current(key string) *document.Compiled {
	if key == p.compiled.Workflow.Key {
		return p.compiled
	}
	return p.handler(key)
}

// reports notes when the caller's answer is known. Its methods are called by the goroutine that drives the run.
type reports struct{ session *session }

// Committed implements run.Reports.
func (reports) Committed(ident.ID) {}

// Answered implements run.Reports.
func (r reports) Answered(x flow.Execution) {
	if s := r.session; s.answered == nil {
		s.answered, s.skipped = &x, s.clock.skipped()
	}
}

// Ended implements run.Reports.
func (r reports) Ended(x flow.Execution, _ int) { r.Answered(x) }

// Slept implements run.Reports.
func (reports) Slept(flow.Execution, int) {}

// Started implements run.Reports.
func (reports) Started() {}

// ClaimLost implements run.Reports.
func (reports) ClaimLost(ident.ID) {}

// door is a store.Door that stores nothing.
type door struct{}

// Accept implements store.Door. Calls are accepted through the Runner.
func (door) Accept(store.Accept) (store.Accepted, error) {
	return store.Accepted{}, fault.New("dryrun.Accept", fault.Internal, "a test accepts calls through its runner")
}

// SaveDelivery implements store.Door.
func (door) SaveDelivery(hook.Delivery) bool { return true }

// SaveAnswer implements store.Door.
func (door) SaveAnswer(hook.Delivery) bool { return true }

// Backlog implements store.Door.
func (door) Backlog() int64 { return 0 }
