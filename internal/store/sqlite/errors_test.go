package sqlite

import (
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

func TestErrorsOfTheDirectoryAreToldApart(t *testing.T) {
	for _, c := range []struct {
		err  error
		kind fault.Kind
		says string
	}{
		{syscall.EROFS, fault.Forbidden, "cannot be written to"},
		{fs.ErrPermission, fault.Forbidden, "cannot be written to"},
		{syscall.ENOSPC, fault.Unavailable, "full"},
		{syscall.ENOTDIR, fault.Invalid, "a file?"},
	} {
		err := directoryError("op", "/data", &os.PathError{Op: "mkdir", Path: "/data", Err: c.err})
		if !fault.Is(err, c.kind) || !strings.Contains(fault.Message(err), c.says) || !strings.Contains(fault.Message(err), "/data") {
			t.Errorf("%v: %v", c.err, err)
		}
	}
}

func TestErrorsOfSQLiteAreToldApart(t *testing.T) {
	for code, kind := range map[int32]fault.Kind{
		conn.Full: fault.Unavailable, conn.IOErr: fault.Unavailable, conn.IOErr | 3<<8: fault.Unavailable, conn.NoMem: fault.Unavailable,
		conn.Interrupt: fault.Unavailable, conn.Busy: fault.Unavailable, conn.ReadOnlyDB | 1<<8: fault.Unavailable,
		conn.Corrupt: fault.Internal, conn.NotADB: fault.Internal, conn.Internal: fault.Internal,
	} {
		err := classify("op", &conn.Error{Code: code, Message: "x"})
		if !fault.Is(err, kind) || fault.Message(err) == "internal error" {
			t.Errorf("code %d: %v", code, err)
		}
	}
	if classify("op", nil) != nil {
		t.Error("no error became one")
	}
}
