package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/seal"
	"hookline.dev/hookline/internal/variables"
)

// The files of the master key in the data directory.
const (
	masterFile = "master.key"
	nextFile   = "master.key.next" // only while it is being changed
)

// masterKeys returns where the master key is: in the settings, or else in the data directory.
func masterKeys(c config.Server) (variables.MasterKeys, error) {
	if c.MasterKey == "" {
		return fileKeys{c.Data}, nil
	}
	keys := setKeys{}
	var err error
	if keys.current, err = seal.ParseMaster(c.MasterKey); err != nil {
		return nil, fault.As("app.masterKeys", fault.Invalid, err, "HOOKLINE_MASTER_KEY: %s", fault.Message(err))
	}
	if c.MasterKeyPrevious != "" {
		previous, err := seal.ParseMaster(c.MasterKeyPrevious)
		if err != nil {
			return nil, fault.As("app.masterKeys", fault.Invalid, err, "HOOKLINE_MASTER_KEY_PREVIOUS: %s", fault.Message(err))
		}
		keys.previous = &previous
	}
	return keys, nil
}

// setKeys are master keys that the settings contain.
type setKeys struct {
	current  seal.Master
	previous *seal.Master
}

// Keys implements variables.MasterKeys.
func (k setKeys) Keys() (current, other *seal.Master, err error) { return &k.current, k.previous, nil }

// External returns the name of the setting.
func (setKeys) External() string { return "HOOKLINE_MASTER_KEY" }

var errSetKey = errors.New("the master key is set from outside")

// Begin is not possible.
func (setKeys) Begin(seal.Master) error { return errSetKey }

// Finish is not possible.
func (setKeys) Finish() error { return errSetKey }

// Cancel is not possible.
func (setKeys) Cancel() error { return errSetKey }

// fileKeys is the master key in files of the data directory.
type fileKeys struct{ dir string }

// External returns "".
func (fileKeys) External() string { return "" }

// Keys reads the files. A file that others can read, or that has no key, is refused.
func (k fileKeys) Keys() (current, other *seal.Master, err error) {
	if current, err = k.read(masterFile); err != nil {
		return nil, nil, err
	}
	other, err = k.read(nextFile)
	return current, other, err
}

func (k fileKeys) read(name string) (*seal.Master, error) {
	const op = "app.masterKey"
	path := filepath.Join(k.dir, name)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.As(op, fault.Unavailable, err, "cannot read the master key in %s: %s", path, cause(err))
	}
	if err := private(path); err != nil {
		return nil, err
	}
	key, err := seal.ParseMaster(string(text))
	if err != nil {
		return nil, fault.As(op, fault.Invalid, err, "%s has no whole master key: put it back from where you keep a copy", path)
	}
	return &key, nil
}

// private refuses a file that other users can read.
func private(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fault.As("app.private", fault.Unavailable, err, "cannot read %s: %s", path, cause(err))
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 { // Windows has no such bits
		return fault.New("app.private", fault.Invalid, "%s can be read by other users: run chmod 600 %s", path, path)
	}
	return nil
}

// Begin writes the next key.
func (k fileKeys) Begin(next seal.Master) error {
	if err := writeFile(filepath.Join(k.dir, nextFile), []byte(next.Text()+"\n")); err != nil {
		return err
	}
	return k.sync()
}

// Finish renames the next key.
func (k fileKeys) Finish() error {
	if err := os.Rename(filepath.Join(k.dir, nextFile), filepath.Join(k.dir, masterFile)); err != nil {
		return fault.As("app.masterKey", fault.Unavailable, err, "cannot rename %s to %s: %s", filepath.Join(k.dir, nextFile), masterFile, cause(err))
	}
	return k.sync()
}

// Cancel removes the next key.
func (k fileKeys) Cancel() error {
	if err := os.Remove(filepath.Join(k.dir, nextFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.As("app.masterKey", fault.Unavailable, err, "cannot remove %s: %s", filepath.Join(k.dir, nextFile), cause(err))
	}
	return nil
}

// sync makes the names of files durable. Not every system can sync a directory; Windows cannot.
func (k fileKeys) sync() error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(k.dir)
	if err == nil {
		err = errors.Join(d.Sync(), d.Close())
	}
	if err != nil {
		return fault.As("app.masterKey", fault.Unavailable, err, "cannot sync %s: %s", k.dir, cause(err))
	}
	return nil
}
