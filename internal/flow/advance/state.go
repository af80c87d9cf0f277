package advance

import (
	"time"

	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// Limits bound one execution (ARCHITECTURE: journal limits). Zero means no bound.
type Limits struct {
	Steps int   // journal rows
	Bytes int64 // of the rows' inputs, results and logs
}

// State is where an execution stands. It is rebuilt by applying its journal.
type State struct {
	program  *Program
	limits   Limits
	timeout  time.Duration // of the whole execution; 0: none
	deadline time.Time     // zero: none

	at      int           // the node whose turn it is, or done
	attempt int           // attempts of that node made in this round
	wake    time.Time     // nothing happens before
	waiting bool          // the node at the cursor waits for wake, and has then succeeded
	open    *flow.Step    // a row that is running or waiting and will be replaced; nil: none
	results []value.Value // by node; Missing: has not run
	caught  []*flow.Error // by node; what its error branch handles
	output  value.Value
	round   int
	rows    int
	bytes   int64
	ended   flow.Status
	err     *flow.Error
}

// New returns the state of an execution whose journal is empty. timeout counts from created; 0 is none.
func New(p *Program, created time.Time, timeout time.Duration, limits Limits) *State {
	s := &State{
		program: p, limits: limits, timeout: timeout,
		at: p.start, results: make([]value.Value, len(p.nodes)),
	}
	s.clock(created)
	if s.at == done {
		s.ended = flow.Succeeded
	}
	return s
}

// Result returns the result of a node by key; Missing when it has not run.
func (s *State) Result(key string) value.Value {
	if i, ok := s.program.byKey[key]; ok {
		return s.results[i]
	}
	return value.Value{}
}

// Results calls yield for every node that has a result, in the order of the program.
func (s *State) Results(yield func(key string, result value.Value) bool) {
	for i, r := range s.results {
		if !r.IsMissing() && !yield(s.program.nodes[i].Key, r) {
			return
		}
	}
}

// Caught returns the error that the error branch around node i handles, or nil.
func (s *State) Caught(i int) *flow.Error {
	if by := s.program.catcher[i]; by != done && s.caught != nil {
		return s.caught[by]
	}
	return nil
}

// Output returns the execution's output; Missing when none was set.
func (s *State) Output() value.Value { return s.output }

// Error returns why the execution failed, or nil.
func (s *State) Error() *flow.Error { return s.err }

// Rows returns how many rows the journal has.
func (s *State) Rows() int { return s.rows }

// Deadline returns when the execution is out of time; zero for never.
func (s *State) Deadline() time.Time { return s.deadline }

// clock starts the time-out anew.
func (s *State) clock(from time.Time) {
	if s.timeout > 0 {
		s.deadline = from.Add(s.timeout)
	}
}
