package conn

import (
	"math"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// Stmt is a prepared statement. Bind every parameter (numbered from 1). Then call Run, or call Step until there
// are no more rows and then Reset. Finalize or Conn.Close frees it.
type Stmt struct {
	conn *Conn
	p    uintptr
	sql  string
	err  error // the first error of a bind call; Step returns it

	block uintptr // C memory for bound values
	size  int
	used  int
	large []uintptr // C memory of values that do not fit the block; freed by Reset
}

const (
	// blockSize is the size of the C memory that a statement keeps for bound values, in bytes.
	blockSize = 16 << 10
	// align is the alignment of values in the block, in bytes.
	align = 8
)

// room returns C memory for n bytes that is valid until Reset. It returns 0 if there is no memory.
func (s *Stmt) room(n int) uintptr {
	if s.block == 0 {
		if s.block = libc.Xmalloc(s.conn.tls, blockSize); s.block == 0 {
			return 0
		}
		s.size = blockSize
	}
	if n > s.size-s.used {
		p := libc.Xmalloc(s.conn.tls, libc.Tsize_t(max(n, 1)))
		if p != 0 {
			s.large = append(s.large, p)
		}
		return p
	}
	p := s.block + uintptr(s.used)
	s.used = min(s.size, s.used+(n+align-1)&^(align-1))
	return p
}

func (s *Stmt) note(rc int32) {
	if rc != lib.SQLITE_OK && s.err == nil {
		s.err = s.conn.fail(rc, s.sql)
	}
}

// Int binds a 64-bit integer.
func (s *Stmt) Int(i int, v int64) {
	s.note(lib.Xsqlite3_bind_int64(s.conn.tls, s.p, int32(i), v))
}

// Float binds a double.
func (s *Stmt) Float(i int, v float64) {
	s.note(lib.Xsqlite3_bind_double(s.conn.tls, s.p, int32(i), v))
}

// Null binds NULL.
func (s *Stmt) Null(i int) { s.note(lib.Xsqlite3_bind_null(s.conn.tls, s.p, int32(i))) }

// Text binds a string.
func (s *Stmt) Text(i int, v string) {
	p, ok := s.keep(unsafe.StringData(v), len(v))
	if ok {
		s.note(lib.Xsqlite3_bind_text(s.conn.tls, s.p, int32(i), p, int32(len(v)), 0))
	}
}

// TextBytes binds a string given as bytes.
func (s *Stmt) TextBytes(i int, v []byte) {
	p, ok := s.keep(unsafe.SliceData(v), len(v))
	if ok {
		s.note(lib.Xsqlite3_bind_text(s.conn.tls, s.p, int32(i), p, int32(len(v)), 0))
	}
}

// Blob binds bytes; nil binds an empty blob.
func (s *Stmt) Blob(i int, v []byte) {
	p, ok := s.keep(unsafe.SliceData(v), len(v))
	if ok {
		s.note(lib.Xsqlite3_bind_blob(s.conn.tls, s.p, int32(i), p, int32(len(v)), 0))
	}
}

// keep copies n bytes to memory of the statement.
func (s *Stmt) keep(from *byte, n int) (uintptr, bool) {
	if n > math.MaxInt32 {
		s.note(lib.SQLITE_TOOBIG)
		return 0, false
	}
	p := s.room(n)
	if p == 0 {
		s.note(lib.SQLITE_NOMEM)
		return 0, false
	}
	if n > 0 {
		copy(unsafe.Slice((*byte)(at(p)), n), unsafe.Slice(from, n))
	}
	return p, true
}

// Step moves to the next row and reports whether there is one.
func (s *Stmt) Step() (row bool, err error) {
	if s.err != nil {
		return false, s.err
	}
	switch rc := lib.Xsqlite3_step(s.conn.tls, s.p); rc {
	case lib.SQLITE_ROW:
		return true, nil
	case lib.SQLITE_DONE:
		return false, nil
	default:
		return false, s.conn.fail(rc, s.sql)
	}
}

// Run executes the statement, discards its rows and resets it.
func (s *Stmt) Run() error {
	for {
		row, err := s.Step()
		if err != nil || !row {
			s.Reset()
			return err
		}
	}
}

// Each calls f for each row of a bound statement and resets it. step is Step, or a function that calls it; it makes
// the first step.
func (s *Stmt) Each(f func(*Stmt), step func(*Stmt) (bool, error)) error {
	row, err := step(s)
	for ; row && err == nil; row, err = s.Step() {
		f(s)
	}
	s.Reset()
	return err
}

// Reset ends the execution of the statement, so that it can be bound and run again. Bind all parameters again
// after Reset.
func (s *Stmt) Reset() {
	lib.Xsqlite3_reset(s.conn.tls, s.p)
	s.used, s.err = 0, nil
	if len(s.large) > 0 {
		lib.Xsqlite3_clear_bindings(s.conn.tls, s.p)
		for _, p := range s.large {
			libc.Xfree(s.conn.tls, p)
		}
		s.large = s.large[:0]
	}
}

// Finalize frees the statement.
func (s *Stmt) Finalize() {
	if s.p == 0 {
		return
	}
	s.Reset()
	lib.Xsqlite3_finalize(s.conn.tls, s.p)
	libc.Xfree(s.conn.tls, s.block)
	delete(s.conn.stms, s)
	s.p, s.block = 0, 0
}

// at converts an address in C memory to a pointer. The garbage collector neither knows nor moves this memory.
func at(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }

// Steps returns the number of virtual machine steps that the statement has taken since it was prepared. Tests use
// it to measure the cost of queries.
func (s *Stmt) Steps() int64 {
	return int64(lib.Xsqlite3_stmt_status(s.conn.tls, s.p, lib.SQLITE_STMTSTATUS_VM_STEP, 0))
}
