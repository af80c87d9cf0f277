-- +goose Up

-- How many executions began on a revision of a workflow.
CREATE TABLE statistics_revisions (
    workflow   TEXT NOT NULL,
    revision   TEXT NOT NULL,
    executions INTEGER NOT NULL,
    PRIMARY KEY (workflow, revision)
) STRICT, WITHOUT ROWID;
INSERT INTO statistics_revisions (workflow, revision, executions)
SELECT workflow, revision, count(*) FROM executions GROUP BY workflow, revision;

ALTER TABLE statistics_log ADD COLUMN revisions TEXT; -- revision:executions, with commas between them
