package sqlite

import (
	"errors"
	"strings"

	driver "modernc.org/sqlite"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// classify converts an error of SQLite to a fault error. Errors that may pass by themselves are of kind
// Unavailable.
func classify(op string, err error) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	switch code(err) {
	case conn.Full:
		return fault.As(op, fault.Unavailable, err, "the disk is full: free some space")
	case conn.IOErr:
		return fault.As(op, fault.Unavailable, err, "the disk reports an error")
	case conn.NoMem:
		return fault.As(op, fault.Unavailable, err, "out of memory")
	case conn.Interrupt:
		return fault.As(op, fault.Unavailable, err, "the database was interrupted")
	case conn.Busy:
		return fault.As(op, fault.Unavailable, err, "the database is locked by another process")
	case conn.ReadOnlyDB:
		return fault.As(op, fault.Unavailable, err, "the database is read-only")
	case conn.Corrupt, conn.NotADB:
		return fault.As(op, fault.Internal, err, "the database file is damaged: restore a backup")
	default:
		return fault.As(op, fault.Internal, err, "the database failed")
	}
}

// openError is classify for errors while opening. Its messages name the file.
func openError(op, path string, err error) error {
	switch code(err) {
	case conn.Corrupt, conn.NotADB:
		return fault.As(op, fault.Internal, err, "%s is damaged or no Hookline database: restore a backup, or move the file away to start anew", path)
	case conn.CantOpen, conn.Perm, conn.ReadOnlyDB:
		return fault.As(op, fault.Unavailable, err, "%s cannot be opened for writing: check the permissions of its directory", path)
	case conn.Full:
		return fault.As(op, fault.Unavailable, err, "the disk of %s is full: free some space", path)
	}
	return classify(op, err)
}

// code returns the primary result code of an error, whichever layer it came through.
func code(err error) int32 {
	if c := conn.Code(err); c != 0 {
		return c
	}
	if e, ok := errors.AsType[*driver.Error](err); ok {
		return int32(e.Code()) & 0xff
	}
	// goose drops the chain of some errors and keeps only their text.
	if err != nil && strings.Contains(err.Error(), "file is not a database") {
		return conn.NotADB
	}
	return 0
}

// rollsBack reports whether SQLite may roll back the whole transaction after such an error
// (https://sqlite.org/lang_transaction.html, section 3.1).
func rollsBack(err error) bool {
	switch code(err) {
	case conn.Full, conn.IOErr, conn.NoMem, conn.Busy, conn.Interrupt:
		return true
	default:
		return false
	}
}

// Injected returns an error as SQLite would report it, for Options.Failpoint. code is a primary result code
// (https://sqlite.org/rescode.html), for example 13 for SQLITE_FULL.
func Injected(code int32) error {
	return &conn.Error{Code: code, Message: "injected", SQL: "seam"}
}

var errClosed = fault.New("sqlite", fault.Unavailable, "the store is closed")
