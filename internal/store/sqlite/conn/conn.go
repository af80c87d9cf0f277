package conn

import (
	"strings"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// Conn is one connection to a database file. It belongs to one goroutine at a time; only Interrupt may be called
// from another.
type Conn struct {
	tls  *libc.TLS
	db   uintptr
	out  uintptr // C memory for the out parameters of C calls, and for LogFrames
	stms map[*Stmt]struct{}
}

// outSize is the size of the out parameters: two 64-bit pointers.
const outSize = 16

// Mode is the access mode of a connection.
type Mode int32

// The modes of Open. SQLite's mutexes are switched off (NOMUTEX) because one goroutine owns a Conn.
const (
	ReadWrite Mode = lib.SQLITE_OPEN_READWRITE | lib.SQLITE_OPEN_CREATE | lib.SQLITE_OPEN_NOMUTEX
	ReadOnly  Mode = lib.SQLITE_OPEN_READONLY | lib.SQLITE_OPEN_NOMUTEX
)

// Open opens the database file at path. vfs is the name of a registered VFS (SQLite's input and output layer); ""
// is SQLite's own. The error is an *Error. The caller closes the Conn.
func Open(path string, mode Mode, vfs string) (*Conn, error) {
	tls := libc.NewTLS()
	c := &Conn{tls: tls, out: libc.Xcalloc(tls, 1, outSize+8), stms: make(map[*Stmt]struct{})}
	name, err := libc.CString(path)
	if err != nil || c.out == 0 {
		return nil, outOfMemory("open")
	}
	defer libc.Xfree(tls, name)
	var layer uintptr
	if vfs != "" {
		if layer, err = libc.CString(vfs); err != nil {
			return nil, outOfMemory("open")
		}
		defer libc.Xfree(tls, layer)
	}
	rc := lib.Xsqlite3_open_v2(tls, name, c.out, int32(mode), layer)
	c.db = *(*uintptr)(at(c.out))
	if rc != lib.SQLITE_OK {
		err := c.fail(rc, "open "+path)
		_ = c.Close()
		return nil, err
	}
	lib.Xsqlite3_extended_result_codes(tls, c.db, 1)
	return c, nil
}

// Close finalizes the remaining statements of the connection and closes it. A second Close does nothing.
func (c *Conn) Close() error {
	if c.tls == nil {
		return nil
	}
	for s := range c.stms {
		s.Finalize()
	}
	var err error
	if c.db != 0 {
		if rc := lib.Xsqlite3_close_v2(c.tls, c.db); rc != lib.SQLITE_OK {
			err = c.fail(rc, "close")
		}
	}
	libc.Xfree(c.tls, c.out)
	c.tls.Close()
	c.tls, c.db = nil, 0
	return err
}

// Exec runs one or more statements and discards their rows. It stops at the first error.
func (c *Conn) Exec(sql string) error {
	for strings.TrimSpace(sql) != "" {
		s, rest, err := c.prepare(sql)
		if err != nil {
			return err
		}
		if s != nil {
			err = s.Run()
			s.Finalize()
			if err != nil {
				return err
			}
		}
		sql = rest
	}
	return nil
}

// Prepare compiles the first statement of the text. An empty text or a comment is an error (SQLITE_MISUSE).
func (c *Conn) Prepare(sql string) (*Stmt, error) {
	s, _, err := c.prepare(sql)
	if err == nil && s == nil {
		return nil, &Error{Code: lib.SQLITE_MISUSE, Message: "no statement in the text", SQL: sql}
	}
	return s, err
}

func (c *Conn) prepare(sql string) (s *Stmt, rest string, err error) {
	text, err := libc.CString(sql)
	if err != nil {
		return nil, "", outOfMemory(sql)
	}
	defer libc.Xfree(c.tls, text)
	tail := c.out + unsafe.Sizeof(uintptr(0))
	rc := lib.Xsqlite3_prepare_v3(c.tls, c.db, text, int32(len(sql)+1), lib.SQLITE_PREPARE_PERSISTENT, c.out, tail)
	if rc != lib.SQLITE_OK {
		return nil, "", c.fail(rc, sql)
	}
	rest = sql[*(*uintptr)(at(tail))-text:]
	p := *(*uintptr)(at(c.out))
	if p == 0 { // a comment or white space
		return nil, rest, nil
	}
	s = &Stmt{conn: c, p: p, sql: sql}
	c.stms[s] = struct{}{}
	return s, rest, nil
}

// Autocommit reports whether no transaction is open. After an error inside a transaction it tells whether SQLite
// has rolled the transaction back.
func (c *Conn) Autocommit() bool { return lib.Xsqlite3_get_autocommit(c.tls, c.db) != 0 }

// Changes returns the number of rows that the last INSERT, UPDATE or DELETE touched.
func (c *Conn) Changes() int { return int(lib.Xsqlite3_changes(c.tls, c.db)) }

// Interrupt makes the running statement fail with SQLITE_INTERRUPT. Any goroutine may call it while the
// connection is open.
func (c *Conn) Interrupt() { lib.Xsqlite3_interrupt(c.tls, c.db) }

// WatchLog enables LogFrames. It replaces SQLite's automatic checkpoints, because SQLite has a single WAL hook.
func (c *Conn) WatchLog() {
	lib.Xsqlite3_wal_hook(c.tls, c.db, function(logGrew), c.frames())
}

// LogFrames returns the number of frames in the write-ahead log after the last commit of this connection.
func (c *Conn) LogFrames() int { return int(*(*int32)(at(c.frames()))) }

// frames returns the address at which logGrew stores the number, after the out parameters.
func (c *Conn) frames() uintptr { return c.out + outSize }

// logGrew is the WAL hook: SQLite calls it after each commit.
func logGrew(_ *libc.TLS, arg, _, _ uintptr, frames int32) int32 {
	*(*int32)(at(arg)) = frames
	return lib.SQLITE_OK
}

// function returns the C pointer of a declared function. It does not work for closures.
func function[T any](f T) uintptr { return *(*uintptr)(unsafe.Pointer(&struct{ f T }{f})) }

// The modes of a checkpoint (https://sqlite.org/c3ref/wal_checkpoint_v2.html).
const (
	Passive  = lib.SQLITE_CHECKPOINT_PASSIVE
	Truncate = lib.SQLITE_CHECKPOINT_TRUNCATE
)

// Checkpoint copies the write-ahead log into the database file. It returns the number of frames in the log and
// how many of them have been copied.
func (c *Conn) Checkpoint(mode int32) (frames, done int, err error) {
	second := c.out + unsafe.Sizeof(int32(0))
	rc := lib.Xsqlite3_wal_checkpoint_v2(c.tls, c.db, 0, mode, c.out, second)
	frames, done = int(*(*int32)(at(c.out))), int(*(*int32)(at(second)))
	if rc != lib.SQLITE_OK {
		return frames, done, c.fail(rc, "checkpoint")
	}
	return frames, done, nil
}
