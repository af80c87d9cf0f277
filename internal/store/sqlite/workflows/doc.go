// Package workflows stores the published workflows and their revisions. A revision is never changed or deleted, so an
// execution can always load the document with which it began. Publish replaces the current revisions of all its
// workflows in one transaction: a crash leaves all or none.
//
// The package does not read documents.
package workflows
