package prom

import (
	"fmt"
	"strings"
)

// Metric describes one metric.
type Metric struct {
	Name   string
	Type   Type
	Help   string
	Labels []string

	stats []stat // where the values come from; none: the metric is observed
}

// Type is the type of a metric.
type Type string

// The types.
const (
	Counter   Type = "counter"
	Gauge     Type = "gauge"
	Histogram Type = "histogram"
)

// stat is one value of the server's counters.
type stat struct {
	name  string // of the counter
	label string // value of the metric's label; "": it has none
}

// The metrics that are observed.
const (
	nameCalls      = "hookline_calls_total"
	nameAnswers    = "hookline_answers_total"
	nameRefusals   = "hookline_refusals_total"
	nameCallTime   = "hookline_call_duration_seconds"
	nameCallBytes  = "hookline_call_bytes_total"
	nameExecutions = "hookline_executions_total"
	nameRunTime    = "hookline_execution_duration_seconds"
	nameWaits      = "hookline_execution_waits_total"
	nameBuild      = "hookline_build_info"
	nameBatches    = "hookline_store_batch_size"
)

// Table returns every metric of our own, in the order of the reference. The collectors of package prometheus add those
// of the Go runtime (go_*) and of the process (process_*).
func Table() []Metric {
	one := func(name string) []stat { return []stat{{name: name}} }
	return []Metric{
		{nameCalls, Counter, "Calls, by workflow and outcome: accepted, repeat, filtered, handshake, rejected, or unmatched. A call that no workflow takes has an empty workflow.", []string{"workflow", "outcome"}, nil},
		{nameAnswers, Counter, "Answers to calls, by workflow and class of the status: 2xx, 3xx, 4xx, 5xx, or none if the caller had left.", []string{"workflow", "class"}, nil},
		{nameRefusals, Counter, "Calls that were not accepted, by workflow and the gate that decided.", []string{"workflow", "gate"}, nil},
		{nameCallTime, Histogram, "Time from the arrival of a call to its answer. A sync caller waits for the execution.", []string{"workflow"}, nil},
		{nameCallBytes, Counter, "Bytes of the bodies of calls.", []string{"workflow"}, nil},
		{nameExecutions, Counter, "Executions that ended, by workflow and status: succeeded, failed, canceled, or aborted.", []string{"workflow", "status"}, nil},
		{nameRunTime, Histogram, "Time from the acceptance of a call to the end of its execution, with all waiting.", []string{"workflow"}, nil},
		{nameWaits, Counter, "How often executions began to wait for an instant.", []string{"workflow"}, nil},

		{"hookline_backlog", Gauge, "Executions that are queued or running, in memory or in the table.", nil, one("store.backlog")},
		{"hookline_executions", Gauge, "Executions in memory: running (slots taken), held (waiting for a slot, or running), or parked (waiting for a place in their group).", []string{"state"},
			[]stat{{"engine.running", "running"}, {"engine.held", "held"}, {"engine.parked", "parked"}}},
		{"hookline_waiting_callers", Gauge, "Sync callers that wait for an execution.", nil, one("engine.waiting")},
		{"hookline_commit_retries_total", Counter, "Commits that had to be written again.", nil, one("engine.commitRetries")},
		{"hookline_filter_errors_total", Counter, "Filters of workflows that could not be evaluated.", nil, one("door.filterErrors")},

		{"hookline_store_transactions_total", Counter, "Transactions that were committed.", nil, one("store.transactions")},
		{"hookline_store_statements_total", Counter, "Statements that were run by the writer.", nil, one("store.statements")},
		{"hookline_store_writes_total", Counter, "Writes of callers, of which several share a transaction.", nil, one("store.members")},
		{nameBatches, Histogram, "Writes in one transaction.", nil, nil},
		{"hookline_store_fsyncs_total", Counter, "Syncs of the write-ahead log and the database.", nil, one("store.fsyncs")},
		{"hookline_store_rollbacks_total", Counter, "Transactions that were rolled back.", nil, one("store.rollbacks")},
		{"hookline_store_reruns_total", Counter, "Transactions whose writes were run again one by one.", nil, one("store.reruns")},
		{"hookline_store_checkpoints_total", Counter, "Copies of the write-ahead log into the database.", nil, one("store.checkpoints")},
		{"hookline_store_log_restarts_total", Counter, "How often the write-ahead log started over.", nil, one("store.logRestarts")},
		{"hookline_store_written_bytes_total", Counter, "Bytes written, to the log and to the database.", []string{"file"},
			[]stat{{"store.logBytes", "log"}, {"store.databaseBytes", "database"}}},
		{"hookline_store_dropped_total", Counter, "Records of refused calls and of answers that were dropped because their queue was full.", nil, one("store.optionalDropped")},

		{"hookline_outbound_requests_total", Counter, "Requests that workflows and channels sent, redirects not included.", nil, one("outbound.requests")},
		{"hookline_outbound_redirects_total", Counter, "Redirects that were followed.", nil, one("outbound.redirects")},
		{"hookline_outbound_failures_total", Counter, "Requests without a usable response: refused by the guard, timed out, too large, or failed in another way.", []string{"reason"},
			[]stat{{"outbound.refused", "refused"}, {"outbound.timedOut", "timeout"}, {"outbound.tooLarge", "too-large"}, {"outbound.otherFailures", "other"}}},
		{"hookline_outbound_dials_total", Counter, "Connections that were opened.", nil, one("outbound.dials")},
		{"hookline_outbound_connections", Gauge, "Open connections to others.", nil, one("outbound.connections")},
		{"hookline_outbound_in_flight", Gauge, "Requests that wait for their response.", nil, one("outbound.inFlight")},

		{"hookline_script_runs_total", Counter, "Runs of scripts, and checks of their syntax.", nil, one("script.runs")},
		{"hookline_script_workers", Gauge, "Worker processes.", nil, one("script.workers")},
		{"hookline_script_busy", Gauge, "Runs of scripts that have a worker.", nil, one("script.busy")},
		{"hookline_script_waiting", Gauge, "Runs of scripts that wait for a worker.", nil, one("script.waiting")},

		{"hookline_retention_deleted_total", Counter, "What retention deleted.", []string{"kind"},
			[]stat{{"janitor.deliveries", "deliveries"}, {"janitor.executions", "executions"}, {"janitor.keys", "keys"}, {"janitor.blobs", "blobs"}}},

		{"hookline_traces_spans_total", Counter, "Spans that the collector took.", nil, one("traces.exported")},
		{"hookline_traces_dropped_total", Counter, "What was not exported: calls and executions that did not fit into the queue, or whose journal could not be read (queue), and spans that the collector did not take (export).", []string{"reason"},
			[]stat{{"traces.unqueued", "queue"}, {"traces.rejected", "export"}}},

		{"hookline_log_suppressed_total", Counter, "Lines of the log about refused calls and failed executions that were left out, because there were too many.", nil, one("log.suppressed")},
		{"hookline_ready", Gauge, "1 if the server takes calls; 0 while it starts or stops.", nil, one("server.serving")},
		{nameBuild, Gauge, "Always 1; the label says which version runs.", []string{"version"}, nil},
	}
}

// Stats returns the names of the counters that the table needs.
func Stats() (names []string) {
	for _, m := range Table() {
		for _, s := range m.stats {
			names = append(names, s.name)
		}
	}
	return names
}

// Page returns docs/reference/metrics.md.
func Page(generated string) string {
	var b strings.Builder
	b.WriteString("# Metrics\n\n" + generated)
	b.WriteString("`GET /metrics` on the address of the API, in the text format of Prometheus. It needs `--metrics-token` as `Authorization: Bearer`. " +
		"Without that setting it answers only requests that come from the machine itself and not through a proxy.\n\n" +
		fmt.Sprintf("The first %d workflows that are called have a label of their own; all others share `workflow=%q`.\n\n", MaxWorkflows, OtherWorkflows) +
		"The metrics of the Go runtime (`go_*`) and of the process (`process_*`) come with them.\n\n" +
		"| metric | type | labels | what it is |\n|---|---|---|---|\n")
	for _, m := range Table() {
		labels := ""
		if len(m.Labels) > 0 {
			labels = "`" + strings.Join(m.Labels, "` `") + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", m.Name, m.Type, labels, m.Help)
	}
	return b.String()
}
