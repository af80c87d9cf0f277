// Package catalog keeps the published workflows: it checks documents against each other and against
// what is published already, stores new revisions, and hands out an immutable table of compiled
// workflows. Its users (ingress, engine) are told when it changes.
//
// It does not parse documents (document does) and serves nothing.
package catalog
