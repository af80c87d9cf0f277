-- +goose Up

-- What workflows refer to as $env. The value of a secret is sealed; its name is part of what the seal protects, so the
-- values of two rows cannot be exchanged.
CREATE TABLE variables (
    name       TEXT PRIMARY KEY,
    data_key   TEXT NOT NULL, -- data_keys.id; '' for a plain variable
    value      BLOB NOT NULL, -- sealed; the text of a plain variable in UTF-8
    updated_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The key that seals secrets, itself sealed with the master key, which is never in the database. There is at most one.
CREATE TABLE data_keys (
    id     TEXT PRIMARY KEY,
    master TEXT NOT NULL, -- id of the master key
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The audit log. Every hash is over all columns of its row and the hash of the row before. The settings audit.head and
-- audit.anchor ("number:hash") close the ends of the chain.
CREATE TABLE audit_log (
    seq          INTEGER PRIMARY KEY,
    at           INTEGER NOT NULL,
    by_kind      TEXT NOT NULL,
    by_id        TEXT NOT NULL,
    by_name      TEXT NOT NULL,
    address      TEXT NOT NULL,
    action       TEXT NOT NULL,
    target       TEXT NOT NULL,
    status       INTEGER NOT NULL,
    before_value TEXT, -- JSON
    after_value  TEXT, -- JSON
    hash         BLOB NOT NULL
) STRICT;
CREATE INDEX audit_log_at ON audit_log (at, seq);
CREATE INDEX audit_log_by ON audit_log (by_name, seq);
CREATE INDEX audit_log_action ON audit_log (action, seq);
CREATE INDEX audit_log_target ON audit_log (target, seq);
