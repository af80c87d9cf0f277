package bulk

import (
	"context"
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
	"hookline.dev/hookline/internal/value"
)

// Actions stores bulk actions. Its methods may be called concurrently.
type Actions struct {
	Writer *writer.Writer
	Pool   *reader.Pool
}

const (
	columns = `id, kind, state, query, workflows, options, by, count, next, pending, acted, skipped, failed, problems, created_at, started_at, finished_at`

	sqlInsert = `INSERT INTO bulk_actions (` + columns + `)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)`
	sqlChange = `UPDATE bulk_actions SET kind = ?2, state = ?3, query = ?4, workflows = ?5, options = ?6, by = ?7, count = ?8, next = ?9,
pending = ?10, acted = ?11, skipped = ?12, failed = ?13, problems = ?14, created_at = ?15, started_at = ?16, finished_at = ?17 WHERE id = ?1`
)

// CreateBulk stores a new action with its targets.
func (t *Actions) CreateBulk(a store.BulkAction, targets []ident.ID) error {
	const op = "sqlite.CreateBulk"
	if a.ID == 0 || a.Count != len(targets) {
		return fault.New(op, fault.Invalid, "a bulk action must have an id and the number of its targets")
	}
	return t.Writer.Run(func(tx *writer.Tx) error {
		err := put(tx, sqlInsert, &a)
		if conn.Code(err) == conn.Constraint {
			return fault.As(op, fault.Conflict, err, "a bulk action with this id exists")
		}
		if err != nil {
			return err
		}
		part := 0
		for ids := range slices.Chunk(targets, store.BulkPart) {
			if err := tx.Exec(`INSERT INTO bulk_targets (action, part, ids) VALUES (?1, ?2, ?3)`, a.ID, part, packed(ids)); err != nil {
				return err
			}
			part++
		}
		return nil
	})
}

// ChangeBulk replaces everything but the targets.
func (t *Actions) ChangeBulk(a store.BulkAction) error {
	return t.Writer.Run(func(tx *writer.Tx) error {
		found := false
		if err := tx.Query(`SELECT 1 FROM bulk_actions WHERE id = ?1`, func(*conn.Stmt) { found = true }, a.ID); err != nil {
			return err
		}
		if !found {
			return notFound("sqlite.ChangeBulk", a.ID)
		}
		return put(tx, sqlChange, &a)
	})
}

func put(tx *writer.Tx, sql string, a *store.BulkAction) error {
	s, err := tx.Statement(sql)
	if err != nil {
		return err
	}
	s.Int(1, int64(a.ID))
	s.Text(2, string(a.Kind))
	s.Text(3, string(a.State))
	s.Text(4, a.Query)
	s.Value(5, arrayOf(a.Workflows))
	s.Value(6, a.Options)
	s.Text(7, a.By)
	s.Int(8, int64(a.Count))
	s.Int(9, int64(a.Next))
	s.BlobOrNull(10, packed(a.Pending))
	s.Int(11, int64(a.Acted))
	s.Int(12, int64(a.Skipped))
	s.Int(13, int64(a.Failed))
	s.Value(14, a.Problems)
	s.Time(15, a.CreatedAt)
	s.Time(16, a.StartedAt)
	s.Time(17, a.FinishedAt)
	return tx.Run(s)
}

// Bulk returns one action.
func (t *Actions) Bulk(ctx context.Context, id ident.ID) (a store.BulkAction, err error) {
	const op = "sqlite.Bulk"
	err = t.Pool.Read(ctx, op, func(r *reader.Reader) error {
		return r.Query(`SELECT `+columns+` FROM bulk_actions WHERE id = ?1`, func(s *conn.Stmt) { a = read(s) }, id)
	})
	if err == nil && a.ID == 0 {
		err = notFound(op, id)
	}
	return a, err
}

// Bulks returns actions, newest first.
func (t *Actions) Bulks(ctx context.Context, l store.BulkListing) (list []store.BulkAction, err error) {
	sql, args := listSQL(l)
	err = t.Pool.Read(ctx, "sqlite.Bulks", func(r *reader.Reader) error {
		return r.Query(sql, func(s *conn.Stmt) { list = append(list, read(s)) }, args...)
	})
	return list, err
}

