//go:build linux || darwin || freebsd

package disk

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/unix"
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// file is an open database or log. It belongs to one connection, and so to one goroutine at a time.
type file struct {
	layer *Layer
	base  *lib.Tsqlite3_io_methods
	p     uintptr // the C object
	fd    int
	log   bool
	named bool // the directory knows the file: SQLite's own first sync saw to it

	gathered []byte // written by SQLite, not yet by us
	start    int64  // where it belongs
}

// gatherSize is the largest write that is given to the system, in bytes.
const gatherSize = 1 << 20

func fileOf(p uintptr) *file {
	// The address stands behind SQLite's object, whose size the layer knows; the layer is found
	// through the object's own pointer to SQLite's layer, which every file shares.
	base := (*lib.Tsqlite3_vfs)(at((*lib.TunixFile)(at(p)).FpVfs))
	return (*file)(at(*(*uintptr)(at(p + uintptr(base.FszOsFile)))))
}

// refuse asks the fault for its opinion.
func (f *file) refuse(kind Kind) int32 {
	if f.layer.fault == nil {
		return lib.SQLITE_OK
	}
	return f.layer.fault(Operation{Kind: kind, Log: f.log, N: f.layer.ops.Add(1)})
}

// write gathers bytes that follow those before them.
func write(_ *libc.TLS, p, buf uintptr, n int32, offset int64) int32 {
	f := fileOf(p)
	if offset != f.start+int64(len(f.gathered)) || len(f.gathered)+int(n) > gatherSize {
		if rc := f.flush(); rc != lib.SQLITE_OK {
			return rc
		}
		f.start = offset
	}
	if f.gathered == nil {
		f.gathered = make([]byte, 0, gatherSize)
	}
	f.gathered = append(f.gathered, unsafe.Slice((*byte)(at(buf)), n)...)
	return lib.SQLITE_OK
}

// flush writes what was gathered. After an error it is forgotten: SQLite gives the transaction up
// and will write other bytes to the same place.
func (f *file) flush() int32 {
	rest, offset := f.gathered, f.start
	if len(rest) == 0 {
		return lib.SQLITE_OK
	}
	f.gathered = f.gathered[:0]
	if rc := f.refuse(Write); rc != lib.SQLITE_OK {
		return rc
	}
	if f.log {
		f.layer.logBytes.Add(int64(len(rest)))
	} else {
		f.layer.bytes.Add(int64(len(rest)))
	}
	for len(rest) > 0 {
		n, err := unix.Pwrite(f.fd, rest, offset)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EDQUOT), err == nil && n == 0:
			return lib.SQLITE_FULL
		case err != nil:
			return lib.SQLITE_IOERR_WRITE
		}
		f.layer.writes.Add(1)
		rest, offset = rest[n:], offset+int64(n)
	}
	return lib.SQLITE_OK
}

// syncFile returns when everything written is on the disk.
func syncFile(tls *libc.TLS, p uintptr, flags int32) int32 {
	f := fileOf(p)
	if rc := f.flush(); rc != lib.SQLITE_OK {
		return rc
	}
	if rc := f.refuse(Sync); rc != lib.SQLITE_OK {
		return rc
	}
	f.layer.syncs.Add(1)
	if !f.named { // SQLite's own also syncs the directory of a new file
		rc := call[func(*libc.TLS, uintptr, int32) int32](f.base.FxSync)(tls, p, flags)
		f.named = rc == lib.SQLITE_OK
		return rc
	}
	for {
		err := syncData(f.fd)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return lib.SQLITE_IOERR_FSYNC
		default:
			return lib.SQLITE_OK
		}
	}
}

func read(tls *libc.TLS, p, buf uintptr, n int32, offset int64) int32 {
	f := fileOf(p)
	if rc := f.flush(); rc != lib.SQLITE_OK {
		return rc
	}
	return call[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](f.base.FxRead)(tls, p, buf, n, offset)
}

func truncate(tls *libc.TLS, p uintptr, size int64) int32 {
	f := fileOf(p)
	if rc := f.flush(); rc != lib.SQLITE_OK {
		return rc
	}
	if rc := f.refuse(Truncate); rc != lib.SQLITE_OK {
		return rc
	}
	return call[func(*libc.TLS, uintptr, int64) int32](f.base.FxTruncate)(tls, p, size)
}

func fileSize(tls *libc.TLS, p, out uintptr) int32 {
	f := fileOf(p)
	if rc := f.flush(); rc != lib.SQLITE_OK {
		return rc
	}
	return call[func(*libc.TLS, uintptr, uintptr) int32](f.base.FxFileSize)(tls, p, out)
}

func closeFile(tls *libc.TLS, p uintptr) int32 {
	f := fileOf(p)
	rc := f.flush()
	if r := call[func(*libc.TLS, uintptr) int32](f.base.FxClose)(tls, p); r != lib.SQLITE_OK {
		rc = r
	}
	f.layer.mu.Lock()
	delete(f.layer.files, f)
	f.layer.mu.Unlock()
	return rc
}
