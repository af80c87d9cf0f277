package sqlite

import "hookline.dev/hookline/internal/store/sqlite/conn"

// Injected returns an error as SQLite would report it, for Options.Failpoint. code is a primary result code
// (https://sqlite.org/rescode.html), for example 13 for SQLITE_FULL.
func Injected(code int32) error {
	return &conn.Error{Code: code, Message: "injected", SQL: "failpoint"}
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
