package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"hookline.dev/hookline/bench/process"
)

// Report is the result of the suite.
type Report struct {
	Seed         uint64
	Only         string // the only kind of calls; "": all
	Kills        map[killPoint]int
	Starts       int // kills during a start
	Answers      answers
	Acknowledged int // calls answered with 200
	Executed     int // executions that succeeded
	Records      int
	Lost         int // acknowledged calls without a record or without a successful execution
	Doubled      int // calls with more than one record
	Unfinished   int // executions that did not succeed
	Wrong        int // acknowledgements with an unexpected text or execution, or without one
	Repeats      int // repeated acknowledgements of a call
	Blobs        int // bodies and files outside the database that deliveries name
	Broken       int // of these, missing or with different content
	Swept        int // removed blobs that no delivery named, written for calls that were not accepted
	Orphans      int // blobs that no delivery names after the sweep
	Operated     int // calls that did every operation on records
	Tallied      int // calls that raised all tallies
	Requested    int // calls that sent requests
	Repeated     int // requests that were sent again
	Different    int // keys and calls with unexpected requests
	Miscounted   int // calls and tallies with unexpected records or numbers
	Counted      int // deliveries, and executions that succeeded, by the rows
	Uncounted    int // outcomes of them whose statistics differ from the rows
	Backups      int // backups under load that were restored and checked
	Restored     int // calls that were acknowledged before them
}

// answers counts answers by status.
type answers map[int]int64

func (a *answers) add(more map[int]int64) {
	if *a == nil {
		*a = make(answers)
	}
	for status, n := range more {
		(*a)[status] += n
	}
}

// Killed returns the number of kills.
func (r Report) Killed() int {
	n := 0
	for _, k := range r.Kills {
		n += k
	}
	return n
}

// String formats the report, one figure per line.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "kills         %d, %d of them during a start; seed %d\n", r.Killed(), r.Starts, r.Seed)
	for _, p := range killPoints() {
		fmt.Fprintf(&b, "  %-11s %d\n", p, r.Kills[p])
	}
	fmt.Fprintf(&b, "answers       %v\n", r.Answers)
	for _, line := range []struct {
		name string
		n    int
	}{
		{"acknowledged", r.Acknowledged}, {"executed", r.Executed}, {"records", r.Records}, {"lost", r.Lost},
		{"doubled", r.Doubled}, {"unfinished", r.Unfinished}, {"wrong answers", r.Wrong}, {"repeats", r.Repeats},
		{"blobs", r.Blobs}, {"broken blobs", r.Broken}, {"swept blobs", r.Swept}, {"orphans", r.Orphans},
		{"operated", r.Operated}, {"tallied", r.Tallied}, {"miscounted", r.Miscounted},
		{"requested", r.Requested}, {"repeated", r.Repeated}, {"different", r.Different},
		{"counted", r.Counted}, {"uncounted", r.Uncounted},
		{"backups", r.Backups}, {"restored", r.Restored},
	} {
		fmt.Fprintf(&b, "%-13s %d\n", line.name, line.n)
	}
	return b.String()
}

// wrong returns what the report proves wrong, or nil.
func (r Report) wrong() error {
	switch {
	case r.Lost > 0 || r.Doubled > 0 || r.Unfinished > 0 || r.Wrong > 0 || r.Executed != r.Records:
		return fmt.Errorf("%d lost, %d doubled, %d unfinished, %d answered wrongly, %d executed and %d stored",
			r.Lost, r.Doubled, r.Unfinished, r.Wrong, r.Executed, r.Records)
	case r.Broken > 0 || r.Orphans > 0:
		return fmt.Errorf("%d of %d blobs are broken, %d files are orphans", r.Broken, r.Blobs, r.Orphans)
	case r.Miscounted > 0:
		return fmt.Errorf("%d of %d calls that did every operation, and of the tallies after %d calls, have other records than they must", r.Miscounted, r.Operated, r.Tallied)
	case r.Uncounted > 0:
		return fmt.Errorf("the statistics of %d outcomes differ from the %d rows", r.Uncounted, r.Counted)
	case r.Different > 0:
		return fmt.Errorf("%d keys and calls have other requests than they must", r.Different)
	default:
		return nil
	}
}

