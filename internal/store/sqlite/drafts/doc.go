// Package drafts stores the draft of each workflow and the sample that it is tried on. A write replaces the whole row, in
// a transaction of its own, if the caller has read the version that is stored: of two editors, the second gets the
// draft of the first.
//
// The package does not read documents. Publishing a draft deletes it; that is in package workflows, in the transaction
// that stores the revision.
package drafts
