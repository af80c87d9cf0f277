package workflows

import (
	"context"
	"math"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

const versionColumns = `SELECT v.workflow, v.number, v.revision, v.published_at, v.published_by, v.note, v.origin`

const (
	sqlVersions = versionColumns + ` FROM versions v WHERE v.workflow = ?1 AND v.number < ?2 ORDER BY v.number DESC LIMIT ?3`

	sqlVersion = versionColumns + `, r.document FROM versions v
JOIN revisions r ON r.workflow = v.workflow AND r.hash = v.revision WHERE v.workflow = ?1 AND v.number = ?2`
)

func readVersion(s *conn.Stmt) store.Version {
	return store.Version{
		Workflow: s.ColumnText(0), Number: s.ColumnInt(1), Revision: s.ColumnText(2),
		PublishedAt: s.ColumnTime(3), PublishedBy: s.ColumnText(4), Note: s.ColumnText(5), Origin: s.ColumnText(6),
	}
}

// Versions returns the versions of a workflow without documents, newest first.
func (w *Revisions) Versions(ctx context.Context, workflow string, before int64, limit int) (list []store.Version, err error) {
	if limit < 1 || limit > store.MaxPage {
		return nil, fault.Field("sqlite.Versions", "limit", "must be from 1 to %d", store.MaxPage)
	}
	if before <= 0 {
		before = math.MaxInt64
	}
	err = w.Pool.Read(ctx, "sqlite.Versions", func(r *reader.Reader) error {
		return r.Query(sqlVersions, func(s *conn.Stmt) { list = append(list, readVersion(s)) }, workflow, before, limit)
	})
	return list, err
}

// Version returns one version with its document, or fault.NotFound.
func (w *Revisions) Version(ctx context.Context, workflow string, number int64) (v store.Version, err error) {
	const op = "sqlite.Version"
	err = w.Pool.Read(ctx, op, func(r *reader.Reader) error {
		return r.Query(sqlVersion, func(s *conn.Stmt) {
			v = readVersion(s)
			v.Document = s.ColumnValue(7)
		}, workflow, number)
	})
	if err == nil && v.Number == 0 {
		return v, fault.New(op, fault.NotFound, "workflow %s has no version %d", workflow, number)
	}
	return v, err
}
