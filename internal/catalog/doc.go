// Package catalog keeps the published workflows. It checks documents against each other and against what is
// already published, stores new revisions, and provides an immutable table of compiled workflows. It notifies
// its users (ingress, engine) of changes.
//
// It does not parse documents (package document does) and serves no requests.
package catalog
