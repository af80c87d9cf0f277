// Package node defines the contract of node kinds: what a kind is, what a compiled node does, and the explicit Set
// of the kinds in a binary.
//
// A kind is a folder: a typed config with field comments, Compile, Render and Run, and golden stories that the
// shared suite in nodetest runs. To add a kind, add one folder and one line in internal/node/kinds.
//
// The journal never shows a secret. A text in a marked field that uses $env is rendered as a reference, and
// Rendered.Resolve replaces the reference by the value inside Run. A repeat of an interrupted attempt starts from
// the reference, and so uses the current value.
//
// A node never accesses the store to write. It returns its write as a collection.Op, and the engine commits that
// together with the step.
package node
