package statistics

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// onRevision counts the executions that began on a revision.
type onRevision struct {
	revision string
	n        int64
}

const (
	sqlReadRevision = `SELECT executions FROM statistics_revisions WHERE workflow = ?1 AND revision = ?2`
	sqlAddRevision  = `INSERT INTO statistics_revisions (workflow, revision, executions) VALUES (?1, ?2, ?3)
ON CONFLICT (workflow, revision) DO UPDATE SET executions = executions + excluded.executions`
)

// Began counts an execution that this transaction creates.
func (t *Statistics) Began(workflow, revision string, at time.Time) {
	t.entry(workflow, at).began(revision, 1)
}

// began counts executions. There is rarely more than one revision in a minute.
func (e *entry) began(revision string, n int64) {
	for i := range e.revisions {
		if e.revisions[i].revision == revision {
			e.revisions[i].n += n
			return
		}
	}
	e.revisions = append(e.revisions, onRevision{revision, n})
}

// encodeRevisions returns the text of the column revisions.
func (e *entry) encodeRevisions() string {
	var to []byte
	for i, r := range e.revisions {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(append(to, r.revision...), ':')
		to = strconv.AppendInt(to, r.n, 10)
	}
	return string(to)
}

// addRevisions adds such a text.
func (e *entry) addRevisions(text string) {
	for one := range strings.SplitSeq(text, ",") {
		revision, count, _ := strings.Cut(one, ":")
		if n, err := strconv.ParseInt(count, 10, 64); err == nil {
			e.began(revision, n)
		}
	}
}

// writeRevisions adds the entries of a workflow to its rows.
func writeRevisions(tx *writer.Tx, workflow string, list []keyed) error {
	var sum entry
	for _, k := range list {
		sum.add(&entry{revisions: k.revisions})
	}
	for _, r := range sum.revisions {
		if err := tx.Exec(sqlAddRevision, workflow, r.revision, r.n); err != nil {
			return err
		}
	}
	return nil
}

// OnRevisions returns how many executions of a workflow began on each of some revisions.
func (t *Statistics) OnRevisions(ctx context.Context, workflow string, revisions ...string) (map[string]int64, error) {
	out := make(map[string]int64)
	err := t.Pool.Read(ctx, "sqlite.OnRevisions", func(r *reader.Reader) error {
		clear(out)
		log, err := readLog(r)
		if err != nil {
			return err
		}
		var logged entry
		for k, e := range log {
			if k.workflow == workflow {
				logged.add(&entry{revisions: e.revisions})
			}
		}
		for _, revision := range revisions {
			if err := r.Query(sqlReadRevision, func(s *conn.Stmt) { out[revision] = s.ColumnInt(0) }, workflow, revision); err != nil {
				return err
			}
		}
		for _, b := range logged.revisions {
			if slices.Contains(revisions, b.revision) {
				out[b.revision] += b.n
			}
		}
		return nil
	})
	return out, err
}
