-- +goose Up

-- The buckets of all workflows together have a negative width, so that those of a time lie next to each other.
UPDATE statistics_buckets SET width = -width WHERE workflow = '*';
INSERT INTO statistics_sizes (width, rows)
SELECT -width, (SELECT count(*) FROM statistics_buckets AS b WHERE b.width = -s.width) FROM statistics_sizes AS s;
UPDATE statistics_sizes SET rows = rows - (SELECT s.rows FROM statistics_sizes AS s WHERE s.width = -statistics_sizes.width)
WHERE width > 0;
