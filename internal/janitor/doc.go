// Package janitor enforces retention. It deletes deliveries and their executions when they are old or the store
// is too large, calls that ran nothing earlier (by age, by a share of the size, and before others), expired dedupe keys, buckets of statistics, bulk actions, and blobs that no delivery names.
//
// One goroutine works from Start to Stop. Once a minute it runs its tasks one after another. A task that fails
// does not stop the next one, and runs again a minute later. Each task deletes in bounded writes with pauses
// between them, so that calls never wait long for it. A delivery whose execution has not ended is never
// deleted. The janitor keeps no state of its own, so a crash loses nothing: after the next start it continues
// with what is in the store.
//
// The store knows what may be deleted and how (store.Retention); this package decides when.
package janitor
