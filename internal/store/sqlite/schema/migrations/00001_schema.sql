-- +goose Up

-- Times are microseconds since 1970-01-01T00:00:00Z, NULL where there is none. JSON is exact text.
-- Wide columns stand last, so that lists read the beginning of a row and not its overflow pages.

-- What the store itself must remember: store.incarnation, store.claimed_from, store.ping.
CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The processes that may own executions. Opening the store ends all leases, as no other process has it open then.
CREATE TABLE leases (
    incarnation INTEGER PRIMARY KEY,
    node        INTEGER NOT NULL UNIQUE, -- is part of the ids that the process makes
    expires_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE workflows (
    key        TEXT PRIMARY KEY,
    enabled    INTEGER NOT NULL,
    revision   TEXT NOT NULL,
    source     TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE revisions (
    workflow TEXT NOT NULL,
    hash     TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (workflow, hash)
) STRICT;

-- Notification channels. A config refers to variables ($env) and has no secrets.
CREATE TABLE channels (
    name       TEXT PRIMARY KEY,
    type       TEXT NOT NULL,
    config     TEXT NOT NULL, -- JSON as written
    source     TEXT NOT NULL, -- the file it came from, or ''
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The ids of deliveries and executions are snowflakes: they grow, so rows are appended at the right
-- edge of the tree and a write costs the same with a thousand rows as with a million.
CREATE TABLE deliveries (
    id          INTEGER PRIMARY KEY,
    workflow    TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    gate        TEXT NOT NULL,
    reason      TEXT NOT NULL,
    execution   INTEGER NOT NULL,
    status      INTEGER NOT NULL,
    took        INTEGER NOT NULL, -- nanoseconds
    received_at INTEGER,
    -- The first 8 bytes of the SHA-256 of the dedupe key. It is part of the index that every delivery has
    -- an entry in: an index of its own, ordered by key, would write one more page for each call. To find a
    -- key, the index entries of its workflow are read, without their rows.
    key_hash    INTEGER,
    -- {"method","path","query","host","ip","contentType","params":[["name","value"],...],
    -- "headers":[["Name","value"],...]} and, each only when there is one, what ingress found out: "stored",
    -- "files", "form", "as", "verdicts", "chain", "key", "replayOf", "revision".
    request     TEXT NOT NULL,
    answer      TEXT, -- {"status","headers","body"}; NULL for a plain 200 ok, and while it is not known
    size        INTEGER NOT NULL, -- of the body, in bytes
    body        BLOB NOT NULL, -- as received
    opened      BLOB -- the body after a preset decrypted it; NULL: it was not encrypted
) STRICT;
CREATE INDEX deliveries_workflow ON deliveries (workflow, id, key_hash);
CREATE INDEX deliveries_refused ON deliveries (outcome, id) WHERE outcome <> 'accepted';

-- Answers that were not known when their delivery was written: of a call whose caller waited, or of a
-- repeat. They have rows of their own, which lie close together; to change the delivery would write its
-- page again.
CREATE TABLE delivery_answers (
    delivery INTEGER PRIMARY KEY,
    status   INTEGER NOT NULL,
    took     INTEGER NOT NULL, -- nanoseconds
    answer   TEXT
) STRICT;

-- What deliveries keep beside the database: bodies and files, by their hash.
CREATE TABLE delivery_blobs (
    sha256   BLOB NOT NULL,
    delivery INTEGER NOT NULL,
    PRIMARY KEY (sha256, delivery)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_blobs_delivery ON delivery_blobs (delivery);

-- The queue is this table: what nobody has claimed is in executions_ready or executions_waiting.
-- An execution that is claimed when it is accepted, as nearly all are, costs these indexes nothing;
-- after a crash such ones are found from the id in the setting store.claimed_from on.
CREATE TABLE executions (
    id               INTEGER PRIMARY KEY,
    workflow         TEXT NOT NULL,
    revision         TEXT NOT NULL,
    delivery         INTEGER NOT NULL,
    mode             TEXT NOT NULL,
    status           TEXT NOT NULL,
    reason           TEXT NOT NULL DEFAULT '',
    owner            INTEGER NOT NULL,
    resumes          INTEGER NOT NULL DEFAULT 0,
    round            INTEGER NOT NULL DEFAULT 0,
    suspect          INTEGER NOT NULL DEFAULT 0,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    commit_owner     INTEGER NOT NULL DEFAULT 0, -- of the last Commit
    commit_seq       INTEGER NOT NULL DEFAULT 0, -- its number
    created_at       INTEGER,
    started_at       INTEGER,
    finished_at      INTEGER,
    wake_at          INTEGER,
    error            TEXT, -- {"code","message","node"}
    reply_status     INTEGER,
    reply_headers    TEXT,
    reply_body       BLOB,
    output           TEXT
) STRICT;
CREATE INDEX executions_ready ON executions (workflow, id) WHERE owner = 0 AND (status = 'queued' OR status = 'running');
CREATE INDEX executions_waiting ON executions (owner, wake_at, id, workflow) WHERE status = 'waiting';
CREATE INDEX executions_ended_badly ON executions (status, id) WHERE (status = 'failed' OR status = 'aborted' OR status = 'canceled');
CREATE INDEX executions_workflow ON executions (workflow, id);

-- A row holds the steps that were committed together, as a JSON array; n is the number of the last.
-- To look at them:
--   SELECT s.value ->> 'node', s.value ->> 'status' FROM steps, json_each(rows) s WHERE execution = ?
CREATE TABLE steps (
    execution INTEGER NOT NULL,
    n         INTEGER NOT NULL,
    rows      TEXT NOT NULL,
    PRIMARY KEY (execution, n)
) STRICT, WITHOUT ROWID;

-- Keys by which a repeated call finds the first one. A row stays until it expires, even when the
-- delivery is deleted.
CREATE TABLE dedupe_keys (
    workflow    TEXT NOT NULL,
    key_sha256  BLOB NOT NULL,
    execution   INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    fingerprint BLOB, -- of the first request and its credential, where a repeat must have the same
    PRIMARY KEY (workflow, key_sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX dedupe_keys_expiry ON dedupe_keys (expires_at);

-- The records of a collection are in the table c_<name>, a column f_<field> for each field.
CREATE TABLE collections (
    name        TEXT PRIMARY KEY,
    -- Ids below next_id were given out once, whatever has been deleted since. It is written when records
    -- are deleted, as the largest id that is left says nothing then.
    next_id     INTEGER NOT NULL DEFAULT 1,
    unique_sets TEXT -- [["field","field"],...]; NULL for none
) STRICT, WITHOUT ROWID;

-- A hasMany has a row here and no column in its table.
CREATE TABLE fields (
    collection    TEXT NOT NULL,
    name          TEXT NOT NULL,
    position      INTEGER NOT NULL,
    type          TEXT NOT NULL,
    required      INTEGER NOT NULL,
    is_unique     INTEGER NOT NULL,
    is_index      INTEGER NOT NULL,
    default_value TEXT, -- JSON
    -- {"precision","scale","options","multiple","relation","target","onDelete","foreignKey"}, each only
    -- when the field has it.
    properties    TEXT,
    PRIMARY KEY (collection, name)
) STRICT, WITHOUT ROWID;

-- The blobs that files in records name; with delivery_blobs, what may not be swept.
CREATE TABLE record_blobs (
    sha256     BLOB NOT NULL,
    collection TEXT NOT NULL,
    record     INTEGER NOT NULL,
    PRIMARY KEY (sha256, collection, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_blobs_record ON record_blobs (collection, record);
