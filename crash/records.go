package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"hookline.dev/hookline/bench/process"
	"hookline.dev/hookline/internal/collection"
)

// wantedParts returns the records that each call of calls-data must have left: the number of records of each
// kind, and the sum of their numbers. Such a call does every operation on records.
func wantedParts() map[string]part {
	const raised = (1 + 4) * 2 * 2 // raised once and in each of four iterations, then doubled twice
	return map[string]part{
		"many": {3, 3 * raised}, "upsert": {1, 2}, "pass": {4, 1 + 2 + 3 + 4}, "left": {1, 0}, "right": {1, 0},
		"deleted": {1, 2}, // the result of deleting two records; a second deletion would have found none
	}
}

// part counts the records of one kind of one call.
type part struct{ count, sum int64 }

// tallies is how many records a call of calls-tally raises. It takes three writes.
const tallies = 2*collection.OpChunk + 200

// seed creates the tallies before the first kill.
func (s *suite) seed(ctx context.Context) error {
	server, err := process.Start(ctx, s.peer.options(process.Options{Program: s.Real, Data: s.Data, Workflows: s.Workflows}))
	if err != nil {
		return err
	}
	defer server.Kill()
	list := strings.Repeat(",{}", tallies)[1:]
	body := strings.NewReader(`{"call":"seed","list":[` + list + `]}`)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+server.Addr+"/api/webhooks/calls-seed", body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the tallies were answered %s", answer.Status)
	}
	return server.Stop(runTimeout)
}

// verifyRecords checks the records of every call, and the tallies. calls maps each call to how often it was
// executed.
func (s *suite) verifyRecords(db collection.Reader, calls map[string]int) error {
	parts := make(map[string]map[string]part)
	err := eachRecord(db, "parts", func(r collection.Record) {
		call, _ := r.JSON.Get("call").Str()
		kind, _ := r.JSON.Get("kind").Str()
		n, _ := r.JSON.Get("n").Int()
		if parts[call] == nil {
			parts[call] = make(map[string]part)
		}
		p := parts[call][kind]
		parts[call][kind] = part{p.count + 1, p.sum + n}
	})
	if err != nil {
		return err
	}
	raised := int64(0)
	for call, times := range calls {
		switch {
		case strings.HasPrefix(call, dataPrefix) && parts[call] == nil:
			parts[call] = map[string]part{} // executed, but left no records
		case strings.HasPrefix(call, tallyPrefix):
			raised += int64(times)
		}
	}
	for _, line := range s.report.compareParts(parts) {
		fmt.Fprintln(s.Log, line)
	}
	left := tallies
	err = eachRecord(db, "tallies", func(r collection.Record) {
		left--
		if n, _ := r.JSON.Get("n").Int(); n != raised {
			s.report.Miscounted++
			fmt.Fprintf(s.Log, "tally %d is %d after %d calls\n", r.ID, n, raised)
		}
	})
	s.report.Tallied = int(raised)
	if left != 0 {
		s.report.Miscounted++
	}
	return err
}

// compareParts compares the records of each call with the expected ones.
func (r *Report) compareParts(parts map[string]map[string]part) (wrong []string) {
	want := wantedParts()
	for _, call := range slices.Sorted(maps.Keys(parts)) {
		r.Operated++
		if got := parts[call]; !maps.Equal(got, want) {
			r.Miscounted++
			wrong = append(wrong, fmt.Sprintf("call %s has the records %v, and must have %v", call, got, want))
		}
	}
	return wrong
}

// eachRecord calls f for every record of a collection.
func eachRecord(db collection.Reader, name string, f func(collection.Record)) error {
	q := collection.Query{Collection: name, PageSize: collection.MaxPageSize}
	for {
		page, err := db.Find(context.Background(), q)
		if err != nil {
			return err
		}
		for _, r := range page.Records {
			f(r)
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}
