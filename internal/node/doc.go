// Package node is the contract of node kinds: what a kind is, what a compiled node does, and the
// explicit Set that holds the kinds of a binary.
//
// A kind is a folder: a typed config with field comments, Compile, Render and Run, and golden
// stories that the shared suite in nodetest runs. One more kind is one folder and one line in
// internal/node/kinds.
//
// Secrets are structure: a text of a marked field that uses $env is rendered as a reference, which the journal shows,
// and resolved inside Run (Rendered.Resolve). An interrupted attempt is repeated with the reference, and so with
// today's value.
//
// A node never touches the store: what it wants written it returns as a collection.Op, and the
// engine commits it together with the step.
package node
