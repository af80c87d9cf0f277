// Package sqlite is the embedded driver of package store: one file in the data directory, one
// process, one writer.
package sqlite
