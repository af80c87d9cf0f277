// Package document reads what people write, YAML and JSON documents, into the nouns flow.Workflow
// and collection.Collection, and says everything that is wrong with them at once: file, line, path,
// a sentence, the nearest right name.
//
//	text ──Parse──► File{Workflows, Collections}     strict syntax and fields, no knowledge of kinds
//	flow.Workflow ──Compile(kinds)──► Compiled        node kinds, branches, references, templates
//	[]flow.Workflow ──Conflicts──► two claims on one URL
//	a folder ──Load──► all of it
//
// Every field of a document either has its effect or is a problem that says "not yet supported".
//
// The document's canonical form is compact JSON with members in the order written and numbers as
// written; its hash names the revision. So comments, blanks, and YAML or JSON make no difference,
// while order does, because it means something to branches and to records.
//
// YAML is read as 1.2 with the core schema: yes, no, on and timestamps are strings. Refused are
// duplicate keys, keys that are not strings, merge keys (<<), tags beyond the core ones, numbers
// with leading zeros (quote them), .inf and .nan. Anchors and aliases work and are bounded by what
// they expand to.
//
// The package reads no files but through the fs.FS it is given, and stores nothing.
package document
