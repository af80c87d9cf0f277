package sqlite

import (
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"

	"hookline.dev/hookline/internal/fault"
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
