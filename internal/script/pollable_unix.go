//go:build unix

package script

import (
	"io"
	"os"
	"syscall"
)

// pollable makes Go's poller wait for the pool's pipe. A goroutine that blocks in read(2) instead occupies a
// thread, and handing its processor to the script costs more than a small script.
func pollable(in io.Reader) io.Reader {
	f, ok := in.(*os.File)
	if !ok {
		return in
	}
	fd := f.Fd()
	if syscall.SetNonblock(int(fd), true) != nil {
		return in
	}
	return os.NewFile(fd, f.Name())
}
