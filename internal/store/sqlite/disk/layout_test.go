//go:build linux || darwin || freebsd

package disk

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"golang.org/x/sys/unix"
	lib "modernc.org/sqlite/lib"

	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// The layer reads and writes C structures through the types of modernc.org/sqlite/lib, and stores a pointer of
// its own behind SQLite's unixFile. A new version of either may change what the layer relies on, without a
// compiler error. If a test here fails, set Options.PlainDisk first, then find out what has changed.

// member is a field of a structure that the layer relies on. Consecutive members, with gaps only for alignment,
// have the same offsets as in C.
type member struct {
	name string
	size uintptr
}

// differences compares the beginning of a structure, or all of it, with the expected members.
func differences(t reflect.Type, want []member, whole bool) (all []string) {
	offset := uintptr(0)
	for i, m := range want {
		offset = (offset + m.size - 1) / m.size * m.size
		if i >= t.NumField() {
			return append(all, m.name+" is missing")
		}
		if f := t.Field(i); f.Name != m.name || f.Offset != offset || f.Type.Size() != m.size {
			all = append(all, fmt.Sprintf("%s has %d bytes at %d, want %s with %d at %d", f.Name, f.Type.Size(), f.Offset, m.name, m.size, offset))
		}
		offset += m.size
	}
	if whole && t.NumField() != len(want) {
		all = append(all, fmt.Sprintf("there are %d members, want %d", t.NumField(), len(want)))
	}
	return all
}

func ints(names ...string) (all []member) {
	for _, n := range names {
		all = append(all, member{n, reflect.TypeFor[int32]().Size()})
	}
	return all
}

func pointers(names ...string) (all []member) {
	for _, n := range names {
		all = append(all, member{n, reflect.TypeFor[uintptr]().Size()})
	}
	return all
}

func vfsMembers() []member {
	return append(ints("FiVersion", "FszOsFile", "FmxPathname"), pointers("FpNext", "FzName", "FpAppData", "FxOpen", "FxDelete", "FxAccess",
		"FxFullPathname", "FxDlOpen", "FxDlError", "FxDlSym", "FxDlClose", "FxRandomness", "FxSleep", "FxCurrentTime", "FxGetLastError",
		"FxCurrentTimeInt64", "FxSetSystemCall", "FxGetSystemCall", "FxNextSystemCall")...)
}

func TestTheStructuresOfSQLiteAreWhereTheLayerExpectsThem(t *testing.T) {
	for _, c := range []struct {
		of    reflect.Type
		want  []member
		whole bool
	}{
		{reflect.TypeFor[lib.Tsqlite3_vfs](), vfsMembers(), true},
		{reflect.TypeFor[lib.Tsqlite3_file](), pointers("FpMethods"), true},
		{reflect.TypeFor[lib.Tsqlite3_io_methods](), append(ints("FiVersion"), pointers("FxClose", "FxRead", "FxWrite", "FxTruncate", "FxSync", "FxFileSize",
			"FxLock", "FxUnlock", "FxCheckReservedLock", "FxFileControl", "FxSectorSize", "FxDeviceCharacteristics", "FxShmMap", "FxShmLock",
			"FxShmBarrier", "FxShmUnmap", "FxFetch", "FxUnfetch")...), true},
		{reflect.TypeFor[lib.TunixFile](), append(pointers("FpMethod", "FpVfs", "FpInode"), ints("Fh")...), false},
	} {
		for _, d := range differences(c.of, c.want, c.whole) {
			t.Errorf("a structure of %d bytes: %s", c.of.Size(), d)
		}
	}
}

func TestAStructureThatMovesIsNoticed(t *testing.T) {
	for name, moved := range map[string]reflect.Type{
		"one more":     reflect.TypeFor[struct{ FpMethods, FpOther uintptr }](),
		"another name": reflect.TypeFor[struct{ FpMethod uintptr }](),
		"another size": reflect.TypeFor[struct{ FpMethods byte }](),
		"one before":   reflect.TypeFor[struct{ A, FpMethods uintptr }](),
		"none":         reflect.TypeFor[struct{}](),
	} {
		if differences(moved, pointers("FpMethods"), true) == nil {
			t.Errorf("%s: no difference was found", name)
		}
	}
}

// TestOpenFilesAreWhatTheLayerTakesThemFor checks SQLite's default layer, and an open database with its log.
func TestOpenFilesAreWhatTheLayerTakesThemFor(t *testing.T) {
	made, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	l := made.(*gathering)
	path := filepath.Join(t.TempDir(), "x.db")
	c, err := conn.Open(path, conn.ReadWrite, l.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = c.Close()
		l.Close()
	}()
	if err := c.Exec(`PRAGMA journal_mode = WAL; CREATE TABLE v (i INTEGER PRIMARY KEY)`); err != nil {
		t.Fatal(err)
	}
	if l.base.FiVersion != 3 || uintptr(l.base.FszOsFile) != reflect.TypeFor[lib.TunixFile]().Size() || uintptr(l.base.FszOsFile)%reflect.TypeFor[uintptr]().Size() != 0 {
		t.Errorf("SQLite's layer has version %d and objects of %d bytes", l.base.FiVersion, l.base.FszOsFile)
	}
	if len(l.files) != 2 {
		t.Fatalf("%d files are open, want the database and its log", len(l.files))
	}
	for f := range l.files {
		if f.base.FiVersion < 2 || f.base.FiVersion > 3 {
			t.Errorf("the methods have version %d", f.base.FiVersion)
		}
		if got := (*lib.TunixFile)(at(f.p)).FpVfs; got != l.own || fileOf(f.p) != f {
			t.Error("the object does not lead to its layer and its file")
		}
		name := path
		if f.log {
			name += "-wal"
		}
		var opened unix.Stat_t
		if err := unix.Fstat(f.fd, &opened); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if opened.Size != info.Size() || info.Size() == 0 {
			t.Errorf("the descriptor has %d bytes, %s has %d", opened.Size, filepath.Base(name), info.Size())
		}
		var named unix.Stat_t
		if err := unix.Stat(name, &named); err != nil || named.Ino != opened.Ino || named.Dev != opened.Dev {
			t.Errorf("the descriptor is not that of %s (%v)", filepath.Base(name), err)
		}
	}
}
