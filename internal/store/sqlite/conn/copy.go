package conn

import (
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// Copy copies a database page by page to another file (https://sqlite.org/c3ref/backup_finish.html). Between two
// steps the source may be changed through its own connection: SQLite writes a page that was copied and then changes
// to both files. When a step has reported the end, the other file is the source as of that step.
//
// A change through another connection makes the copy begin again; so does a rollback of a transaction that had
// written to the log.
type Copy struct {
	from, to *Conn
	p        uintptr
}

// NewCopy begins a copy of c into an empty file. Both connections belong to the caller's goroutine until Finish.
func (c *Conn) NewCopy(to *Conn) (*Copy, error) {
	name, err := libc.CString("main")
	if err != nil {
		return nil, outOfMemory("copy")
	}
	defer libc.Xfree(c.tls, name)
	p := lib.Xsqlite3_backup_init(c.tls, to.db, name, c.db, name)
	if p == 0 {
		return nil, to.fail(lib.Xsqlite3_errcode(c.tls, to.db), "copy")
	}
	return &Copy{from: c, to: to, p: p}, nil
}

// Step copies up to that many pages, or all with a negative number. It reports whether the copy is complete. No
// transaction may be open on the source.
func (k *Copy) Step(pages int) (done bool, err error) {
	switch rc := lib.Xsqlite3_backup_step(k.from.tls, k.p, int32(pages)); rc {
	case lib.SQLITE_OK:
		return false, nil
	case lib.SQLITE_DONE:
		return true, nil
	default:
		return false, k.to.fail(rc, "copy")
	}
}

// Finish ends the copy. The other file is a database only if the last Step has reported the end.
func (k *Copy) Finish() error {
	if rc := lib.Xsqlite3_backup_finish(k.from.tls, k.p); rc != lib.SQLITE_OK {
		return k.to.fail(rc, "copy")
	}
	return nil
}
