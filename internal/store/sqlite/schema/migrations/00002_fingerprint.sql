-- +goose Up

-- A key that the sender chose belongs to one request: its method, path, query, body and credential. Before, the column
-- had the hash of the body alone; such a key accepts any request until it expires.
ALTER TABLE dedupe_keys RENAME COLUMN body_sha256 TO fingerprint;
UPDATE dedupe_keys SET fingerprint = NULL WHERE fingerprint IS NOT NULL;
