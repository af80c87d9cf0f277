//go:build !windows

package blobdir

import "os"

// syncDir makes the names in a folder survive a power loss.
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
