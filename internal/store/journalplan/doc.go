// Package journalplan contains the rules for deliveries, executions and their journals that every driver of a store
// needs in addition to its SQL: which Accepts and Commits are valid, whether a Commit must still be written, what a
// repeated call gets, and how the outcome of a record operation becomes part of a step.
//
// The package knows no database and keeps no state. Package recordplan has the rules for records.
package journalplan
