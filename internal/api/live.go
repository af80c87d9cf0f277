package api

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// maxUnfinished is how many unfinished steps of one execution a live stream looks at again. Of further ones only the
// first state is sent.
const maxUnfinished = 200

// LeftOut says which steps a live stream has not sent, because there were too many at once. They are in the list of steps.
type LeftOut struct {
	From int `json:"from"` // n of the first
	To   int `json:"to"`   // n of the last
}

func (r routes) liveExecution() {
	streams(r, readsHistory("/api/executions/{id}/live", "follow-execution", "One execution as server-sent events until it ends: its state, its steps as they are committed, and its end"),
		"execution, step, omitted, end",
		func(ctx context.Context, in *struct {
			ExecutionPath
			Steps  int `query:"steps" minimum:"1" maximum:"1000" default:"200" doc:"most steps that are sent at once, the newest; for others there is an event omitted"`
			Values int `query:"values" minimum:"0" maximum:"65536" default:"4096" doc:"longest input or result that is included, in bytes; of a longer one only the size is stated"`
		}, send sendEvent) error {
			x, err := r.execution(ctx, in.ID)
			if err != nil {
				return err
			}
			f := &follower{routes: r, id: x.ID, window: in.Steps, values: in.Values, send: send, open: map[int]string{}}
			return r.Live.Watch(ctx, x.ID, func() (bool, error) { return f.look(ctx) })
		})
}

// follower sends what is new about an execution. Its memory is bounded: the number of the last step, and the steps that
// have not finished.
type follower struct {
	routes
	id             ident.ID
	window, values int
	send           sendEvent

	state string         // the execution, as it was sent
	seen  int            // n of the last step that was sent or left out
	open  map[int]string // what was sent of the steps up to seen that have not finished; "": not in the journal yet
}

// look sends what is new. The execution is read before its steps, so after the end no step is missing.
func (f *follower) look(ctx context.Context) (more bool, err error) {
	x, err := f.Executions.Execution(ctx, f.id)
	if err != nil {
		return false, err
	}
	out := executionOf(x)
	if f.state == "" {
		if err := f.tellState("execution", out); err != nil {
			return false, err
		}
	}
	if err := f.steps(ctx); err != nil {
		return false, err
	}
	if x.Status.Final() {
		return false, f.tellState("end", out)
	}
	return true, f.tellState("execution", out)
}

// tellState sends the execution, if it has changed or ended.
func (f *follower) tellState(name string, x Execution) error {
	v, err := value.From(x)
	if err != nil || v.Text() == f.state && name != "end" {
		return err
	}
	f.state = v.Text()
	return f.send("", name, x)
}

// steps sends unfinished steps that have changed, and new ones.
func (f *follower) steps(ctx context.Context) error {
	for _, n := range slices.Sorted(maps.Keys(f.open)) {
		s, err := f.Executions.Step(ctx, f.id, n)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err == nil {
			err = f.step(store.Sized(s, f.values))
		}
		if err != nil {
			return err
		}
	}
	page, err := f.page(ctx, f.window)
	if err != nil {
		return err
	}
	last := 0 // n of the last step; 0: it is in the page
	if page.Next != 0 {
		if last, err = f.last(ctx, page.Next); err != nil {
			return err
		}
		if last-f.seen > f.window {
			if err := f.send("", "omitted", LeftOut{From: f.seen + 1, To: last - f.window}); err != nil {
				return err
			}
			f.seen = last - f.window
			page = store.StepPage{Next: f.seen}
		}
	}
	for {
		for i := range page.Steps {
			if err := f.fresh(page.Steps[i]); err != nil {
				return err
			}
		}
		f.seen = max(f.seen, page.Next)
		if page.Next == 0 || f.seen >= last {
			return nil
		}
		if page, err = f.page(ctx, last-f.seen); err != nil {
			return err
		}
	}
}

// page reads the steps after the last one that was seen.
func (f *follower) page(ctx context.Context, limit int) (store.StepPage, error) {
	return f.Executions.Steps(ctx, store.StepQuery{Execution: f.id, After: f.seen, Limit: limit, Value: f.values})
}

// fresh sends a step that comes after all that were seen. Numbers that are missing before it belong to parallel steps that
// will be committed later.
func (f *follower) fresh(s store.SizedStep) error {
	for f.seen++; f.seen < s.N; f.seen++ {
		if len(f.open) < maxUnfinished {
			f.open[f.seen] = ""
		}
	}
	return f.step(s)
}

// step sends a step unless it was sent as it is.
func (f *follower) step(s store.SizedStep) error {
	was, known := f.open[s.N]
	is := fmt.Sprint(s.Status, s.Attempt, s.Round, s.StartedAt, s.FinishedAt, s.WakeAt, s.InputSize, s.ResultSize)
	if known && was == is {
		return nil
	}
	switch {
	case s.Status != flow.Running && s.Status != flow.Waiting:
		delete(f.open, s.N)
	case known || len(f.open) < maxUnfinished:
		f.open[s.N] = is
	}
	return f.send("", "step", stepOf(s))
}

// last returns the number of the last step, which is at least n. It finds it with few reads, however long the journal is.
func (f *follower) last(ctx context.Context, n int) (int, error) {
	after := func(n int) (int, error) { // the number of a step after n; 0: there is none
		page, err := f.Executions.Steps(ctx, store.StepQuery{Execution: f.id, After: n, Limit: 1})
		switch {
		case err != nil:
			return 0, err
		case len(page.Steps) > 0:
			return page.Steps[0].N, nil
		default:
			return page.Next, nil
		}
	}
	step := f.window
	for {
		found, err := after(n + step)
		if err != nil {
			return 0, err
		}
		if found == 0 {
			break
		}
		n, step = found, 2*step
	}
	for end := n + step; n < end; { // n is a step, and none is after end
		middle := n + (end-n)/2
		found, err := after(middle)
		switch {
		case err != nil:
			return 0, err
		case found == 0:
			end = middle
		default:
			n = found
		}
	}
	return n, nil
}
