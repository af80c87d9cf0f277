package conn

import (
	"errors"
	"fmt"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// Error is a failure that SQLite reports.
type Error struct {
	Code    int32  // extended result code (https://sqlite.org/rescode.html)
	Message string // SQLite's text
	SQL     string // the statement, or the action that failed
}

// Error returns the text for the log, with the SQL shortened.
func (e *Error) Error() string {
	return fmt.Sprintf("sqlite: %s (code %d) at %q", e.Message, e.Code, clip(e.SQL))
}

// Primary returns the primary result code.
func (e *Error) Primary() int32 { return e.Code & 0xff }

// The primary result codes that callers distinguish.
const (
	Internal   = lib.SQLITE_INTERNAL
	Perm       = lib.SQLITE_PERM
	Busy       = lib.SQLITE_BUSY
	NoMem      = lib.SQLITE_NOMEM
	ReadOnlyDB = lib.SQLITE_READONLY
	Interrupt  = lib.SQLITE_INTERRUPT
	IOErr      = lib.SQLITE_IOERR
	Corrupt    = lib.SQLITE_CORRUPT
	Full       = lib.SQLITE_FULL
	CantOpen   = lib.SQLITE_CANTOPEN
	NotADB     = lib.SQLITE_NOTADB
	Constraint = lib.SQLITE_CONSTRAINT

	ConstraintUnique = lib.SQLITE_CONSTRAINT_UNIQUE // extended result code
)

// Code returns the primary result code of an error, or 0 if it is not an error of SQLite.
func Code(err error) int32 {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Primary()
	}
	return 0
}

// Extended returns the extended result code of an error, or 0 if it is not an error of SQLite.
func Extended(err error) int32 {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return 0
}

// fail returns the error for the result code of a call on the connection.
func (c *Conn) fail(rc int32, sql string) error {
	text := libc.GoString(lib.Xsqlite3_errstr(c.tls, rc))
	if c.db != 0 {
		if lib.Xsqlite3_errcode(c.tls, c.db)&0xff == rc&0xff {
			rc = lib.Xsqlite3_extended_errcode(c.tls, c.db)
			text = libc.GoString(lib.Xsqlite3_errmsg(c.tls, c.db))
		}
	}
	return &Error{Code: rc, Message: text, SQL: sql}
}

func outOfMemory(sql string) error {
	return &Error{Code: lib.SQLITE_NOMEM, Message: "out of memory", SQL: sql}
}

func clip(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
