//go:build linux || darwin || freebsd

package disk

import (
	"errors"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// file is an open database or log. It belongs to one connection and so to one goroutine at a time; only the
// fields below mu are shared with the goroutine that calls SyncLog.
type file struct {
	layer *gathering
	base  *lib.Tsqlite3_io_methods
	p     uintptr // the C object
	fd    int
	log   bool
	named bool // the directory entry is durable: SQLite's own first sync synced the directory

	gathered []byte // written by SQLite, not yet passed to the system
	start    int64  // file offset of gathered

	// mu guards unsynced and spare. The writer appends to them while SyncLog runs.
	mu       sync.Mutex
	unsynced []piece  // passed to the system since the last sync, in order; only for a log
	spare    [][]byte // empty buffers for reuse
}

// piece is a block of bytes and its file offset.
type piece struct {
	data   []byte
	offset int64
}

// spares is the largest number of buffers that a log keeps for reuse.
const spares = 4

// gatherSize is the largest write passed to the system, in bytes.
const gatherSize = 1 << 20

func fileOf(p uintptr) *file {
	// open stores the address of the file behind SQLite's object. The size of that object is known to SQLite's
	// own layer, which all files share and which the object points to.
	base := (*lib.Tsqlite3_vfs)(at((*lib.TunixFile)(at(p)).FpVfs))
	return (*file)(at(*(*uintptr)(at(p + uintptr(base.FszOsFile)))))
}

// refuse calls the Fault, if there is one, and returns its result code.
func (f *file) refuse(kind Kind) int32 {
	if f.layer.fault == nil {
		return lib.SQLITE_OK
	}
	return f.layer.fault(Operation{Kind: kind, Log: f.log, N: f.layer.ops.Add(1)})
}

// write gathers contiguous bytes of a log. Pages of the database are written at once: a checkpoint that is
// overtaken by the next transaction shows them to readers without a sync.
func write(_ *libc.TLS, p, buf uintptr, n int32, offset int64) int32 {
	f := fileOf(p)
	data := unsafe.Slice((*byte)(at(buf)), n)
	if !f.log {
		f.layer.bytes.Add(int64(n))
		return f.put(piece{data, offset})
	}
	if offset != f.start+int64(len(f.gathered)) || len(f.gathered)+len(data) > gatherSize {
		if rc := f.flush(); rc != lib.SQLITE_OK {
			return rc
		}
		f.start = offset
	}
	if f.gathered == nil {
		f.gathered = f.buffer()
	}
	f.gathered = append(f.gathered, data...)
	return lib.SQLITE_OK
}

// buffer returns an empty buffer, reused if possible.
func (f *file) buffer() []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := len(f.spare); n > 0 {
		b := f.spare[n-1]
		f.spare = f.spare[:n-1]
		return b
	}
	return make([]byte, 0, gatherSize)
}

// flush passes the gathered bytes to the system and keeps them in unsynced until they are synced. After an error
// it drops them: SQLite abandons the transaction and will write other bytes to the same offset.
func (f *file) flush() int32 {
	if len(f.gathered) == 0 {
		return lib.SQLITE_OK
	}
	p := piece{f.gathered, f.start}
	if rc := f.put(p); rc != lib.SQLITE_OK {
		f.gathered = f.gathered[:0]
		return rc
	}
	f.layer.logBytes.Add(int64(len(p.data)))
	f.mu.Lock()
	f.unsynced = append(f.unsynced, p)
	f.mu.Unlock()
	f.gathered = nil
	return lib.SQLITE_OK
}

// put writes a piece to the file.
func (f *file) put(p piece) int32 {
	if rc := f.refuse(Write); rc != lib.SQLITE_OK {
		return rc
	}
	for rest, offset := p.data, p.offset; len(rest) > 0; {
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

// syncFile is SQLite's xSync. It leaves the sync at the end of a transaction to SyncLog. SQLite requests that
// sync with other flags than the syncs that keep log and database in order (see SyncLog).
func syncFile(tls *libc.TLS, p uintptr, flags int32) int32 {
	f := fileOf(p)
	if rc := f.flush(); rc != lib.SQLITE_OK {
		return rc
	}
	if !f.named { // SQLite's own sync also syncs the directory of a new file
		if rc := f.refuse(Sync); rc != lib.SQLITE_OK {
			return rc
		}
		f.layer.syncs.Add(1)
		rc := call[func(*libc.TLS, uintptr, int32) int32](f.base.FxSync)(tls, p, flags)
		f.named = rc == lib.SQLITE_OK
		f.forget(f.pending(), rc)
		return rc
	}
	if f.log && flags&fullSync != fullSync {
		return lib.SQLITE_OK
	}
	n := f.pending()
	rc := f.sync()
	f.forget(n, rc)
	return rc
}

// fullSync are the flags of a sync that must not be deferred.
const fullSync = lib.SQLITE_SYNC_FULL

// pending returns the number of pieces that wait for a sync.
func (f *file) pending() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.unsynced)
}

// forget drops the first n pieces after a successful sync, and does nothing after a failed one.
func (f *file) forget(n int, rc int32) {
	if rc != lib.SQLITE_OK || n == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	n = min(n, len(f.unsynced))
	for _, p := range f.unsynced[:n] {
		if len(f.spare) < spares {
			f.spare = append(f.spare, p.data[:0])
		}
	}
	rest := copy(f.unsynced, f.unsynced[n:])
	clear(f.unsynced[rest:])
	f.unsynced = f.unsynced[:rest]
}

// sync returns when everything passed to the system is on the disk.
func (f *file) sync() int32 {
	if rc := f.refuse(Sync); rc != lib.SQLITE_OK {
		return rc
	}
	f.layer.syncs.Add(1)
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

// syncWritten syncs everything that was written before the call. After a failed sync the system may have lost bytes
// although it still returns them to readers (it marks the pages as clean nevertheless). So syncWritten writes them
// again before the next attempt.
func (f *file) syncWritten() int32 {
	n := f.pending()
	if n == 0 {
		return lib.SQLITE_OK
	}
	rc := f.sync()
	for try := 1; rc != lib.SQLITE_OK && try < syncTries; try++ {
		if rc = f.again(); rc == lib.SQLITE_OK {
			rc = f.sync()
		}
	}
	f.forget(n, rc)
	return rc
}

// syncTries is the largest number of attempts to sync.
const syncTries = 3

// again writes all unsynced pieces a second time, in order. The content of the file does not change.
func (f *file) again() int32 {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.unsynced {
		if rc := f.put(p); rc != lib.SQLITE_OK {
			return rc
		}
	}
	return lib.SQLITE_OK
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
	f.layer.leave(f)
	if r := call[func(*libc.TLS, uintptr) int32](f.base.FxClose)(tls, p); r != lib.SQLITE_OK {
		rc = r
	}
	return rc
}
