// Package otlp exports traces of calls and executions with the OpenTelemetry protocol: OTLP over HTTP, encoded as JSON.
//
//	ingress ── Delivered ─┐ sampled?             ┌─ a call: its span
//	engine ─── Ended ─────┴──► queue ──► worker ─┤                        ──► batch ──► POST, retried ──► collector
//	                                             └─ an execution: Load ► spans
//
// # Which trace
//
// A call with a valid traceparent (W3C Trace Context, level 1) continues that trace, and its sampled flag decides. Any
// other call begins a trace whose id is derived from its delivery, and the ratio decides by that id. The ids of all spans
// are derived, too: from delivery, execution, round, path and attempt. So nothing is stored for tracing, every process
// that runs a part of an execution derives the same ids, and an execution that goes on after a restart stays in the trace
// of its call. The seed keeps the ids of two servers apart that report to one collector.
//
//	sender's span
//	└─ SERVER    the call                    Delivered
//	   └─ INTERNAL  the execution            Ended, once for each round
//	      ├─ INTERNAL  a step, one per attempt
//	      └─ CLIENT    a request; what it sends carries this span's id (Outgoing)
//
// Spans of an execution are made from its journal after it has ended, so a step costs the engine nothing.
//
// # What is concurrent
//
// Delivered, Ended, Outgoing and Stats may be called concurrently and never block: what does not fit into the queue is
// dropped and counted. One worker, from Start to Stop, owns the batch and sends it. While the collector is slow or away the
// worker waits and the queue fills. Stop lets the worker empty the queue, in flushTime at most, without repeating a request
// that fails. A crash loses what was queued; traces are no record, the store has that.
//
// # What it does not do
//
// It exports no content: no body, query, path, address, template result, message of an error, or variable, and of the headers
// only traceparent and tracestate, which are made for it. Names that the operator has chosen (workflows, nodes), ids, codes,
// statuses and times are all there is. It has no metrics and no logs, and speaks neither gRPC nor protobuf.
package otlp
