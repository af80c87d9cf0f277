-- +goose Up

-- The column request of deliveries holds, besides the head of the request, what the door found out and
-- is written once: {..., "stored","files","form","as","verdicts","chain","key","replayOf","revision"}, each
-- only when there is one. It stands before the body, so that lists read it without the body's pages,
-- and a plain delivery costs nothing more.
--
-- key_hash is the first 8 bytes of the SHA-256 of the dedupe key. It rides in the index that every
-- delivery has an entry in: a tree of its own, ordered by key, would dirty one more page with each call.
-- To find a key, the entries of its workflow are read, without their rows.
ALTER TABLE deliveries ADD COLUMN key_hash INTEGER;
-- {"status","headers","body"}; NULL for a plain 200 ok, and while it is not known.
ALTER TABLE deliveries ADD COLUMN answer TEXT;
DROP INDEX deliveries_workflow;
CREATE INDEX deliveries_workflow ON deliveries (workflow, id, key_hash);

-- What deliveries keep beside the database: bodies and files, by their hash.
CREATE TABLE delivery_blobs (
    sha256   BLOB NOT NULL,
    delivery INTEGER NOT NULL,
    PRIMARY KEY (sha256, delivery)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_blobs_delivery ON delivery_blobs (delivery);

ALTER TABLE dedupe_keys ADD COLUMN body_sha256 BLOB; -- of the first call's body, where a repeat must have the same

-- What a call was answered that had to be written before anybody knew: one whose caller waited, or a repeat. It
-- has rows of its own, which lie close together: to change the delivery would write its page again.
CREATE TABLE delivery_answers (
    delivery INTEGER PRIMARY KEY,
    status   INTEGER NOT NULL,
    took     INTEGER NOT NULL, -- nanoseconds
    answer   TEXT
) STRICT;
