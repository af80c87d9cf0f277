package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/flow/advance"
	"hookline.dev/hookline/internal/ident"
)

// What is checked of each history.
//
// Safety: an execution ends once in each round and is announced once; a step that has succeeded keeps its result and
// stands once; an outbound attempt begins after its input is in the table; a group runs no more than its limit; each
// Op is written once.
//
// Liveness: what is due is taken up soon while nothing else runs, something happens within the longest wait, and at
// the end nothing is unfinished.
const (
	// latest is how long what is due may be left alone: the engine looks every two seconds.
	latest = 3 * time.Second
	// longestSilence is how long nothing may happen while an execution is unfinished.
	longestSilence = longestWait + latest
)

func (s *simulation) violate(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations = append(s.violations, fmt.Sprintf(format, args...))
}

func (s *simulation) broken() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.violations) > 0
}

// check compares the table with what it said before.
func (s *simulation) check() {
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	for id, r := range s.memory.rows {
		x, was := r.Execution, s.final[id]
		switch {
		case was.Status.Final() && was.Round == x.Round && was.Status != x.Status:
			s.violate("%s was %s and is %s", s.name(id), was.Status, x.Status)
		case x.Status.Final():
			s.final[id] = x
		default:
			delete(s.final, id)
		}
	}
}

// Committed implements engine.Observer.
func (s *simulation) Committed(ident.ID) {}

// Ended implements engine.Observer.
func (s *simulation) Ended(x flow.Execution, _ int, _ time.Duration) {
	if !x.Status.Final() {
		return
	}
	s.mu.Lock()
	first, again := s.told[x.ID][x.Round]
	if s.told[x.ID] == nil {
		s.told[x.ID] = make(map[int]flow.Status)
	}
	s.told[x.ID][x.Round] = x.Status
	s.mu.Unlock()
	if again {
		s.violate("%s was announced twice in round %d: %s and %s", s.name(x.ID), x.Round, first, x.Status)
	}
}

// began checks the begin of an attempt.
func (s *simulation) began(b *simTable, execution, where string, outbound bool) {
	id, err := ident.Parse(ident.Execution, strings.Trim(execution, `"`))
	if err != nil {
		panic(err)
	}
	s.memory.mu.Lock()
	row := s.memory.rows[id]
	workflow := row.Execution.Workflow
	written := slices.ContainsFunc(row.Steps, func(step flow.Step) bool {
		text, _ := step.Input.Str()
		return text == where // whatever became of it meanwhile: it may have lost against another branch
	})
	s.memory.mu.Unlock()
	if outbound && !written {
		s.violate("%s was sent before its input was in the table", where)
	}
	s.mu.Lock()
	if s.active[workflow] == nil {
		s.active[workflow] = make(map[string]int)
	}
	s.active[workflow][execution]++
	running := len(s.active[workflow])
	s.mu.Unlock()
	for _, c := range s.flows {
		if limit := c.Workflow.Options.Concurrency.Limit; c.Workflow.Key == workflow && limit > 0 && running > limit {
			s.violate("%d executions of %s run at once, the limit is %d", running, workflow, limit)
		}
	}
}

// ended notes the end of an attempt.
func (s *simulation) ended(b *simTable, execution string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, running := range s.active {
		if running[execution]--; running[execution] <= 0 {
			delete(running, execution)
		}
	}
}

// allFinal reports whether every execution has ended.
func (s *simulation) allFinal() bool {
	return s.memory.count(func(x flow.Execution) bool { return !x.Status.Final() }) == 0
}

// checkLiveness is called when nobody can go on before time passes.
func (s *simulation) checkLiveness() {
	s.mu.Lock()
	quiet, e := s.quiet, s.engine
	s.mu.Unlock()
	now := clock.System().Now()
	if quiet.IsZero() || now.Sub(quiet) < latest || s.allFinal() {
		return
	}
	if silence := now.Sub(s.last); silence > longestSilence {
		s.violate("nothing has happened for %s, and not all executions have ended", silence)
	}
	if stats := e.Stats(); stats.Held > 0 || stats.Running > 0 {
		s.idleSince = time.Time{}
		return
	}
	if s.idleSince.IsZero() {
		s.idleSince = now
	}
	if now.Sub(s.idleSince) <= latest {
		return
	}
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	for id, r := range s.memory.rows {
		x := r.Execution
		if due := now.Sub(x.WakeAt) > latest; due && !x.Status.Final() {
			s.violate("%s is %s, due at %s, and nothing runs", s.name(id), x.Status, x.WakeAt.Sub(s.start))
		}
	}
}

// checkEnd checks what is left when everything has ended and the engine has stopped.
func (s *simulation) checkEnd() {
	if stats := s.engine.Stats(); stats.Held != 0 || stats.HeldBytes != 0 || stats.Parked != 0 || stats.Running != 0 || stats.ParallelTasks != 0 {
		s.violate("%+v are left", stats)
	}
	input := func(step flow.Step) string {
		text, _ := step.Input.Str()
		return text
	}
	for _, fault := range s.memory.misfits(input) {
		s.violate("%s", fault)
	}
	for _, id := range s.accepted {
		x := s.memory.rows[id]
		status, told := s.told[id][x.Execution.Round]
		if told && status != x.Execution.Status {
			s.violate("%s is %s and was announced as %s", s.name(id), x.Execution.Status, status)
		}
		if !told && s.crashes == 0 && !s.failed {
			s.violate("%s was not announced", s.name(id))
		}
		succeeded := map[string]bool{}
		for _, step := range advance.Lineage(x.Steps) {
			if step.Status != flow.Succeeded || step.Type == flow.MarkerRetry {
				continue
			}
			if succeeded[step.Path] {
				s.violate("%s has succeeded twice in %s", step.Path, s.name(id))
			}
			succeeded[step.Path] = true
		}
	}
}
