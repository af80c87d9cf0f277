//go:build !windows

package backup

import "os"

// syncDir syncs a directory, so that its entries survive a power loss.
func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	err = f.Sync()
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}
