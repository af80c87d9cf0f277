package main

import (
	"context"
	"fmt"
	"maps"

	"hookline.dev/hookline/bench/process"
)

// compareStatistics compares the statistics with a count of all deliveries and executions: each must have been counted
// exactly once, whenever the server was killed.
func (s *suite) compareStatistics(ctx context.Context, server *process.Server, f found) error {
	rows := make(map[string]int64)
	if err := process.Each(ctx, server, "/api/deliveries", func(d struct {
		Outcome string `json:"outcome"`
	}) {
		rows[d.Outcome]++
	}); err != nil {
		return err
	}
	for _, status := range f.executions {
		if status == "succeeded" {
			rows[status]++
		}
	}
	var report struct {
		Totals struct{ Accepted, Repeats, Filtered, Handshakes, Rejected, Unmatched, Succeeded int64 }
	}
	if err := server.Get(ctx, "/api/statistics?step=day", &report); err != nil {
		return err
	}
	t := report.Totals
	counted := map[string]int64{
		"accepted": t.Accepted, "repeat": t.Repeats, "filtered": t.Filtered, "handshake": t.Handshakes, "rejected": t.Rejected, "unmatched": t.Unmatched, "succeeded": t.Succeeded,
	}
	maps.DeleteFunc(counted, func(_ string, n int64) bool { return n == 0 })
	for _, line := range s.report.compareCounts(counted, rows) {
		fmt.Fprintln(s.Log, line)
	}
	return nil
}

// compareCounts returns a line for each difference between what was counted and the rows.
func (r *Report) compareCounts(counted, rows map[string]int64) (wrong []string) {
	all := maps.Clone(counted)
	maps.Copy(all, rows)
	for name := range all {
		r.Counted += int(rows[name])
		if counted[name] != rows[name] {
			r.Uncounted++
			wrong = append(wrong, fmt.Sprintf("%s: %d are counted, and there are %d rows", name, counted[name], rows[name]))
		}
	}
	return wrong
}
