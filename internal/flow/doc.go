// Package flow defines the domain types of workflows: the Workflow document, its immutable Revision, the Execution
// of a revision and the Steps of its journal, and the table of legal states. It does no I/O. Package flow/advance
// decides what an execution does next.
//
//	queued ──► running ──► succeeded
//	   │        │  ▲  │ ──► failed ───┐
//	   │        ▼  │  └───► aborted ──┤
//	   │      waiting ─────► canceled │
//	   └──────────────────► canceled  │
//	           running ◄──────────────┘ (an operator's retry)
package flow
