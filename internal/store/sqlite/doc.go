// Package sqlite is the embedded driver of package store: one file in the data directory, one
// process (which holds the directory's lock), one writer.
//
//	callers ──► lanes ──► writer ──► syncer ──► callers
//	            commits   one transaction   one fsync, for all
//	            accepts   of many members   that have come by then
//	            alone         │
//	            notes         └──► copier: the log into the database, beside the writer
//
// Writes are values. A caller works out all that can be worked out without the tables (admission of a
// record, JSON of headers and steps), puts the value into a lane and waits; the writer binds and steps.
// No caller's context enters the writer. A transaction takes waiting Commits first, then Accepts, so
// that the door slows instead of the backlog growing; what filters or changes the schema (Begin,
// Claim, Define, ...) has a transaction of its own; Notes ride along and may be dropped.
//
// # Truth
//
// SQLite may give up a whole transaction on FULL, IOERR, NOMEM or INTERRUPT, and a savepoint does not
// outlive that. So nobody is answered before the commit; after any error or panic the transaction is
// rolled back, with all that the writer knew by it, and its members are run again one by one: each
// gets its own truth. A broken rule (a unique value that is taken) is an outcome and no error. Every
// write may be repeated: an Accept whose ids are there is done, a Commit finds its steps.
//
// The sync comes after the commit (package disk says why that is safe), so its failure cannot be
// rolled back: the same bytes are written and synced again, and if the disk still keeps nothing, what
// was under way is not known, which the callers are told, and nothing is written until a restart. The
// log's checksums then tell what there is.
//
// # Speed
//
// Measured with the writes of one two-node execution (delivery of 8 KB, execution, steps, record, end
// state), 128 in a transaction, in µs of processor time on a shared 2 GHz core; the best of four runs,
// statements and commit:
//
//	database/sql over modernc.org/sqlite     40.8 + 18.0
//	zombiezen.com/go/sqlite                  33.1 + 19.4
//	package conn, with package disk          18.7 + 11.8
//
// What the schema owes to that (same measure, statements only): the steps of a commit as one row of
// JSON instead of one row each 6.7 -> 2.2, for any number of steps; no index entry for an execution
// that is claimed at the door 8.3 -> 6.3; the head of a request as one JSON column 7.7 -> 6.5. Pages of
// 8 KiB cost 24, of 4 KiB 26, of 16 KiB 22, which holds two small rows and wastes half a page on others.
// Text in indexes costs no more than numbers, STRICT tables nothing. Rows are appended at the right
// edge of every tree, so a write costs the same with a million rows as with a thousand.
//
// # Records
//
// A collection is a table c_<name> with a column f_<field> for each field that is stored. A single create
// rides with other members; what may break a rule half way stands in a savepoint; what touches many
// records has a transaction of its own. A reader finds what a filter selects, the writer touches it, at
// most collection.OpChunk records in a write. docs/adr/0017 and 0022 have the reasons. Measured on the same core: 150,000 records
// of four fields a second in arrays, 80,000 updates a second, a page by an index in 0.2 ms.
//
// # Dedupe keys
//
// A key is a row of the table dedupe_keys. Accept looks it up and claims it in the transaction that writes the
// delivery and the execution, so a crash leaves all three or none. ForgetKeys alone deletes keys: docs/adr/0026
// says what this costs.
package sqlite
