// Package janitor forgets, within bounds: deliveries with what they started once they are old or the
// store is too large, refused calls sooner, dedupe keys that are expired, and blobs that nothing
// names. It works in small pieces with pauses between them, so that it never holds up the door, and
// it touches no delivery whose execution has not ended.
//
// What may be deleted, and how, the store knows (store.Retention); when, is decided here.
package janitor
