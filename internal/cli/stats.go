package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/api"
)

type statsCmd struct {
	Key  string   `arg:"" optional:"" help:"The workflow's key; without it, all workflows together."`
	From *instant `name:"from" placeholder:"TIME" help:"Start: 2026-11-22T10:00:00Z, or an age such as 2h. A day before the end if it is not given."`
	To   *instant `name:"to" placeholder:"TIME" help:"End; now if it is not given."`
	Step string   `name:"step" enum:",minute,hour,day" default:"" placeholder:"STEP" help:"Width of a row: minute, hour or day. Chosen by the length of the time if it is not given."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (statsCmd) Help() string {
	return "Counts by the minute are kept for 48 hours, by the hour for 30 days, by the day for 2 years. Rows are in UTC; those in which nothing happened are left out. Percentiles are at most 6.25 % off."
}

// Run shows how many calls and executions there were.
func (c *statsCmd) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	path, query := "/api/statistics", url.Values{}
	if c.Key != "" {
		path = "/api/workflows/" + url.PathEscape(c.Key) + "/statistics"
	}
	set(query, "from", c.From.text(sys))
	set(query, "to", c.To.text(sys))
	set(query, "step", c.Step)
	var raw json.RawMessage
	if err := server.get(path, query, &raw); err != nil {
		return err
	}
	if c.JSON {
		return printOne(sys.stdout, raw)
	}
	var report api.StatisticsReport
	if err := json.Unmarshal(raw, &report); err != nil {
		return err
	}
	printTotals(sys, &report)
	if len(report.Series) == 0 {
		return nil
	}
	fmt.Fprintln(sys.stdout)
	t := newTable(sys.stdout, strings.ToUpper(report.Step)+" (UTC)", "CALLS", "ACCEPTED", "REFUSED", "SUCCEEDED", "FAILED", "ANSWER P50", "P99")
	for _, s := range report.Series {
		t.row(s.At.Format(rowTime(report.Step)), number(s.Calls), number(s.Accepted), number(s.Refused), number(s.Succeeded), number(s.Failed+s.Aborted),
			micros(s.Answer, func(t *api.Times) int64 { return t.P50Micros }), micros(s.Answer, func(t *api.Times) int64 { return t.P99Micros }))
	}
	return t.flush()
}

// rowTime returns the format of the time of a row.
func rowTime(step string) string {
	if step == "day" {
		return "2006-01-02"
	}
	return "2006-01-02 15:04"
}

// printTotals prints the sums, each with the one of the time before.
func printTotals(sys *system, r *api.StatisticsReport) {
	f, sum, before := fields{w: sys.stdout}, &r.Totals, r.Previous
	title := r.Workflow
	if title == "" {
		title = "all workflows"
	}
	fmt.Fprintf(sys.stdout, "%s  %s to %s\n", clip(title, 64), sys.when(r.From), sys.when(r.To))
	compared := func(name string, of func(*api.Counts) int64, more string) {
		text := number(of(sum))
		if before != nil {
			text += fmt.Sprintf(" (before: %d)", of(before))
		}
		f.add(name, text+more)
	}
	compared("calls", func(c *api.Counts) int64 { return c.Calls }, "")
	compared("accepted", func(c *api.Counts) int64 { return c.Accepted }, "")
	compared("refused", func(c *api.Counts) int64 { return c.Refused }, gatesText(sum))
	for _, n := range []struct {
		name string
		n    int64
	}{{"repeats", sum.Repeats}, {"filtered", sum.Filtered}, {"handshake", sum.Handshakes}} {
		if n.n > 0 {
			f.add(n.name, number(n.n))
		}
	}
	compared("succeeded", func(c *api.Counts) int64 { return c.Succeeded }, "")
	compared("failed", func(c *api.Counts) int64 { return c.Failed + c.Aborted }, "")
	if sum.Canceled > 0 {
		f.add("canceled", number(sum.Canceled))
	}
	f.add("answers", percentiles(sum.Answer))
	f.add("took", percentiles(sum.Execution))
	f.add("backlog", number(r.Backlog))
	if r.Waiting > 0 {
		f.add("waiting", number(r.Waiting))
	}
	if r.Traffic != nil {
		printLast(sys, sys.stdout, r.Traffic)
	}
}

// printLast prints what a workflow took and refused last.
func printLast(sys *system, w io.Writer, t *api.Traffic) {
	fmt.Fprintln(w, "\nLast")
	f := fields{w: w}
	for _, l := range []struct {
		name string
		call *api.LastCall
	}{{"accepted", t.Accepted}, {"refused", t.Refused}, {"filtered", t.Filtered}} {
		if l.call == nil {
			continue
		}
		text := sys.when(l.call.At) + "  " + l.call.Delivery
		if l.call.Gate != "" {
			text += "  " + l.call.Gate + ": " + l.call.Reason
		}
		f.add(l.name, text)
	}
}

// gatesText lists why calls were refused.
func gatesText(c *api.Counts) string {
	var parts []string
	for _, gate := range slices.Sorted(maps.Keys(c.Gates)) {
		parts = append(parts, fmt.Sprintf("%s %d", gate, c.Gates[gate]))
	}
	if c.Unmatched > 0 {
		parts = append(parts, fmt.Sprintf("no such address %d", c.Unmatched))
	}
	if c.NotRecorded > 0 {
		parts = append(parts, fmt.Sprintf("too many to record %d", c.NotRecorded))
	}
	if len(parts) == 0 {
		return ""
	}
	return "  " + strings.Join(parts, ", ")
}

func percentiles(t *api.Times) string {
	if t == nil {
		return ""
	}
	at := func(n int64) string { return formatDuration(time.Duration(n) * time.Microsecond) }
	return fmt.Sprintf("p50 %s  p95 %s  p99 %s", at(t.P50Micros), at(t.P95Micros), at(t.P99Micros))
}

func micros(t *api.Times, of func(*api.Times) int64) string {
	if t == nil {
		return ""
	}
	return formatDuration(time.Duration(of(t)) * time.Microsecond)
}

func number(n int64) string { return fmt.Sprint(n) }
