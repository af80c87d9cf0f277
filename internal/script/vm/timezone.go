package vm

import (
	"fmt"

	"modernc.org/libc"
)

// UseUTC sets the time zone of all scripts in this process to UTC, so that the result of a workflow does not
// depend on where a machine is. It changes the environment that the engine's C library sees, so it is only for
// processes that do nothing else, and must be called before New.
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
