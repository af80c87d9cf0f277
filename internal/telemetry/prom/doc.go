// Package prom measures the server for Prometheus (https://prometheus.io). table.go lists every metric with its labels
// and what it means; docs/reference/metrics.md is generated from it, and the dashboard and the alert rules in deploy/
// are checked against it.
//
// Two kinds of metrics are observed as things happen, on the goroutine of the call or of the execution: calls and
// executions, by workflow. Everything else is read from the counters of the parts when somebody asks.
//
// # Bounds
//
// A label has few values. The first MaxWorkflows workflows that are seen get a label of their own, and all others share
// the label OtherWorkflows, which is no valid key. Gates that the program does not know share the label "other". Texts
// from callers are never labels.
//
// The package serves no requests by itself, and does not decide who may read the metrics.
package prom
