// Package catalog keeps the published workflows and the notification channels. It checks documents against each other
// and against what is already published, stores new revisions and channels, and provides an immutable table of what is
// compiled. It notifies its users (ingress, engine) of changes.
//
// A workflow may be changed by documents and over the API. The catalog remembers which revision the document contained when it
// was loaded. If both sides have changed since, it refuses the document until somebody has decided (conflict.go). Drafts are
// only stored; publishing one checks it against everything that is published (release.go).
//
// A channel that the documents of the directory declare can be changed only there: the next load would undo any other
// change. Which channels these are is in memory; after a start without a directory, there are none.
//
// It does not parse documents (package document does) and serves no requests.
package catalog
