package app

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/fault"
)

// The files in the data directory that do not belong to the store. Clients on the same machine read the first
// two.
const (
	tokenFile   = "token"       // the API token
	addressFile = "server.json" // the listeners' current addresses
	statusFile  = "status.key"  // signs the status URLs of sync calls
)

// secretBytes is the strength of generated secrets: 256 bits.
const secretBytes = 32

// Address is the content of addressFile.
type Address struct {
	API   string `json:"api"`   // base URL of the management API
	Hooks string `json:"hooks"` // base URL of the hooks

	// Name and Roots let a client on this machine verify the API's certificate if API is https: API contains
	// the listen address, but the certificate has another name.
	Name  string `json:"name,omitempty"`  // a name in the certificate
	Roots string `json:"roots,omitempty"` // file of additional root certificates
}

// makeDir creates the data directory, readable by its owner only.
func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.As("app.data", fault.Unavailable, err,
			"cannot make the data directory %s: %s; check its parent's permissions or name another with --data", dir, cause(err))
	}
	return nil
}

// secret reads a secret from the data directory, or creates it.
func secret(dir, name string) (string, error) {
	path := filepath.Join(dir, name)
	text, err := os.ReadFile(path)
	if err == nil && len(text) > 0 {
		return string(text), checkSecret(path, string(text))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fault.As("app.secret", fault.Unavailable, err, "cannot read %s: %s", path, cause(err))
	}
	var b [secretBytes]byte
	rand.Read(b[:]) // never fails: on failure it ends the process
	made := base64.RawURLEncoding.EncodeToString(b[:])
	if err := writeFile(path, []byte(made)); err != nil {
		return "", err
	}
	return made, nil
}

// checkSecret refuses a secret that others can read or guess, and says how to mend it.
func checkSecret(path, text string) error {
	if len(strings.TrimSpace(text)) < config.MinToken {
		return fault.New("app.secret", fault.Invalid, "%s is too short to be safe: remove it (rm %s), and the next start writes a new one", path, path)
	}
	return private(path)
}

// writeAddress writes the addresses of the listeners.
func writeAddress(dir string, a Address) error {
	text, err := json.Marshal(a)
	if err != nil {
		return fault.Wrap("app.writeAddress", err)
	}
	return writeFile(filepath.Join(dir, addressFile), append(text, '\n'))
}

// sweep removes files that writeFile and backups left behind when its process was killed. The caller must be the only user
// of the directory.
func sweep(dir string) {
	for _, name := range []string{tokenFile, addressFile, statusFile, snapshotFile} {
		left, err := filepath.Glob(filepath.Join(escapeGlob(dir), name+".[0-9]*"))
		if err != nil {
			continue // cannot happen: the pattern is valid
		}
		for _, path := range left {
			_ = os.Remove(path) // a leftover file is harmless
		}
	}
}

// escapeGlob escapes a path for filepath.Glob.
func escapeGlob(path string) string {
	if filepath.Separator == '\\' {
		return path // Windows has no escaping; of the special characters, names can only contain [
	}
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// writeFile replaces a file atomically. The file is readable by its owner only.
func writeFile(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err == nil {
		_, err = f.Write(content)
		err = errors.Join(err, f.Sync(), f.Close())
		if err == nil {
			err = os.Rename(f.Name(), path)
		}
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}
	if err != nil {
		return fault.As("app.writeFile", fault.Unavailable, err, "cannot write %s: %s", path, cause(err))
	}
	return nil
}

// cause returns the operating system's error of a failed file operation, without the path, which the message
// already contains.
func cause(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}
