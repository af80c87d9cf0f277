package blobdir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Remove deletes a blob unless it is pinned or named returns true. It reports whether the blob existed and was
// deleted. named is called under the lock of the shard and must not call methods of Dir.
func (d *Dir) Remove(sha256 string, named func() (bool, error)) (bool, error) {
	return d.remove(sha256, time.Time{}, named)
}

// remove is Remove for blobs written before a time; the zero time matches all blobs.
func (d *Dir) remove(sha256 string, before time.Time, named func() (bool, error)) (bool, error) {
	const op = "blobdir.Remove"
	path, s, ok := d.place(sha256)
	if !ok {
		return false, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pins[sha256] > 0 || s.holds > 0 {
		return false, nil
	}
	if is, err := named(); err != nil || is {
		return false, err
	}
	info, err := os.Stat(path)
	if err == nil && !before.IsZero() && !info.ModTime().Before(before) {
		return false, nil
	}
	if err == nil {
		err = os.Remove(path)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, classify(op, err, "blob %s cannot be removed", sha256)
	}
	d.total.Add(-info.Size())
	return true, nil
}

// Hold keeps every blob until the returned function is called, also those that nothing names any more. A later Sweep
// removes them. The function may be called more than once.
func (d *Dir) Hold() (release func()) {
	add := func(n int) {
		for i := range d.shards {
			s := &d.shards[i]
			s.mu.Lock()
			s.holds += n
			s.mu.Unlock()
		}
	}
	add(1)
	return sync.OnceFunc(func() { add(-1) })
}

// Sweep deletes the blobs that were written before the given time, are not pinned and for which named returns
// false. It also deletes unfinished files of earlier processes. It returns how many files it deleted. Files with
// other names remain.
func (d *Dir) Sweep(before time.Time, named func(sha256 string) (bool, error)) (int, error) {
	removed, err := d.sweepUnfinished()
	if err != nil {
		return removed, err
	}
	err = d.each(func(name string, info fs.FileInfo) error {
		if !info.ModTime().Before(before) {
			return nil
		}
		gone, err := d.remove(name, before, func() (bool, error) { return named(name) })
		if gone {
			removed++
		}
		return err
	})
	return removed, err
}

// sweepUnfinished deletes the temporary files of other processes.
func (d *Dir) sweepUnfinished() (removed int, err error) {
	dir := filepath.Join(d.path, tmpName)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, classify("blobdir.Sweep", err, "the folder %s cannot be read", dir)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), d.prefix) && e.Type().IsRegular() && os.Remove(filepath.Join(dir, e.Name())) == nil {
			removed++
		}
	}
	return removed, nil
}

// each calls f for every blob, directory by directory.
func (d *Dir) each(f func(name string, info fs.FileInfo) error) error {
	for i := range shards {
		folder := filepath.Join(d.path, hexByte(i))
		entries, err := os.ReadDir(folder)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return classify("blobdir.each", err, "the folder %s cannot be read", folder)
		}
		for _, e := range entries {
			if path, _, ok := d.place(e.Name()); !ok || filepath.Dir(path) != folder {
				continue
			}
			info, err := e.Info()
			if err != nil || !info.Mode().IsRegular() {
				continue // removed in the meantime, or not a blob
			}
			if err := f(e.Name(), info); err != nil {
				return err
			}
		}
	}
	return nil
}

func hexByte(i int) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[i>>4], digits[i&15]})
}

// Usage returns the approximate size of all blobs in bytes. The first call measures it; later calls use a running
// total.
func (d *Dir) Usage() (int64, error) {
	d.measuring.Lock()
	defer d.measuring.Unlock()
	if !d.measured {
		var total int64
		if err := d.each(func(_ string, info fs.FileInfo) error {
			total += info.Size()
			return nil
		}); err != nil {
			return 0, err
		}
		d.total.Store(total)
		d.measured = true
	}
	return max(0, d.total.Load()), nil
}
