// Package document reads YAML and JSON documents into flow.Workflow, collection.Collection and channel.Definition. It
// reports everything that is wrong with them at once: file, line, path, message, and the nearest valid name.
//
//	text ──Parse──► File{Workflows, …}                strict syntax and fields, no knowledge of kinds
//	flow.Workflow ──Compile(kinds)──► Compiled        node kinds, branches, references, templates
//	[]flow.Workflow ──Conflicts──► two claims on one URL
//	a folder ──Load──► all of it
//
// Every field of a document either has an effect or is a problem that says "not yet supported".
//
// The canonical form of a document is compact JSON with members in the order written and numbers as written. Its
// hash names the revision. So comments, white space and the choice of YAML or JSON make no difference. Order does,
// because it matters for branches and records.
//
// YAML is read as version 1.2 with the core schema: yes, no, on and timestamps are strings. The parser refuses
// duplicate keys, keys that are not strings, merge keys (<<), tags beyond the core ones, numbers with leading zeros
// (quote them), .inf and .nan. Anchors and aliases work; the limits count their expansion.
//
// The package reads files only through the fs.FS that it is given, and stores nothing.
package document
