package workflows

import (
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Publish stores revisions and makes each the current one of its workflow, as the next version. The error is of kind
// fault.Invalid if a key, revision or document is missing, and of kind fault.Conflict if a condition does not hold.
func (w *Revisions) Publish(list []store.Publication) error {
	for _, p := range list {
		if p.Key == "" || p.Revision == "" || p.Document.IsMissing() {
			return fault.New("sqlite.Publish", fault.Invalid, "a published workflow needs a key, a revision and a document")
		}
	}
	now := w.Clock.Now()
	return w.Writer.Run(func(tx *writer.Tx) error {
		for i := range list {
			if err := publish(tx, &list[i], now); err != nil {
				return err
			}
		}
		return nil
	})
}

func publish(tx *writer.Tx, p *store.Publication, now time.Time) error {
	at := p.UpdatedAt
	if at.IsZero() {
		at = now
	}
	number, err := nextVersion(tx, p, at)
	if err != nil {
		return err
	}
	if err := takeDraft(tx, p); err != nil {
		return err
	}
	if err := tx.Exec(sqlSaveRevision, p.Key, p.Revision, p.Document); err != nil {
		return err
	}
	return tx.Exec(`REPLACE INTO workflows (key, enabled, revision, source, updated_at, file_revision, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`, p.Key, p.Enabled, p.Revision, p.Source, at, p.FileRevision, number)
}

// nextVersion stores the version and returns its number. A revision that is the current one keeps its version.
func nextVersion(tx *writer.Tx, p *store.Publication, at time.Time) (number int64, err error) {
	var current, last int64
	var revision string
	if err := tx.Query(`SELECT version, revision FROM workflows WHERE key = ?1`, func(s *conn.Stmt) {
		current, revision = s.ColumnInt(0), s.ColumnText(1)
	}, p.Key); err != nil {
		return 0, err
	}
	if p.Replaces != store.AnyVersion && p.Replaces != current {
		return 0, replaced(p, current)
	}
	if revision == p.Revision {
		return current, nil
	}
	if err := tx.Query(`SELECT max(number) FROM versions WHERE workflow = ?1`, func(s *conn.Stmt) { last = s.ColumnInt(0) }, p.Key); err != nil {
		return 0, err
	}
	return last + 1, tx.Exec(`INSERT INTO versions (workflow, number, revision, published_at, published_by, note, origin)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`, p.Key, last+1, p.Revision, at, p.PublishedBy, p.Note, p.Origin)
}

func replaced(p *store.Publication, current int64) error {
	const op = "sqlite.Publish"
	switch {
	case current == 0:
		return fault.New(op, fault.Conflict, "workflow %s was deleted in the meantime", p.Key)
	case p.Replaces == 0:
		return fault.New(op, fault.Conflict, "there is a workflow %s already, at version %d", p.Key, current)
	default:
		return fault.New(op, fault.Conflict, "workflow %s is at version %d now, not at version %d", p.Key, current, p.Replaces)
	}
}

// takeDraft deletes the draft that is published.
func takeDraft(tx *writer.Tx, p *store.Publication) error {
	if p.Draft == 0 {
		return nil
	}
	err := tx.Exec(`DELETE FROM drafts WHERE workflow = ?1 AND version = ?2`, p.Key, p.Draft)
	if err == nil && tx.Changes() == 0 {
		return fault.New("sqlite.Publish", fault.Conflict, "the draft of workflow %s was changed in the meantime", p.Key)
	}
	return err
}

// SetSource notes where a workflow comes from and which revision that contains.
func (w *Revisions) SetSource(key, source, revision string) error {
	return w.Writer.Run(func(tx *writer.Tx) error {
		err := tx.Exec(`UPDATE workflows SET source = ?2, file_revision = ?3 WHERE key = ?1`, key, source, revision)
		if err == nil && tx.Changes() == 0 {
			return fault.New("sqlite.SetSource", fault.NotFound, "there is no workflow %s", key)
		}
		return err
	})
}

// DeleteWorkflow deletes a workflow with its draft and sample. What was published and what ran stays.
func (w *Revisions) DeleteWorkflow(key string) error {
	return w.Writer.Run(func(tx *writer.Tx) error {
		found := 0
		for _, sql := range []string{`DELETE FROM workflows WHERE key = ?1`, `DELETE FROM drafts WHERE workflow = ?1`} {
			if err := tx.Exec(sql, key); err != nil {
				return err
			}
			found += tx.Changes()
		}
		if found == 0 {
			return fault.New("sqlite.DeleteWorkflow", fault.NotFound, "there is no workflow %s", key)
		}
		return tx.Exec(`DELETE FROM draft_samples WHERE workflow = ?1`, key)
	})
}
