package vm

import (
	"fmt"

	"modernc.org/libc"
)

// UseUTC makes UTC the time zone of all scripts of this process: a workflow must not come to another
// result because a machine stands elsewhere. It changes the environment that the engine's C library
// sees, so it is for processes that do nothing else, and comes before New.
func UseUTC() error {
	tls := libc.NewTLS()
	defer tls.Close()
	name, err := libc.CString("TZ")
	if err != nil {
		return err
	}
	defer libc.Xfree(tls, name)
	zone, err := libc.CString("UTC0")
	if err != nil {
		return err
	}
	defer libc.Xfree(tls, zone)
	if libc.Xsetenv(tls, name, zone, 1) != 0 {
		return fmt.Errorf("the time zone cannot be set")
	}
	return nil
}
