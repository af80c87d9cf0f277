-- +goose Up

-- The people who may sign in.
CREATE TABLE users (
    id           INTEGER PRIMARY KEY,
    email        TEXT NOT NULL UNIQUE, -- in lower case
    name         TEXT NOT NULL,
    role         TEXT NOT NULL,
    password     TEXT NOT NULL, -- its hash in PHC form; '': none
    disabled     INTEGER NOT NULL,
    created_at   INTEGER,
    updated_at   INTEGER,
    signed_in_at INTEGER
) STRICT;
CREATE INDEX users_admin ON users (id) WHERE role = 'admin' AND disabled = 0;

-- Users as OpenID Connect providers know them.
CREATE TABLE user_identities (
    issuer  TEXT NOT NULL,
    subject TEXT NOT NULL,
    user    INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_identities_user ON user_identities (user);

-- Sessions and keys are found by the SHA-256 of what the caller sends, which is stored nowhere.
CREATE TABLE sessions (
    id         INTEGER PRIMARY KEY,
    user       INTEGER NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    created_at INTEGER,
    seen_at    INTEGER,
    expires_at INTEGER,
    ip         TEXT NOT NULL,
    agent      TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_user ON sessions (user, id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE api_keys (
    id         INTEGER PRIMARY KEY,
    user       INTEGER NOT NULL, -- who made it; 0: the token file
    name       TEXT NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    hint       TEXT NOT NULL, -- the beginning of the key
    role       TEXT NOT NULL,
    workflows  TEXT NOT NULL, -- ["key",...]; [] for all
    created_at INTEGER,
    expires_at INTEGER,
    used_at    INTEGER
) STRICT;
CREATE INDEX api_keys_user ON api_keys (user, id);
