package writer

import (
	"errors"

	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// Place is the position of a Point within a transaction.
type Place uint8

// The places.
const (
	AtStatement  Place = iota // before a statement, including BEGIN
	BeforeCommit              // before COMMIT
	AfterCommit               // after COMMIT, before any caller is answered
)

// Point is a moment at which Options.Failpoint is called.
type Point struct {
	Place Place
	N     int64 // number of the point since the writer was opened, from 1
}

// Injected returns an error as SQLite would report it, for Options.Failpoint. code is a primary result code
// (https://sqlite.org/rescode.html), for example 13 for SQLITE_FULL.
func Injected(code int32) error {
	return &conn.Error{Code: code, Message: "injected", SQL: "failpoint"}
}

// failpoint calls Options.Failpoint. After an injected error of a kind for which SQLite ends the transaction, it
// ends the transaction too.
func (tx *Tx) failpoint(at Place) error {
	if tx.w.options.Failpoint == nil {
		return nil
	}
	tx.points++
	err := tx.w.options.Failpoint(Point{Place: at, N: tx.points})
	if err != nil && conn.RollsBack(err) && !tx.c.Autocommit() {
		if e := tx.rollBack(); e != nil {
			return errors.Join(err, e)
		}
	}
	return err
}
