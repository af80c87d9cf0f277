-- +goose Up

-- Counts of a workflow in a minute, an hour or a day (UTC). The workflow '*' is all together, '' is the calls that no
-- workflow took. The time comes first in the key: what is written at one time lies together, and so does what
-- retention deletes.
CREATE TABLE statistics_buckets (
    width      INTEGER NOT NULL, -- 60, 3600 or 86400 seconds
    start      INTEGER NOT NULL, -- seconds since 1970-01-01T00:00:00Z
    workflow   TEXT NOT NULL,
    accepted   INTEGER NOT NULL,
    repeats    INTEGER NOT NULL,
    filtered   INTEGER NOT NULL,
    handshakes INTEGER NOT NULL,
    rejected   INTEGER NOT NULL,
    unmatched  INTEGER NOT NULL,
    dropped    INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    succeeded  INTEGER NOT NULL,
    failed     INTEGER NOT NULL,
    aborted    INTEGER NOT NULL,
    canceled   INTEGER NOT NULL,
    retried    INTEGER NOT NULL,
    gates      TEXT, -- {"gate": rejected}
    answers    BLOB, -- histograms, see package histogram
    executions BLOB,
    PRIMARY KEY (width, start, workflow)
) STRICT, WITHOUT ROWID;

-- What transactions have counted since the buckets were last written: a row for each transaction, workflow and minute.
CREATE TABLE statistics_log (
    id            INTEGER PRIMARY KEY,
    workflow      TEXT NOT NULL,
    start         INTEGER NOT NULL, -- of the minute
    accepted      INTEGER NOT NULL,
    repeats       INTEGER NOT NULL,
    filtered      INTEGER NOT NULL,
    handshakes    INTEGER NOT NULL,
    rejected      INTEGER NOT NULL,
    unmatched     INTEGER NOT NULL,
    dropped       INTEGER NOT NULL,
    bytes         INTEGER NOT NULL,
    succeeded     INTEGER NOT NULL,
    failed        INTEGER NOT NULL,
    aborted       INTEGER NOT NULL,
    canceled      INTEGER NOT NULL,
    retried       INTEGER NOT NULL,
    gates         TEXT,
    answers       BLOB,
    executions    BLOB,
    -- The last delivery of each kind, or 0.
    last_accepted INTEGER NOT NULL,
    last_filtered INTEGER NOT NULL,
    last_refused  INTEGER NOT NULL,
    gate          TEXT, -- of last_refused
    reason        TEXT
) STRICT;

-- What is known about a workflow without looking at its deliveries.
CREATE TABLE statistics_workflows (
    workflow      TEXT PRIMARY KEY,
    last_accepted INTEGER NOT NULL,
    last_filtered INTEGER NOT NULL,
    last_refused  INTEGER NOT NULL,
    gate          TEXT,
    reason        TEXT,
    hour          INTEGER NOT NULL, -- the newest hour of hours, since 1970
    hours         BLOB NOT NULL, -- calls, refused and failed in each of 24 hours, newest first, as varints
    called_hour   INTEGER NOT NULL, -- the hour of the last call that passed the gates
    called        BLOB NOT NULL -- a bit for each of the 168 hours back from called_hour
) STRICT, WITHOUT ROWID;

-- How many buckets there are: a table cannot tell without reading all of them.
CREATE TABLE statistics_sizes (
    width INTEGER PRIMARY KEY,
    rows  INTEGER NOT NULL
) STRICT;
INSERT INTO statistics_sizes (width, rows) VALUES (60, 0), (3600, 0), (86400, 0);
