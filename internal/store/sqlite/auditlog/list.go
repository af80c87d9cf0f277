package auditlog

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/audit"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

const sqlList = `SELECT seq, at, by_kind, by_id, by_name, address, action, target, status, before_value, after_value, hash FROM audit_log`

// AuditEntries returns a page of entries.
func (l *Log) AuditEntries(ctx context.Context, q store.AuditQuery) (page []audit.Entry, err error) {
	if q.Limit < 1 || q.Limit > store.MaxPage {
		return nil, fault.Field("sqlite.AuditEntries", "limit", "must be from 1 to %d", store.MaxPage)
	}
	sql, args := listing(&q)
	err = l.Pool.Read(ctx, "sqlite.AuditEntries", func(r *reader.Reader) error {
		return r.Query(sql, func(s *conn.Stmt) {
			e := audit.Entry{
				Seq: s.ColumnInt(0), At: s.ColumnTime(1),
				By:     audit.Actor{Kind: s.ColumnText(2), ID: s.ColumnText(3), Name: s.ColumnText(4), Address: s.ColumnText(5)},
				Action: s.ColumnText(6), Target: s.ColumnText(7), Status: int(s.ColumnInt(8)), Before: s.ColumnValue(9), After: s.ColumnValue(10),
			}
			copy(e.Hash[:], s.ColumnBlob(11))
			page = append(page, e)
		}, args...)
	})
	return page, err
}

// sqlFirstSince is the first entry at a time or later.
const sqlFirstSince = `(SELECT f.seq FROM audit_log f WHERE f.at >= ?%d ORDER BY f.at, f.seq LIMIT 1)`

// listing returns the statement of a page.
func listing(q *store.AuditQuery) (sql string, args []any) {
	var where []string
	add := func(condition string, arg any) {
		args = append(args, arg)
		where = append(where, condition+"?"+strconv.Itoa(len(args)))
	}
	if q.By != "" {
		add("by_name = ", q.By)
	}
	if q.Action != "" {
		add("action = ", q.Action)
	}
	if q.Target != "" {
		add("target = ", q.Target)
	}
	if !q.Since.IsZero() {
		// Times grow with the numbers, unless the clock was set back. +at keeps the order of the numbers.
		add("+at >= ", q.Since)
		where = append(where, "seq >= "+fmt.Sprintf(sqlFirstSince, len(args)))
	}
	if !q.Until.IsZero() {
		add("+at < ", q.Until)
		where = append(where, "seq < ifnull("+fmt.Sprintf(sqlFirstSince, len(args))+", 9223372036854775807)")
	}
	if q.Before > 0 {
		add("seq < ", q.Before)
	}
	if q.After > 0 {
		add("seq > ", q.After)
	}
	sql = sqlList
	if len(where) > 0 {
		sql += " WHERE " + strings.Join(where, " AND ")
	}
	order := " ORDER BY seq DESC"
	if q.Oldest {
		order = " ORDER BY seq"
	}
	args = append(args, q.Limit)
	return sql + order + " LIMIT ?" + strconv.Itoa(len(args)), args
}
