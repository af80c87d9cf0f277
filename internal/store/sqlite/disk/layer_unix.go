//go:build linux || darwin || freebsd

package disk

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"unsafe"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

// gathering is one registered layer. SQLite knows it by its name and its address, so it must be kept until the
// last connection that uses it is closed.
//
// It depends on the C structures sqlite3_vfs, sqlite3_file and sqlite3_io_methods, which are part of SQLite's
// interface, and on unixFile, which is not. layout_test.go fails if a new version of SQLite changes their layout.
type gathering struct {
	counters
	tls   *libc.TLS
	name  uintptr // C string
	vfs   uintptr // copy of SQLite's sqlite3_vfs in C memory, with our open
	base  *lib.Tsqlite3_vfs
	own   uintptr // address of base, SQLite's own layer
	fault Fault
	ops   atomic.Int64

	// mu guards tables and files. Connections of different goroutines open and close files.
	mu     sync.Mutex
	tables map[uintptr]uintptr // maps SQLite's method tables to ours
	files  map[*file]struct{}  // open files; C memory holds their addresses, this map keeps them alive
}

var errNoLayer = errors.New("sqlite has no input and output layer")

var _ Layer = (*gathering)(nil)

// New registers a layer. fault is called before every operation; it may be nil. The caller closes the layer.
func New(fault Fault) (Layer, error) {
	tls := libc.NewTLS()
	l := &gathering{tls: tls, fault: fault, tables: make(map[uintptr]uintptr), files: make(map[*file]struct{})}
	lib.Xsqlite3_initialize(tls)
	l.own = lib.Xsqlite3_vfs_find(tls, 0)
	size := unsafe.Sizeof(lib.Tsqlite3_vfs{})
	l.vfs = libc.Xcalloc(tls, 1, libc.Tsize_t(size))
	name, err := libc.CString(fmt.Sprintf("hookline-%x", l.vfs))
	if l.own == 0 || l.vfs == 0 || err != nil {
		tls.Close()
		return nil, errNoLayer
	}
	l.name, l.base = name, (*lib.Tsqlite3_vfs)(at(l.own))
	l.describe((*lib.Tsqlite3_vfs)(at(l.vfs)))
	if rc := lib.Xsqlite3_vfs_register(tls, l.vfs, 0); rc != lib.SQLITE_OK {
		tls.Close()
		return nil, fmt.Errorf("register the input and output layer: code %d", rc)
	}
	return l, nil
}

// describe fills in a copy of SQLite's own layer with our functions. It copies field by field, because the own
// layer's link to the next layer changes when another store is opened at the same time.
func (l *gathering) describe(v *lib.Tsqlite3_vfs) {
	b := l.base
	*v = lib.Tsqlite3_vfs{
		FiVersion: b.FiVersion, FszOsFile: b.FszOsFile + int32(unsafe.Sizeof(uintptr(0))), FmxPathname: b.FmxPathname,
		FzName: l.name, FpAppData: uintptr(unsafe.Pointer(l)),
		FxOpen: function(open), FxDelete: function(remove), FxAccess: function(access), FxFullPathname: function(fullPathname),
		FxDlOpen: b.FxDlOpen, FxDlError: b.FxDlError, FxDlSym: b.FxDlSym, FxDlClose: b.FxDlClose,
		FxRandomness: b.FxRandomness, FxSleep: b.FxSleep,
		FxCurrentTime: b.FxCurrentTime, FxGetLastError: b.FxGetLastError, FxCurrentTimeInt64: b.FxCurrentTimeInt64,
		FxSetSystemCall: b.FxSetSystemCall, FxGetSystemCall: b.FxGetSystemCall, FxNextSystemCall: b.FxNextSystemCall,
	}
}

// Name returns the VFS name for opening connections.
func (l *gathering) Name() string { return libc.GoString(l.name) }

// Stats returns the counters.
func (l *gathering) Stats() Stats { return l.stats() }

// FullFsync returns 0, which leaves the sync of a transaction to SyncLog.
func (l *gathering) FullFsync() int { return 0 }

// SyncLog syncs everything that earlier commits have written to the log.
//
// SQLite's own syncs at the end of transactions do nothing in this layer. This is the behavior of SQLite's mode
// synchronous=NORMAL, which keeps log and database consistent in any crash: the head of the log, and the log
// before a checkpoint, are still synced. The layer distinguishes the two kinds of syncs by their flags, so
// connections must be set to synchronous=FULL, fullfsync=0 and checkpoint_fullfsync=1. One transaction can then
// run while another is on its way to the disk. The caller must not report a transaction as durable before SyncLog
// has returned.
func (l *gathering) SyncLog() error {
	l.mu.Lock()
	var logs []*file
	for f := range l.files {
		if f.log {
			logs = append(logs, f)
		}
	}
	l.mu.Unlock()
	for _, f := range logs {
		if rc := f.syncWritten(); rc != lib.SQLITE_OK {
			return fmt.Errorf("the write-ahead log cannot be synced: sqlite code %d", rc)
		}
	}
	return nil
}

