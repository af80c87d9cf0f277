package backup

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// Target is where a backup is restored to.
type Target struct {
	Dir       string // the data directory: missing or empty
	Store     string // name of the driver; a backup of another one is refused
	Snapshots *store.Snapshotter
	BlobsDir  string // name of the folder of blobs in a data directory
	// Blobs opens the blobs in a folder.
	Blobs func(path string) (store.Blobs, error)
	// Free returns the free bytes on the disk of a directory; false if they are unknown.
	Free func(dir string) (int64, bool)
	// Put is called with the staging folder after everything is verified and before it is moved. It may add files, and
	// returns their names. nil: there are no more.
	Put func(staging string) ([]string, error)
}

const (
	// Staging is the folder in the data directory in which a restore collects everything.
	Staging = "restore.tmp"

	dirMode  = 0o700
	fileMode = 0o600
)

// Restore restores a backup. Errors in the archive are of kind fault.Invalid, or fault.Unsupported and fault.Conflict
// for one that a newer version has made. A target that is not empty is a fault.Conflict. The package documentation
// describes what an error and a crash leave.
func Restore(ctx context.Context, from io.Reader, t Target) (m Manifest, err error) {
	made, err := t.prepare()
	if err != nil {
		return m, err
	}
	staging := filepath.Join(t.Dir, Staging)
	defer func() {
		if err == nil {
			return
		}
		_ = os.RemoveAll(staging)
		if made {
			_ = os.Remove(t.Dir) // it is empty, or else it stays
		}
	}()
	if m, err = t.unpack(&cancelable{ctx, from}, staging); err != nil {
		return m, err
	}
	names := []string{t.BlobsDir}
	if t.Put != nil {
		more, err := t.Put(staging)
		if err != nil {
			return m, err
		}
		names = append(names, more...)
	}
	return m, t.place(staging, append(names, t.Snapshots.File))
}

// prepare makes the target and its staging folder. It reports whether it made the target.
func (t *Target) prepare() (made bool, err error) {
	const op = "backup.Restore"
	entries, err := os.ReadDir(t.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		made = true
		if err := os.MkdirAll(t.Dir, dirMode); err != nil {
			return false, fault.As(op, fault.Unavailable, err, "cannot make %s: %v", t.Dir, err)
		}
	case err != nil:
		return false, fault.As(op, fault.Unavailable, err, "cannot read %s: %v", t.Dir, err)
	case len(entries) > 0:
		return false, fault.New(op, fault.Conflict, "%s is not empty (it has %q): a backup is restored into an empty directory only; name another one with --data", t.Dir, entries[0].Name())
	}
	if err := os.Mkdir(filepath.Join(t.Dir, Staging), dirMode); err != nil {
		return false, fault.As(op, fault.Unavailable, err, "cannot write to %s: %v", t.Dir, err)
	}
	return made, nil
}

// unpack writes the archive's content to the staging folder and verifies all of it.
func (t *Target) unpack(from io.Reader, staging string) (Manifest, error) {
	const op = "backup.Restore"
	r, err := open(from)
	if err != nil {
		return Manifest{}, err
	}
	m := r.manifest
	if m.Store != t.Store || m.Database.Name != t.Snapshots.File {
		return m, fault.New(op, fault.Unsupported, "the backup is of another kind of store (%s)", clip(m.Store))
	}
	if free, known := t.Free(t.Dir); known && m.Total() > free {
		return m, fault.New(op, fault.Unavailable, "the backup needs %d MiB, and the disk of %s has %d MiB left", m.Total()>>20, t.Dir, free>>20)
	}
	database := filepath.Join(staging, t.Snapshots.File)
	if err := writeFile(database, r.database); err != nil {
		return m, err
	}
	names, err := t.unpackBlobs(r, filepath.Join(staging, t.BlobsDir))
	if err != nil {
		return m, err
	}
	return m, t.check(&m, database, names)
}

// writeFile writes and syncs a file.
func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err == nil {
		if err = write(f); err == nil {
			err = f.Sync()
		}
		err = errors.Join(err, f.Close())
	}
	var known *fault.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return fault.As("backup.Restore", fault.Unavailable, err, "cannot write %s: %v", path, err)
}

// unpackBlobs writes the blobs. It returns their names.
func (t *Target) unpackBlobs(r *reader, dir string) (names []string, err error) {
	blobs, err := t.Blobs(dir)
	if err != nil {
		return nil, err
	}
	for {
		name, size, err := r.blob()
		if err != nil || name == "" {
			return names, err
		}
		w, err := blobs.Create()
		if err != nil {
			return nil, err
		}
		if err = r.copy(w, File{name, size, name}); err == nil {
			_, err = w.Keep()
		}
		w.Discard()
		if err != nil {
			return nil, err
		}
		blobs.Unpin(name)
		names = append(names, name)
	}
}

// check verifies the database, and that it names the blobs that the archive has and the manifest misses.
func (t *Target) check(m *Manifest, database string, have []string) error {
	const op = "backup.Restore"
	have = slices.Concat(have, m.Missing)
	slices.Sort(have)
	i := 0
	schema, err := t.Snapshots.Inspect(database, true, func(sha256 string) error {
		if i >= len(have) || have[i] != sha256 {
			return fault.New(op, fault.Invalid, "the backup is incomplete: the blob %s is not in it", sha256)
		}
		i++
		return nil
	})
	switch {
	case err != nil:
		return err
	case i < len(have):
		return fault.New(op, fault.Invalid, "the backup has the blob %s, which its database does not name", have[i])
	case schema != m.Schema:
		return fault.New(op, fault.Invalid, "the database has schema %d, and the manifest says %d", schema, m.Schema)
	}
	return nil
}

// place moves files and folders from the staging folder into the target, the last one at the end.
func (t *Target) place(staging string, names []string) error {
	const op = "backup.Restore"
	for i, name := range names {
		if i == len(names)-1 {
			if err := syncDir(t.Dir); err != nil {
				return fault.As(op, fault.Unavailable, err, "cannot sync %s: %v", t.Dir, err)
			}
		}
		if err := os.Rename(filepath.Join(staging, name), filepath.Join(t.Dir, name)); err != nil {
			for _, done := range names[:i] {
				_ = os.RemoveAll(filepath.Join(t.Dir, done))
			}
			return fault.As(op, fault.Unavailable, err, "cannot move %s into %s: %v", name, t.Dir, err)
		}
	}
	_ = os.Remove(staging) // an empty folder is harmless
	if err := syncDir(t.Dir); err != nil {
		return fault.As(op, fault.Unavailable, err, "cannot sync %s: %v", t.Dir, err)
	}
	return nil
}
