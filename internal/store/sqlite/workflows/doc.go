// Package workflows stores the published workflows, their versions and their revisions. A version or a revision is never
// changed or deleted, so an execution can always load the document with which it began. Publish replaces the current
// revisions of all its workflows in one transaction, and deletes the drafts that it publishes: a crash leaves all or
// none.
//
// The package does not read documents. The drafts and samples that it deletes with their workflow are in package drafts.
package workflows
