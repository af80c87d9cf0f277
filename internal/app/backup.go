package app

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/backup"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/blobdir"
	"hookline.dev/hookline/internal/store/sqlite"
)

// maxBackup is the longest time of a backup. Until it ends, no blob is removed.
const maxBackup = 24 * time.Hour

// snapshotFile is the beginning of the name of the snapshot, which is in the data directory while it is sent.
const snapshotFile = "backup.db"

// backups makes backups of the running server, one at a time.
type backups struct{ app *App }

// Begin makes a snapshot of the database, and keeps the blobs from being removed until Close.
func (b backups) Begin(ctx context.Context) (api.Backup, error) {
	const op = "app.Backup"
	a := b.app
	s, ok := a.store.(store.Snapshots)
	if !ok || a.driver().Snapshots == nil {
		return nil, fault.New(op, fault.Unsupported, "backups of %s are made with its own tools", a.driver().Name)
	}
	if !a.backingUp.TryLock() {
		return nil, fault.New(op, fault.Conflict, "a backup is being made already; try again when it is done")
	}
	ctx, cancel := context.WithTimeout(ctx, maxBackup)
	made := &madeBackup{ctx: ctx, release: a.blobs.Hold()}
	made.end = func() {
		cancel()
		made.release()
		a.backingUp.Unlock()
	}
	path, err := tempSnapshot(a.config.Data)
	if err == nil {
		made.path = path
		err = s.Snapshot(ctx, path)
	}
	if err == nil {
		made.source, err = describe(a.driver(), path, a.blobs, a.opt.Version)
	}
	if err != nil {
		made.Close()
		return nil, fault.Wrap(op, err)
	}
	return made, nil
}

// madeBackup is a backup that can be sent.
type madeBackup struct {
	ctx     context.Context
	path    string // of the snapshot
	source  backup.Source
	release func()
	end     func()
}

// Write implements api.Backup.
func (m *madeBackup) Write(to io.Writer, gzip bool) error {
	m.source.Gzip = gzip
	_, err := backup.Write(m.ctx, to, m.source)
	return err
}

// Close implements api.Backup.
func (m *madeBackup) Close() {
	if m.path != "" {
		_ = os.Remove(m.path) // the next start removes it otherwise
	}
	m.end()
}

// driver returns the driver of the store.
func (a *App) driver() store.Driver { return orDefaultDriver(a.opt.Driver) }

func orDefaultDriver(d store.Driver) store.Driver {
	if d.Open == nil {
		return sqlite.Driver(nil)
	}
	return d
}

// tempSnapshot creates an empty file in the data directory.
func tempSnapshot(dir string) (string, error) {
	f, err := os.CreateTemp(dir, snapshotFile+".*")
	if err != nil {
		return "", fault.As("app.Backup", fault.Unavailable, err, "cannot write to %s: %s", dir, cause(err))
	}
	return f.Name(), f.Close()
}

// describe returns the source of a backup.
func describe(d store.Driver, path string, blobs *blobdir.Dir, version string) (backup.Source, error) {
	s := backup.Source{
		Hookline: version, CreatedAt: clock.System().Now(), Store: d.Name, Database: path, Name: d.Snapshots.File, Open: blobs.Open,
	}
	var err error
	s.Schema, err = d.Snapshots.Inspect(path, false, func(sha256 string) error {
		s.Blobs = append(s.Blobs, sha256)
		return nil
	})
	return s, err
}

// BackUpStopped writes a backup of a data directory that no server uses. It does not change the version of the
// database. The error is of kind fault.Conflict if a process uses the directory.
func BackUpStopped(ctx context.Context, dir, version string, to io.Writer, gzip bool) error {
	const op = "app.BackUpStopped"
	d := sqlite.Driver(nil)
	path, err := tempSnapshot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(path) }() // the next start removes it otherwise
	if err := d.Snapshots.Copy(dir, path); err != nil {
		return err
	}
	blobs, err := blobdir.Open(filepath.Join(dir, blobsDir), blobdir.Options{})
	if err != nil {
		return fault.Wrap(op, err)
	}
	source, err := describe(d, path, blobs, version)
	if err != nil {
		return err
	}
	source.Gzip = gzip
	_, err = backup.Write(ctx, to, source)
	return err
}

// Restored says where and how a backup is restored.
type Restored struct {
	Dir  string // the data directory: missing or empty
	Keys []byte // as Keys returned them; nil: none, so the next start needs the master key and makes the others anew
	Free func(dir string) (int64, bool)
}

// Restore restores a backup; see backup.Restore.
func Restore(ctx context.Context, from io.Reader, to Restored) (backup.Manifest, error) {
	d := sqlite.Driver(nil)
	t := backup.Target{
		Dir: to.Dir, Store: d.Name, Snapshots: d.Snapshots, BlobsDir: blobsDir, Free: to.Free,
		Blobs: func(path string) (store.Blobs, error) { return blobdir.Open(path, blobdir.Options{}) },
	}
	if to.Keys != nil {
		t.Put = func(staging string) ([]string, error) { return putKeys(staging, to.Keys) }
	}
	return backup.Restore(ctx, from, t)
}
