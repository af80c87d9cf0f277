-- +goose Up

-- Ids below next_id were given out once, whatever has been deleted since. It is written when records
-- are deleted, as the largest id that is left says nothing then.
ALTER TABLE collections ADD COLUMN next_id INTEGER NOT NULL DEFAULT 1;
-- createdAt grows with the id, as in every collection from this version on.
ALTER TABLE collections ADD COLUMN in_order INTEGER NOT NULL DEFAULT 0;
-- [["field","field"],...]; NULL for none.
ALTER TABLE collections ADD COLUMN unique_sets TEXT;

-- {"precision","scale","options","multiple","relation","target","onDelete","foreignKey"}, each only when
-- the field has it. A hasMany stands here and has no column; what becomes of records whose belongsTo is
-- deleted is the store's to do, the column's foreign key only holds that none is left behind.
ALTER TABLE fields ADD COLUMN properties TEXT;

-- The blobs that files in records name; with delivery_blobs, what may not be swept.
CREATE TABLE record_blobs (
    sha256     BLOB NOT NULL,
    collection TEXT NOT NULL,
    record     INTEGER NOT NULL,
    PRIMARY KEY (sha256, collection, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_blobs_record ON record_blobs (collection, record);
