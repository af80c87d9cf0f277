package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// lockFile is locked by a server while it uses a data directory.
const lockFile = "hookline.lock"

// locked reports whether a process has locked the data directory: no other process can read the first byte of a
// locked file.
func locked(dir string) bool {
	f, err := os.Open(filepath.Join(dir, lockFile))
	if err != nil {
		return false
	}
	defer f.Close()
	_, err = f.Read(make([]byte, 1))
	return err != nil && !errors.Is(err, io.EOF)
}
