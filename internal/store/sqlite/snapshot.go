package sqlite

import (
	"context"
	"errors"
	"path/filepath"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/schema"
)

// Snapshot implements store.Snapshots: see writer.Copy.
func (s *Store) Snapshot(ctx context.Context, path string) error { return s.writer.Copy(ctx, path) }

// snapshots returns the functions of the driver that need no open store.
func snapshots() *store.Snapshotter {
	return &store.Snapshotter{File: fileName, Copy: copyStopped, Inspect: inspect}
}

// copyStopped copies the database of a directory that no process uses. A log that a crash left is part of it. The
// schema stays as it is.
func copyStopped(dir, path string) error {
	const op = "sqlite.Copy"
	from := filepath.Join(dir, fileName)
	if err := exists(from); err != nil {
		return err
	}
	lock, err := openDirectory(dir)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	c, err := conn.Open(from, conn.ReadWrite, "")
	if err != nil {
		return conn.OpenFault(op, from, err)
	}
	defer func() { _ = c.Close() }()
	to, err := conn.Open(path, conn.ReadWrite, "")
	if err != nil {
		return conn.OpenFault(op, path, err)
	}
	defer func() { _ = to.Close() }()
	k, err := c.NewCopy(to)
	if err != nil {
		return conn.OpenFault(op, from, err)
	}
	_, err = k.Step(-1)
	if finished := k.Finish(); err == nil {
		err = finished
	}
	return conn.OpenFault(op, from, err)
}

// inspect reads a copy of the database. It calls blob for every blob that the tables name, in the order of the hashes.
func inspect(path string, deep bool, blob func(sha256 string) error) (version int64, err error) {
	const op = "sqlite.Inspect"
	if err := exists(path); err != nil {
		return 0, err
	}
	c, err := conn.Open(path, conn.ReadWrite, "") // the log of a database in WAL mode needs a file even for reading
	if err != nil {
		return 0, conn.OpenFault(op, path, err)
	}
	defer func() { _ = c.Close() }()
	if err := c.Exec(`PRAGMA trusted_schema = 0; PRAGMA cell_size_check = 1; PRAGMA query_only = 1`); err != nil {
		return 0, damaged(err)
	}
	if deep {
		if err := check(c); err != nil {
			return 0, err
		}
	}
	if version, err = schema.Version(c); err != nil {
		return 0, damaged(err)
	}
	s, err := c.Prepare(sqlNamedBlobs)
	if err != nil {
		return 0, damaged(err)
	}
	for {
		row, err := s.Step()
		if err != nil {
			return 0, damaged(err)
		}
		if !row {
			return version, nil
		}
		if err := blob(s.ColumnText(0)); err != nil {
			return 0, err
		}
	}
}

// sqlNamedBlobs lists what must not be missing among the blobs.
const sqlNamedBlobs = `SELECT lower(hex(sha256)) FROM (SELECT sha256 FROM delivery_blobs UNION SELECT sha256 FROM record_blobs) ORDER BY sha256`

// check looks at every page of a database, at its indexes and its constraints.
func check(c *conn.Conn) error {
	s, err := c.Prepare(`PRAGMA integrity_check(1)`)
	if err != nil {
		return damaged(err)
	}
	defer s.Reset()
	if _, err := s.Step(); err != nil {
		return damaged(err)
	}
	if found := s.ColumnText(0); found != "ok" {
		return fault.New("sqlite.Inspect", fault.Invalid, "the database is damaged: %s", found)
	}
	return nil
}

// damaged returns the error of reading a copy. Errors that say more stay as they are.
func damaged(err error) error {
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	return fault.As("sqlite.Inspect", fault.Invalid, err, "the database is damaged or none of Hookline: %v", err)
}
