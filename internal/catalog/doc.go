// Package catalog keeps the published workflows: it checks documents against each other and against
// what is published already, stores new revisions, and hands out an immutable table of compiled
// workflows. Whoever needs the table (the front door, the engine) is told when it changes.
//
// It does not parse documents (document does) and serves nothing.
package catalog