// leave removes a file that is being closed.
func (l *gathering) leave(f *file) {
	l.mu.Lock()
	delete(l.files, f)
	l.mu.Unlock()
}

// Close unregisters the layer. All its connections must be closed before.
func (l *gathering) Close() {
	if l.vfs == 0 {
		return
	}
	lib.Xsqlite3_vfs_unregister(l.tls, l.vfs)
	for _, t := range l.tables {
		libc.Xfree(l.tls, t)
	}
	libc.Xfree(l.tls, l.vfs)
	libc.Xfree(l.tls, l.name)
	l.tls.Close()
	l.vfs = 0
}

// layerOf returns the layer that SQLite calls.
func layerOf(vfs uintptr) *gathering {
	return (*gathering)(at((*lib.Tsqlite3_vfs)(at(vfs)).FpAppData))
}

// SQLite's own functions must be called with SQLite's own layer as their argument.

func remove(tls *libc.TLS, vfs, name uintptr, syncDir int32) int32 {
	l := layerOf(vfs)
	return call[func(*libc.TLS, uintptr, uintptr, int32) int32](l.base.FxDelete)(tls, l.own, name, syncDir)
}

func access(tls *libc.TLS, vfs, name uintptr, flags int32, out uintptr) int32 {
	l := layerOf(vfs)
	return call[func(*libc.TLS, uintptr, uintptr, int32, uintptr) int32](l.base.FxAccess)(tls, l.own, name, flags, out)
}

func fullPathname(tls *libc.TLS, vfs, name uintptr, n int32, out uintptr) int32 {
	l := layerOf(vfs)
	return call[func(*libc.TLS, uintptr, uintptr, int32, uintptr) int32](l.base.FxFullPathname)(tls, l.own, name, n, out)
}

// open opens a file through SQLite's own layer, and replaces the methods of databases and their logs.
func open(tls *libc.TLS, vfs, name, p uintptr, flags int32, out uintptr) int32 {
	l := layerOf(vfs)
	rc := call[func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32](l.base.FxOpen)(tls, l.own, name, p, flags, out)
	if rc != lib.SQLITE_OK || flags&(lib.SQLITE_OPEN_MAIN_DB|lib.SQLITE_OPEN_WAL) == 0 {
		return rc
	}
	c := (*lib.Tsqlite3_file)(at(p))
	f := &file{layer: l, base: (*lib.Tsqlite3_io_methods)(at(c.FpMethods)), p: p, log: flags&lib.SQLITE_OPEN_WAL != 0,
		fd: int((*lib.TunixFile)(at(p)).Fh)}
	l.mu.Lock()
	defer l.mu.Unlock()
	t, known := l.tables[c.FpMethods]
	if !known {
		if t = methods(tls, f.base); t == 0 {
			f.base = nil
			return lib.SQLITE_NOMEM
		}
		l.tables[c.FpMethods] = t
	}
	l.files[f] = struct{}{}
	*(*uintptr)(at(p + uintptr(l.base.FszOsFile))) = uintptr(unsafe.Pointer(f))
	c.FpMethods = t
	return rc
}

// methods returns a copy, in C memory, of a method table with our methods in it.
func methods(tls *libc.TLS, base *lib.Tsqlite3_io_methods) uintptr {
	p := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(*base)))
	if p == 0 {
		return 0
	}
	m := (*lib.Tsqlite3_io_methods)(at(p))
	*m = *base
	m.FxClose, m.FxRead, m.FxWrite = function(closeFile), function(read), function(write)
	m.FxTruncate, m.FxSync, m.FxFileSize = function(truncate), function(syncFile), function(fileSize)
	return p
}

// at converts an address to a pointer. The garbage collector does not move what it points to: C memory, or a
// gathering or file that gathering keeps alive.
func at(p uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&p)) }

// function returns the C pointer of a declared function. It does not work for closures.
func function[T any](f T) uintptr { return *(*uintptr)(unsafe.Pointer(&struct{ f T }{f})) }

// call returns the Go function behind a C pointer.
func call[T any](p uintptr) T { return *(*T)(unsafe.Pointer(&struct{ p uintptr }{p})) }
