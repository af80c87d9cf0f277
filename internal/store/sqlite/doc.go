// Package sqlite is the embedded driver of package store: one database file in the data directory, one process
// (which holds the directory's lock), one goroutine that writes. It opens the database and assembles the rooms, each a
// package below this one. Imports go down only:
//
//	journal ──► records, dedupe     deliveries, executions, steps, claims
//	records ──► tables              operations and queries on records
//	definitions ──► tables          collections and their tables
//	retention ──► tables            deletion, blobs, usage
//	workflows, drafts, channels     what is published; what is edited; notification channels
//	dedupe                          dedupe keys
//	variables, auditlog             variables and sealed secrets; the audit log
//	bulk                            actions on many executions or deliveries
//	tables                          the tables of collections
//	   │
//	   ▼
//	writer, reader, schema          transactions; snapshots; migrations
//	conn, disk                      SQLite's interface; its files
//
// What runs, who owns what, in which order and what a crash leaves is in each room's documentation; writer's comes
// first, because every write goes through it. Rules that need no SQL are in packages journalplan, recordplan and
// rowcodec beside this one.
//
// The package does not run workflows, does not delete anything on its own schedule (package store's Retention is
// called by the janitor), and does not store large content: that is package blobdir.
//
// # What runs
//
// Open starts the goroutines of package writer, and one that empties what was dropped from large tables. Close lets the
// writer end first, which answers the last callers. Then it waits for the readers, and unlocks the directory at last.
//
// # Speed
//
// Measured with the writes of one two-node execution (delivery of 8 KB, execution, steps, record, end state), 128
// in a transaction, in µs of processor time on a shared 2 GHz core; the best of four runs, statements and commit:
//
//	database/sql over modernc.org/sqlite     40.8 + 18.0
//	zombiezen.com/go/sqlite                  33.1 + 19.4
//	package conn, with package disk          18.7 + 11.8
//
// The schema contributes to this (same measure, statements only):
//
//   - The steps of a commit are one row of JSON instead of one row each: 6.7 -> 2.2, for any number of steps.
//   - An execution that is claimed when it is accepted has no index entry: 8.3 -> 6.3.
//   - The metadata of a request is one JSON column: 7.7 -> 6.5.
//   - Pages of 8 KiB cost 24, of 4 KiB 26, of 16 KiB 22. A page of 16 KiB holds two small rows and wastes half a
//     page on others.
//   - Text in indexes costs no more than numbers. STRICT tables cost nothing.
//   - Rows are appended at the right edge of every tree, so a write costs the same with a million rows as with a
//     thousand.
package sqlite
