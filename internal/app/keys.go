package app

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"hookline.dev/hookline/internal/fault"
)

// keyFiles lists the files of the data directory that are not in a backup, because they are keys: whoever has them can
// call the API, or read what is sealed in the database.
func keyFiles() []string { return []string{tokenFile, statusFile, masterFile, nextFile} }

// keysFormat is the number of the form of Keys.
const keysFormat = 1

// keys is the content of a file of keys.
type keys struct {
	Format int               `json:"format"`
	Keys   map[string]string `json:"keys"` // content by file name
}

// Keys returns the keys of a data directory as one text, to be kept apart from its backups.
func Keys(dir string) ([]byte, error) {
	k := keys{Format: keysFormat, Keys: make(map[string]string)}
	for _, name := range keyFiles() {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // it is made when it is needed, or is a setting
		}
		if err != nil {
			return nil, fault.As("app.Keys", fault.Unavailable, err, "cannot read %s: %s", filepath.Join(dir, name), cause(err))
		}
		k.Keys[name] = string(text)
	}
	if len(k.Keys) == 0 {
		return nil, fault.New("app.Keys", fault.NotFound, "there are no keys in %s: name the server's data directory with --data", dir)
	}
	text, err := json.MarshalIndent(k, "", "  ")
	return append(text, '\n'), fault.Wrap("app.Keys", err)
}

// putKeys writes the key files into a directory and returns their names. A name that is no key file is refused.
func putKeys(dir string, text []byte) (names []string, err error) {
	const op = "app.putKeys"
	var k keys
	if err := json.Unmarshal(text, &k); err != nil || k.Format != keysFormat {
		return nil, fault.As(op, fault.Invalid, err, "this is no file of keys that hookline backup --keys wrote")
	}
	for name, content := range k.Keys {
		if !slices.Contains(keyFiles(), name) {
			return nil, fault.New(op, fault.Invalid, "the file of keys has %q, which this version does not know", name)
		}
		if err := writeFile(filepath.Join(dir, name), []byte(content)); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}
