package backup

import (
	"bytes"
	"encoding/json"
	"time"

	"hookline.dev/hookline/internal/fault"
)

// format is the number of the archive's form.
const format = 1

// The names in an archive.
const (
	manifestName = "manifest.json"
	checksumName = "checksum"
	blobPrefix   = "blobs/"
)

const (
	maxManifest = 1 << 20 // bytes
	// MaxMissing is the largest number of missing blobs that a manifest lists.
	MaxMissing = 1000
)

// Manifest describes an archive. It is its first entry.
type Manifest struct {
	Format    int       `json:"format"`
	Hookline  string    `json:"hookline"` // version that wrote it
	CreatedAt time.Time `json:"createdAt"`
	Store     string    `json:"store"`  // name of the driver
	Schema    int64     `json:"schema"` // version of the database's schema
	Database  File      `json:"database"`
	Blobs     int       `json:"blobs"`     // number of them
	BlobBytes int64     `json:"blobBytes"` // their size in all
	// Missing are the blobs that the database names and that could not be read when the backup was made.
	Missing []string `json:"missing,omitempty"`
}

// File is a file whose content is known.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// encode returns the manifest as the content of its entry.
func (m *Manifest) encode() ([]byte, error) {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fault.Wrap("backup.encode", err)
	}
	return append(text, '\n'), nil
}

// decodeManifest reads a manifest and checks its values.
func decodeManifest(text []byte) (m Manifest, err error) {
	const op = "backup.decode"
	var only struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &only); err != nil {
		return m, fault.As(op, fault.Invalid, err, "%s is not valid: %v", manifestName, err)
	}
	if only.Format != format {
		return m, fault.New(op, fault.Unsupported, "the backup has format %d, this version of Hookline reads format %d: use the version that wrote it or a newer one", only.Format, format)
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(&m); err != nil {
		return m, fault.As(op, fault.Invalid, err, "%s is not valid: %v", manifestName, err)
	}
	if m.Database.Size <= 0 || m.Blobs < 0 || m.BlobBytes < 0 || m.Total() < 0 || len(m.Missing) > MaxMissing {
		return m, fault.New(op, fault.Invalid, "%s is not valid: it has impossible sizes", manifestName)
	}
	return m, nil
}

// Total is the number of bytes that a restore writes.
func (m *Manifest) Total() int64 { return m.Database.Size + m.BlobBytes }
