package conn

import (
	"errors"

	"hookline.dev/hookline/internal/fault"
)

// Fault converts an error of SQLite to a fault error. Errors that may pass by themselves are of kind Unavailable.
// It returns fault errors and nil unchanged.
func Fault(op string, err error) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	switch Code(err) {
	case Full:
		return fault.As(op, fault.Unavailable, err, "the disk is full: free some space")
	case IOErr:
		return fault.As(op, fault.Unavailable, err, "the disk reports an error")
	case NoMem:
		return fault.As(op, fault.Unavailable, err, "out of memory")
	case Interrupt:
		return fault.As(op, fault.Unavailable, err, "the database was interrupted")
	case Busy:
		return fault.As(op, fault.Unavailable, err, "the database is locked by another process")
	case ReadOnlyDB:
		return fault.As(op, fault.Unavailable, err, "the database is read-only")
	case Corrupt, NotADB:
		return fault.As(op, fault.Internal, err, "the database file is damaged: restore a backup")
	default:
		return fault.As(op, fault.Internal, err, "the database failed")
	}
}

// OpenFault is Fault for errors while opening. Its messages name the file.
func OpenFault(op, path string, err error) error {
	switch Code(err) {
	case Corrupt, NotADB:
		return fault.As(op, fault.Internal, err, "%s is damaged or no Hookline database: restore a backup, or move the file away to start anew", path)
	case CantOpen, Perm, ReadOnlyDB:
		return fault.As(op, fault.Unavailable, err, "%s cannot be opened for writing: check the permissions of its directory", path)
	case Full:
		return fault.As(op, fault.Unavailable, err, "the disk of %s is full: free some space", path)
	}
	return Fault(op, err)
}

// RollsBack reports whether SQLite may roll back the whole transaction after such an error
// (https://sqlite.org/lang_transaction.html, section 3.1).
func RollsBack(err error) bool {
	switch Code(err) {
	case Full, IOErr, NoMem, Busy, Interrupt:
		return true
	default:
		return false
	}
}

// ErrClosed is the error of every call after the store is closed.
var ErrClosed = fault.New("sqlite", fault.Unavailable, "the store is closed")
