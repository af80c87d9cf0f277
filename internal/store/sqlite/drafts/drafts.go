package drafts

import (
	"context"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Rows stores drafts and samples. Its methods may be called concurrently.
type Rows struct {
	Writer *writer.Writer
	Pool   *reader.Pool
	Clock  clock.Clock
}

const columns = `SELECT workflow, version, base, created_at, created_by, changed_at, changed_by`

const sqlDraft = columns + `, document FROM drafts WHERE workflow = ?1`

func read(s *conn.Stmt) store.Draft {
	return store.Draft{
		Workflow: s.ColumnText(0), Version: s.ColumnInt(1), Base: s.ColumnInt(2),
		CreatedAt: s.ColumnTime(3), CreatedBy: s.ColumnText(4), ChangedAt: s.ColumnTime(5), ChangedBy: s.ColumnText(6),
	}
}

func readWhole(s *conn.Stmt) store.Draft {
	d := read(s)
	d.Document = s.ColumnValue(7)
	return d
}

// Drafts returns all drafts without their documents.
func (d *Rows) Drafts(ctx context.Context) (list []store.Draft, err error) {
	err = d.Pool.Read(ctx, "sqlite.Drafts", func(r *reader.Reader) error {
		return r.Query(columns+` FROM drafts ORDER BY workflow`, func(s *conn.Stmt) { list = append(list, read(s)) })
	})
	return list, err
}

// Draft returns the draft of a workflow, or fault.NotFound.
func (d *Rows) Draft(ctx context.Context, workflow string) (out store.Draft, err error) {
	const op = "sqlite.Draft"
	err = d.Pool.Read(ctx, op, func(r *reader.Reader) error {
		return r.Query(sqlDraft, func(s *conn.Stmt) { out = readWhole(s) }, workflow)
	})
	if err == nil && out.Version == 0 {
		return out, notFound(op, workflow)
	}
	return out, err
}

// PutDraft creates or replaces a draft, if the stored one has the version have.
func (d *Rows) PutDraft(put store.Draft, have int64) (store.Draft, error) {
	const op = "sqlite.PutDraft"
	switch {
	case put.Workflow == "" || put.Document.IsMissing():
		return store.Draft{}, fault.New(op, fault.Invalid, "a draft needs a workflow and a document")
	case len(put.Document.Text()) > store.MaxDraft:
		return store.Draft{}, fault.New(op, fault.TooLarge, "the draft is too large: at most %d MiB", store.MaxDraft>>20)
	}
	now := d.Clock.Now()
	if put.ChangedAt.IsZero() {
		put.ChangedAt = now
	}
	var out store.Draft
	err := d.Writer.Run(func(tx *writer.Tx) error {
		out = store.Draft{}
		if err := tx.Query(sqlDraft, func(s *conn.Stmt) { out = readWhole(s) }, put.Workflow); err != nil {
			return err
		}
		if out.Version != 0 && out.Base == put.Base && out.Document.Text() == put.Document.Text() {
			return nil
		}
		if have != store.AnyVersion && have != out.Version {
			return conflict(op, out, have)
		}
		next := put
		switch {
		case out.Version != 0:
			next.CreatedAt, next.CreatedBy = out.CreatedAt, out.CreatedBy
		case next.CreatedAt.IsZero():
			next.CreatedAt, next.CreatedBy = put.ChangedAt, put.ChangedBy
		}
		if err := tx.Exec(`DELETE FROM drafts WHERE workflow = ?1`, put.Workflow); err != nil {
			return err
		}
		err := tx.Query(`INSERT INTO drafts (workflow, base, created_at, created_by, changed_at, changed_by, document)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING version`, func(s *conn.Stmt) { next.Version = s.ColumnInt(0) },
			next.Workflow, next.Base, next.CreatedAt, next.CreatedBy, next.ChangedAt, next.ChangedBy, next.Document)
		if err == nil {
			out = next
		}
		return err
	})
	if err != nil && !fault.Is(err, fault.Conflict) {
		return store.Draft{}, err
	}
	return out, err
}

// DropDraft deletes a draft, if it has the version have.
func (d *Rows) DropDraft(workflow string, have int64) error {
	const op = "sqlite.DropDraft"
	return d.Writer.Run(func(tx *writer.Tx) error {
		var out store.Draft
		if err := tx.Query(columns+` FROM drafts WHERE workflow = ?1`, func(s *conn.Stmt) { out = read(s) }, workflow); err != nil {
			return err
		}
		switch {
		case out.Version == 0:
			return notFound(op, workflow)
		case have != store.AnyVersion && have != out.Version:
			return conflict(op, out, have)
		}
		return tx.Exec(`DELETE FROM drafts WHERE version = ?1`, out.Version)
	})
}

func notFound(op, workflow string) error {
	return fault.New(op, fault.NotFound, "workflow %s has no draft", workflow)
}

func conflict(op string, stored store.Draft, have int64) error {
	switch {
	case stored.Version == 0:
		return fault.New(op, fault.Conflict, "the draft was published or discarded in the meantime")
	case have == 0:
		return fault.New(op, fault.Conflict, "there is a draft already%s", by(stored))
	default:
		return fault.New(op, fault.Conflict, "the draft was changed in the meantime%s", by(stored))
	}
}

func by(d store.Draft) string {
	if d.ChangedBy == "" {
		return ""
	}
	return ", by " + d.ChangedBy
}