// listSQL returns the query of a page, with its arguments.
func listSQL(l store.BulkListing) (sql string, args []any) {
	sql, args = `SELECT `+columns+` FROM bulk_actions WHERE id < ?1`, []any{int64(math.MaxInt64), min(l.Limit, store.MaxPage)}
	if l.Before != 0 {
		args[0] = int64(l.Before)
	}
	if l.State != "" {
		args = append(args, string(l.State))
		sql += ` AND state = ?3`
	}
	if l.Workflows != nil {
		args = append(args, arrayOf(l.Workflows).Text())
		sql += ` AND NOT EXISTS (SELECT 1 FROM json_each(workflows) AS of WHERE of.value NOT IN (SELECT value FROM json_each(?` + strconv.Itoa(len(args)) + `)))`
	}
	return sql + ` ORDER BY id DESC LIMIT ?2`, args
}

// arrayOf returns texts as a JSON array.
func arrayOf(texts []string) value.Value {
	var b value.ArrayBuilder
	for _, text := range texts {
		b.Add(value.String(text))
	}
	return b.Value()
}

func read(s *conn.Stmt) store.BulkAction {
	a := store.BulkAction{
		ID: ident.ID(s.ColumnInt(0)), Kind: store.BulkKind(s.ColumnText(1)), State: store.BulkState(s.ColumnText(2)), Query: s.ColumnText(3),
		Options: s.ColumnValue(5), By: s.ColumnText(6), Count: int(s.ColumnInt(7)), Next: int(s.ColumnInt(8)), Pending: unpacked(s.ColumnBlob(9)),
		Acted: int(s.ColumnInt(10)), Skipped: int(s.ColumnInt(11)), Failed: int(s.ColumnInt(12)), Problems: s.ColumnValue(13),
		CreatedAt: s.ColumnTime(14), StartedAt: s.ColumnTime(15), FinishedAt: s.ColumnTime(16),
	}
	for key := range s.ColumnValue(4).Elements() {
		text, _ := key.Str()
		a.Workflows = append(a.Workflows, text)
	}
	return a
}

// BulkTargets returns the targets from an index on, up to the end of their part.
func (t *Actions) BulkTargets(ctx context.Context, id ident.ID, first int) (ids []ident.ID, err error) {
	err = t.Pool.Read(ctx, "sqlite.BulkTargets", func(r *reader.Reader) error {
		return r.Query(`SELECT ids FROM bulk_targets WHERE action = ?1 AND part = ?2`, func(s *conn.Stmt) {
			ids = unpacked(s.ColumnBlob(0))
		}, id, first/store.BulkPart)
	})
	return ids[min(len(ids), first%store.BulkPart):], err
}

// DropBulks deletes old actions with their targets.
func (t *Actions) DropBulks(planned, ended time.Time) (n int, err error) {
	err = t.Writer.Run(func(tx *writer.Tx) error {
		n = 0
		var old []ident.ID
		if err := tx.Query(`SELECT id FROM bulk_actions WHERE state = 'planned' AND created_at < ?1
UNION ALL SELECT id FROM bulk_actions WHERE state IN ('done', 'stopped') AND finished_at < ?2`, func(s *conn.Stmt) {
			old = append(old, ident.ID(s.ColumnInt(0)))
		}, planned, ended); err != nil {
			return err
		}
		for _, id := range old {
			if err := tx.Exec(`DELETE FROM bulk_targets WHERE action = ?1`, id); err != nil {
				return err
			}
			if err := tx.Exec(`DELETE FROM bulk_actions WHERE id = ?1`, id); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

func notFound(op string, id ident.ID) error {
	return fault.New(op, fault.NotFound, "there is no bulk action %s", id.Text(ident.Bulk))
}

// packed returns ids as bytes, or nil for none.
func packed(ids []ident.ID) []byte {
	var b []byte
	for _, id := range ids {
		b = binary.BigEndian.AppendUint64(b, uint64(id))
	}
	return b
}

func unpacked(b []byte) (ids []ident.ID) {
	for ; len(b) >= 8; b = b[8:] {
		ids = append(ids, ident.ID(binary.BigEndian.Uint64(b)))
	}
	return ids
}
