package sqlite

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/value"
)

// publishWrite is a Publish in the writer's queue.
type publishWrite struct {
	waiter
	list []store.Published
	now  time.Time
}

// Publish stores revisions and makes each the current one of its workflow. The error is of kind fault.Invalid if
// a key, revision or document is missing.
func (s *Store) Publish(list []store.Published) error {
	for _, p := range list {
		if p.Key == "" || p.Revision == "" || p.Document.IsMissing() {
			return fault.New("sqlite.Publish", fault.Invalid, "a published workflow needs a key, a revision and a document")
		}
	}
	m := &publishWrite{waiter: newWaiter(), list: list, now: s.opts.Clock.Now()}
	return s.alone(m, &m.waiter)
}

func (m *publishWrite) apply(w *writer) error {
	for _, p := range m.list {
		at := p.UpdatedAt
		if at.IsZero() {
			at = m.now
		}
		if err := w.exec(`INSERT INTO revisions (workflow, hash, document) VALUES (?1, ?2, ?3)
ON CONFLICT (workflow, hash) DO NOTHING`, p.Key, p.Revision, p.Document); err != nil {
			return err
		}
		if err := w.exec(`REPLACE INTO workflows (key, enabled, revision, source, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)`,
			p.Key, p.Enabled, p.Revision, p.Source, at); err != nil {
			return err
		}
	}
	return nil
}

// switching is a SetEnabled in the writer's queue.
type switching struct {
	waiter
	key string
	on  bool
	now time.Time
}

// SetEnabled enables or disables a workflow. The error is of kind fault.NotFound if there is none.
func (s *Store) SetEnabled(key string, on bool) error {
	m := &switching{waiter: newWaiter(), key: key, on: on, now: s.opts.Clock.Now()}
	return s.alone(m, &m.waiter)
}

func (m *switching) apply(w *writer) error {
	err := w.exec(`UPDATE workflows SET enabled = ?2, updated_at = ?3 WHERE key = ?1`, m.key, m.on, m.now)
	if err == nil && w.c.Changes() == 0 {
		return notFound("sqlite.SetEnabled", "workflow", m.key)
	}
	return err
}

// Workflows returns every workflow with its current document, sorted by key.
func (s *Store) Workflows(ctx context.Context) (list []store.Published, err error) {
	err = s.read(ctx, "sqlite.Workflows", func(r *reader) error {
		return r.query(`SELECT w.key, w.enabled, w.revision, r.document, w.source, w.updated_at
FROM workflows w JOIN revisions r ON r.workflow = w.key AND r.hash = w.revision ORDER BY w.key`, func(s *conn.Stmt) {
			list = append(list, store.Published{
				Key: s.ColumnText(0), Enabled: s.ColumnInt(1) != 0, Revision: s.ColumnText(2),
				Document: s.ColumnValue(3), Source: s.ColumnText(4), UpdatedAt: s.ColumnTime(5),
			})
		})
	})
	return list, err
}

// Revision returns a document by workflow and hash. The error is of kind fault.NotFound if there is none.
func (s *Store) Revision(ctx context.Context, workflow, hash string) (doc value.Value, err error) {
	const op = "sqlite.Revision"
	err = s.read(ctx, op, func(r *reader) error {
		return r.query(`SELECT document FROM revisions WHERE workflow = ?1 AND hash = ?2`, func(s *conn.Stmt) {
			doc = s.ColumnValue(0)
		}, workflow, hash)
	})
	if err == nil && doc.IsMissing() {
		return doc, notFound(op, "revision", hash+" of workflow "+workflow)
	}
	return doc, err
}

// Collections returns every collection, sorted by name.
func (s *Store) Collections(ctx context.Context) (list []collection.Collection, err error) {
	err = s.read(ctx, "sqlite.Collections", func(r *reader) (err error) {
		list, err = readCollections(r.query)
		return err
	})
	return list, err
}