// Err returns what the report proves wrong, or that it proves too little.
func (r Report) Err(acks int) error {
	if err := r.wrong(); err != nil {
		return err
	}
	switch {
	case r.Acknowledged < acks:
		return fmt.Errorf("only %d calls were acknowledged, %d are needed for the result to mean something", r.Acknowledged, acks)
	case r.Requested < acks/requestShare || r.Repeated < r.Kills[duringRequest]/2:
		return fmt.Errorf("only %d calls sent requests, and only %d requests were sent again", r.Requested, r.Repeated)
	case r.Kills[outside] >= firstBackup && r.Restored == 0:
		return errors.New("no backup under load was restored")
	case r.Only != "":
		return nil
	case r.Repeats < acks/repeatShare || r.Blobs < acks/blobShare || r.Operated < acks/operatedShare:
		return fmt.Errorf("only %d calls were repeated, only %d blobs kept, and only %d calls did every operation", r.Repeats, r.Blobs, r.Operated)
	default:
		return nil
	}
}

// repeatShare, blobShare, operatedShare and requestShare divide the required number of acknowledgements. For the result
// to be meaningful, at least acks/repeatShare of them must have been repeats, deliveries must name at least
// acks/blobShare blobs, at least acks/operatedShare calls must have done every operation, and acks/requestShare must have
// sent requests. Of the kills during a request, at least half must have had it sent again.
const repeatShare, blobShare, operatedShare, requestShare = 20, 200, 100, 50

// drain is how long the last run may take to finish what is left.
const drain = 15 * time.Minute

// verify starts the real binary once more, lets it finish, and compares the results.
func (s *suite) verify(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, drain)
	defer cancel()
	found, err := s.finish(ctx)
	if err != nil {
		return err
	}
	s.peer.mu.Lock()
	defer s.peer.mu.Unlock()
	for _, line := range s.report.compareRequests(s.peer.sent, found.records) {
		fmt.Fprintln(s.Log, line)
	}
	return nil
}

// finish lets the real binary finish what is left, and compares everything but the requests.
func (s *suite) finish(ctx context.Context) (found, error) {
	server, err := process.Start(ctx, s.peer.options(process.Options{Program: s.Real, Data: s.Data, Workflows: s.Workflows}))
	if err != nil {
		return found{}, err
	}
	defer server.Kill()
	if err := server.Idle(ctx); err != nil {
		return found{}, err
	}
	f, err := s.read(ctx, server)
	if err != nil {
		return f, err
	}
	for _, line := range s.report.compare(s.acks, f) {
		fmt.Fprintln(s.Log, line)
	}
	if err := s.compareStatistics(ctx, server, f); err != nil {
		return f, err
	}
	if err := server.Stop(time.Minute); err != nil {
		return f, err
	}
	return f, s.verifyData(f.records)
}

// found is what the server contains after all runs.
type found struct {
	records    map[string]int    // by call
	executions map[string]string // status by id
}

// read asks the server for all records and executions.
func (s *suite) read(ctx context.Context, server *process.Server) (found, error) {
	f := found{make(map[string]int), make(map[string]string)}
	err := process.Each(ctx, server, "/api/collections/calls/records", func(r struct {
		Call string `json:"call"`
	}) {
		f.records[r.Call]++
	})
	if err != nil {
		return f, err
	}
	err = process.Each(ctx, server, "/api/executions", func(x struct {
		ID     string `json:"id"`
		Status string `json:"status"`
		Reason string `json:"reason"`
	}) {
		f.executions[x.ID] = strings.TrimSpace(x.Status + " " + x.Reason)
	})
	return f, err
}

// compare compares what was found with acks, the execution of each acknowledged call. It returns a line for
// each difference.
func (r *Report) compare(acks map[string]string, f found) (wrong []string) {
	for id, status := range f.executions {
		if status == "succeeded" {
			r.Executed++
			continue
		}
		r.Unfinished++
		wrong = append(wrong, fmt.Sprintf("execution %s is %s", id, status))
	}
	for call, n := range f.records {
		r.Records += n
		if n > 1 {
			r.Doubled++
			wrong = append(wrong, fmt.Sprintf("call %s has %d records", call, n))
		}
	}
	for call, execution := range acks {
		if status := f.executions[execution]; f.records[call] == 0 || status != "succeeded" {
			r.Lost++
			wrong = append(wrong, fmt.Sprintf("call %s was acknowledged and has %d records; its execution %s is %q", call, f.records[call], execution, status))
		}
	}
	return wrong
}
