-- +goose Up

-- What was published, in order. A document is in revisions, once for each hash; publishing an old one again makes a
-- new version. Rows are never changed and never deleted.
CREATE TABLE versions (
    workflow     TEXT NOT NULL,
    number       INTEGER NOT NULL, -- from 1
    revision     TEXT NOT NULL,
    published_at INTEGER,          -- NULL: not known
    published_by TEXT NOT NULL,
    note         TEXT NOT NULL,
    origin       TEXT NOT NULL, -- the file it came from, or ''
    PRIMARY KEY (workflow, number)
) STRICT, WITHOUT ROWID;

ALTER TABLE workflows ADD COLUMN version INTEGER NOT NULL DEFAULT 0; -- number of the current one
ALTER TABLE workflows ADD COLUMN file_revision TEXT NOT NULL DEFAULT ''; -- what source contained when it was loaded

-- Revisions were appended when they were published. One that is current again stands last.
INSERT INTO versions (workflow, number, revision, published_at, published_by, note, origin)
SELECT workflow, row_number() OVER (PARTITION BY workflow ORDER BY rowid), hash, NULL, '', '', '' FROM revisions;
INSERT INTO versions (workflow, number, revision, published_at, published_by, note, origin)
SELECT w.key, (SELECT max(number) FROM versions v WHERE v.workflow = w.key) + 1, w.revision, NULL, '', '', ''
FROM workflows w WHERE w.revision <> (SELECT v.revision FROM versions v WHERE v.workflow = w.key ORDER BY number DESC LIMIT 1);
UPDATE workflows SET version = (SELECT max(number) FROM versions v WHERE v.workflow = key),
    file_revision = CASE WHEN source = '' THEN '' ELSE revision END;
UPDATE versions SET published_at = w.updated_at, origin = w.source
FROM workflows w WHERE w.key = versions.workflow AND w.version = versions.number;

-- AUTOINCREMENT: no version is given out twice, also not after its row was deleted.
CREATE TABLE drafts (
    version    INTEGER PRIMARY KEY AUTOINCREMENT,
    workflow   TEXT NOT NULL UNIQUE,
    base       INTEGER NOT NULL, -- number of the version that it was made from; 0: none
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    document   TEXT NOT NULL -- any JSON
) STRICT;

-- The call that a workflow's draft is tried on.
CREATE TABLE draft_samples (
    workflow    TEXT PRIMARY KEY,
    delivery    INTEGER NOT NULL, -- 0: somebody wrote it
    set_at      INTEGER NOT NULL,
    set_by      TEXT NOT NULL,
    received_at INTEGER,
    request     TEXT NOT NULL, -- as in deliveries
    body        BLOB NOT NULL,
    opened      BLOB -- the body after a preset decrypted it; NULL: it was not encrypted
) STRICT;
