package workflows

import (
	"context"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
	"hookline.dev/hookline/internal/value"
)

// Revisions stores workflows and their revisions. Its methods may be called concurrently.
type Revisions struct {
	Writer *writer.Writer
	Pool   *reader.Pool
	Clock  clock.Clock
}

// SetEnabled enables or disables a workflow. The error is of kind fault.NotFound if there is none.
func (w *Revisions) SetEnabled(key string, on bool) error {
	now := w.Clock.Now()
	return w.Writer.Run(func(tx *writer.Tx) error {
		err := tx.Exec(`UPDATE workflows SET enabled = ?2, updated_at = ?3 WHERE key = ?1`, key, on, now)
		if err == nil && tx.Changes() == 0 {
			return fault.New("sqlite.SetEnabled", fault.NotFound, "there is no workflow %s", key)
		}
		return err
	})
}

// Workflows returns every workflow with its current document, sorted by key.
func (w *Revisions) Workflows(ctx context.Context) (list []store.Published, err error) {
	err = w.Pool.Read(ctx, "sqlite.Workflows", func(r *reader.Reader) error {
		return r.Query(`SELECT w.key, w.enabled, w.revision, r.document, w.source, w.updated_at, w.file_revision,
w.version, v.published_at, v.published_by, v.note
FROM workflows w JOIN revisions r ON r.workflow = w.key AND r.hash = w.revision
JOIN versions v ON v.workflow = w.key AND v.number = w.version ORDER BY w.key`, func(s *conn.Stmt) {
			list = append(list, store.Published{
				Key: s.ColumnText(0), Enabled: s.ColumnInt(1) != 0, Revision: s.ColumnText(2),
				Document: s.ColumnValue(3), Source: s.ColumnText(4), UpdatedAt: s.ColumnTime(5), FileRevision: s.ColumnText(6),
				Version: s.ColumnInt(7), PublishedAt: s.ColumnTime(8), PublishedBy: s.ColumnText(9), Note: s.ColumnText(10),
			})
		})
	})
	return list, err
}

// Revision returns a document by workflow and hash. The error is of kind fault.NotFound if there is none.
func (w *Revisions) Revision(ctx context.Context, workflow, hash string) (doc value.Value, err error) {
	const op = "sqlite.Revision"
	err = w.Pool.Read(ctx, op, func(r *reader.Reader) error {
		return r.Query(`SELECT document FROM revisions WHERE workflow = ?1 AND hash = ?2`, func(s *conn.Stmt) {
			doc = s.ColumnValue(0)
		}, workflow, hash)
	})
	if err == nil && doc.IsMissing() {
		return doc, fault.New(op, fault.NotFound, "there is no revision %s of workflow %s", hash, workflow)
	}
	return doc, err
}
