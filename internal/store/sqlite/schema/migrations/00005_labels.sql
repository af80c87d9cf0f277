-- +goose Up

-- What a list of executions or deliveries is asked for has an index. An accepted call whose workflow has no labels costs one
-- entry more than before, in deliveries_ip; the other new indexes have only rows that are rare.

-- Labels of executions. Executions without labels have no rows here.
CREATE TABLE execution_labels (
    name      TEXT NOT NULL,
    value     TEXT NOT NULL,
    execution INTEGER NOT NULL,
    PRIMARY KEY (name, value, execution)
) STRICT, WITHOUT ROWID;
CREATE INDEX execution_labels_execution ON execution_labels (execution);

-- An index ends with the row's id, so none of these names it.
CREATE INDEX executions_workflow_ended_badly ON executions (workflow, status) WHERE (status = 'failed' OR status = 'aborted' OR status = 'canceled');
CREATE INDEX executions_parked ON executions (status) WHERE status = 'waiting';
CREATE INDEX deliveries_workflow_refused ON deliveries (workflow, outcome) WHERE outcome <> 'accepted';
CREATE INDEX deliveries_gate ON deliveries (gate) WHERE gate <> 'accept';
CREATE INDEX deliveries_repeats ON deliveries (execution) WHERE outcome = 'repeat';

-- Keys and addresses are ordered by time first, in steps of 2^44 ids, which are 70 minutes. So new entries lie close together,
-- however many different keys and addresses there are, and a month has 618 places to look at.
CREATE INDEX deliveries_key ON deliveries (id >> 44, key_hash) WHERE key_hash IS NOT NULL;
CREATE INDEX deliveries_ip ON deliveries (id >> 44, request ->> 'ip');
DROP INDEX deliveries_workflow;
CREATE INDEX deliveries_workflow ON deliveries (workflow);
