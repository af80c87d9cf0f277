package auditlog

import (
	"context"
	"time"

	"hookline.dev/hookline/internal/audit"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Log stores the audit log. Its methods may be called concurrently.
type Log struct {
	Writer *writer.Writer
	Pool   *reader.Pool
}

// The settings with the ends of the chain.
const (
	headSetting   = "audit.head"
	anchorSetting = "audit.anchor"
)

const (
	sqlSetting = `SELECT value FROM settings WHERE name = ?1`
	sqlSet     = `REPLACE INTO settings (name, value) VALUES (?1, ?2)`
	sqlInsert  = `INSERT INTO audit_log (seq, at, by_kind, by_id, by_name, address, action, target, status, before_value, after_value, hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)`
	sqlOldest = `SELECT seq, at, hash FROM audit_log ORDER BY seq LIMIT ?1`
	sqlDelete = `DELETE FROM audit_log WHERE seq <= ?1`
)

// AppendAudit chains entries and writes them, together with other writes.
func (l *Log) AppendAudit(entries []audit.Entry) (audit.Mark, error) {
	m := &appending{entries: entries}
	if err := l.Writer.Do(writer.Commits, m); err != nil {
		return audit.Mark{}, err
	}
	return m.head, nil
}

// appending is the Member of AppendAudit.
type appending struct {
	writer.Waiter
	entries []audit.Entry
	head    audit.Mark // the outcome
}

// Size returns the approximate number of bytes that are written.
func (a *appending) Size() int {
	n := 0
	for i := range a.entries {
		e := &a.entries[i]
		n += 256 + len(e.Target) + len(e.Before.Text()) + len(e.After.Text())
	}
	return n
}

// Apply chains the entries to the head that is stored now.
func (a *appending) Apply(tx *writer.Tx) (err error) {
	if a.head, err = stored(tx.Query, headSetting); err != nil {
		return err
	}
	for i := range a.entries {
		e := &a.entries[i]
		a.head = e.Seal(a.head)
		err := tx.Exec(sqlInsert, e.Seq, e.At, e.By.Kind, e.By.ID, e.By.Name, e.By.Address, e.Action, e.Target, e.Status, e.Before, e.After, e.Hash[:])
		if err != nil {
			return err
		}
	}
	return tx.Exec(sqlSet, headSetting, a.head.String())
}

// stored reads an end of the chain with the Query of a transaction or a reader.
func stored(query func(string, func(*conn.Stmt), ...any) error, name string) (m audit.Mark, err error) {
	text, found := "", false
	if err := query(sqlSetting, func(s *conn.Stmt) { text, found = s.ColumnText(0), true }, name); err != nil {
		return audit.Mark{}, err
	}
	if m, ok := audit.ParseMark(text); ok || !found {
		return m, nil
	}
	return audit.Mark{}, fault.New("sqlite.audit", fault.Conflict, "the setting %s is damaged: the audit log cannot be continued", name)
}

// AuditEnds returns the anchor and the head.
func (l *Log) AuditEnds(ctx context.Context) (ends store.AuditEnds, err error) {
	err = l.Pool.Read(ctx, "sqlite.AuditEnds", func(r *reader.Reader) (err error) {
		if ends.Anchor, err = stored(r.Query, anchorSetting); err == nil {
			ends.Head, err = stored(r.Query, headSetting)
		}
		return err
	})
	return ends, err
}

// maxDeleted is the largest number of entries that one DeleteAudit deletes.
const maxDeleted = 1000

// DeleteAudit deletes the oldest entries.
func (l *Log) DeleteAudit(before time.Time, limit int) (deleted int, err error) {
	if limit < 1 {
		return 0, fault.Field("sqlite.DeleteAudit", "limit", "must be at least 1")
	}
	err = l.Writer.Run(func(tx *writer.Tx) error {
		deleted = 0
		var anchor audit.Mark
		young := false
		err := tx.Query(sqlOldest, func(s *conn.Stmt) {
			if young = young || !s.ColumnTime(1).Before(before); young {
				return
			}
			deleted++
			anchor.Seq = s.ColumnInt(0)
			copy(anchor.Hash[:], s.ColumnBlob(2))
		}, min(limit, maxDeleted))
		if err != nil || deleted == 0 {
			return err
		}
		if err := tx.Exec(sqlDelete, anchor.Seq); err != nil {
			return err
		}
		return tx.Exec(sqlSet, anchorSetting, anchor.String())
	})
	if err != nil {
		return 0, err
	}
	return deleted, nil
}
