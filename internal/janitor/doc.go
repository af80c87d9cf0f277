// Package janitor enforces retention: it deletes deliveries and their executions when they are old or the
// store is too large, refused calls earlier, expired dedupe keys, and blobs that no delivery names.
//
// One goroutine works from Start to Stop. Once a minute it runs its tasks one after the other; a task that
// fails does not stop the next one and is tried again a minute later. Each task deletes in bounded writes
// with pauses between them, so that calls never wait long behind it. A delivery whose execution has not
// ended is never deleted. The janitor keeps no state of its own, so a crash costs nothing: the next start
// continues from what the store has.
//
// The store knows what may be deleted and how (store.Retention); this package decides when.
package janitor
