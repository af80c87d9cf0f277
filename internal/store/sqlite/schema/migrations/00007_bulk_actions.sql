-- +goose Up

-- Actions on many executions or deliveries.
CREATE TABLE bulk_actions (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    state       TEXT NOT NULL,
    query       TEXT NOT NULL,
    workflows   TEXT NOT NULL, -- JSON array
    options     TEXT,
    by          TEXT NOT NULL,
    count       INTEGER NOT NULL,
    next        INTEGER NOT NULL,
    pending     BLOB, -- ids of 8 bytes, big-endian
    acted       INTEGER NOT NULL,
    skipped     INTEGER NOT NULL,
    failed      INTEGER NOT NULL,
    problems    TEXT,
    created_at  INTEGER,
    started_at  INTEGER,
    finished_at INTEGER
) STRICT;
CREATE INDEX bulk_actions_state ON bulk_actions (state, id);

-- Their targets, in parts, so that progress does not write them again.
CREATE TABLE bulk_targets (
    action INTEGER NOT NULL,
    part   INTEGER NOT NULL,
    ids    BLOB NOT NULL,
    PRIMARY KEY (action, part)
) STRICT, WITHOUT ROWID;
