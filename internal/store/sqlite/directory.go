package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"hookline.dev/hookline/internal/fault"
)

// Files in the data directory. SQLite adds fileName-wal and fileName-shm.
const (
	fileName = "hookline.db"
	lockName = "hookline.lock"

	dirMode  = 0o700
	fileMode = 0o600
)

// openDirectory creates the data directory if necessary and locks it. The caller closes the returned file, which
// releases the lock.
func openDirectory(dir string) (*os.File, error) {
	const op = "sqlite.Open"
	if dir == "" {
		return nil, fault.New(op, fault.Invalid, "no data directory is named")
	}
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return nil, directoryError(op, dir, err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, directoryError(op, dir, err)
	}
	if held, err := lockFile(lock); err != nil {
		_ = lock.Close()
		if held {
			return nil, fault.As(op, fault.Conflict, err, "the data directory %s is used by another process: stop that one, or name another directory", dir)
		}
		return nil, fault.As(op, fault.Unavailable, err, "the data directory %s cannot be locked", dir)
	}
	return lock, nil
}

func directoryError(op, dir string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fault.As(op, fault.Forbidden, err, "the data directory %s cannot be written to: change its permissions or name another directory", dir)
	case errors.Is(err, syscall.ENOSPC):
		return fault.As(op, fault.Unavailable, err, "the disk of the data directory %s is full: free some space", dir)
	default:
		return fault.As(op, fault.Invalid, err, "the data directory %s cannot be made: is a part of the path a file?", dir)
	}
}

// createFile creates the database file with mode 0600. SQLite gives its side files the same mode.
func createFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return directoryError("sqlite.Open", filepath.Dir(path), err)
	}
	return f.Close()
}

// exists checks that there is a database before SQLite would create one.
func exists(path string) error {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return fault.As("sqlite", fault.NotFound, err, "there is no database %s", path)
	}
	return nil
}
