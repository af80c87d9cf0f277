-- +goose Up

-- A dedupe key is named by the SHA-256 of its workflow, a zero byte and the key's own SHA-256. It is claimed
-- by appending it to dedupe_log, one row for all that a transaction claims. From time to time the log
-- becomes a run: packed keys in blocks, and a Bloom filter that tells keys away that the run does not have.
-- What is packed is written in internal/store/sqlite/keypack.go.
ALTER TABLE dedupe_keys RENAME TO old_dedupe_keys; -- migration 5 takes what is in the old ones
ALTER TABLE dedupe_log RENAME TO old_dedupe_log;
CREATE TABLE dedupe_log (
    id   INTEGER PRIMARY KEY,
    keys BLOB NOT NULL
) STRICT;
CREATE TABLE dedupe_runs (
    id        INTEGER PRIMARY KEY,
    blocks    INTEGER NOT NULL, -- a power of two
    keys      INTEGER NOT NULL,
    retire_at INTEGER NOT NULL,
    filter    BLOB NOT NULL
) STRICT;
CREATE TABLE dedupe_blocks (
    id   INTEGER PRIMARY KEY, -- 2^20 times the run's, and the number of the block in it
    keys BLOB NOT NULL
) STRICT;
-- Keys that are more than runs may hold.
CREATE TABLE dedupe_keys (
    id          BLOB PRIMARY KEY,
    execution   INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    body_sha256 BLOB -- of the first call's body, where a repeat must have the same
) STRICT, WITHOUT ROWID;
