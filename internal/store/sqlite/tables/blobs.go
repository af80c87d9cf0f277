package tables

import (
	"context"
	"encoding/hex"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
	"hookline.dev/hookline/internal/store/sqlite/writer"
)

// Fields of type file name blobs. A blob is kept as long as a record or a delivery names it. Deleting a record
// leaves its blobs to the next sweep.

// Blobs knows which blobs the tables name. Its methods may be called concurrently; those with a Tx belong to the
// writer's goroutine.
type Blobs struct {
	Files store.BlobFiles // nil: no blobs are kept
	Pool  *reader.Pool
}

// Named reports whether a delivery or a record names a blob.
func (b *Blobs) Named(sha256 string) (found bool, err error) {
	raw, err := hex.DecodeString(sha256)
	if err != nil {
		return false, nil //nolint:nilerr // what is no hash is named by nobody
	}
	err = b.Pool.Read(context.Background(), "sqlite.Named", func(r *reader.Reader) error {
		return r.Query(sqlNamed, func(*conn.Stmt) { found = true }, raw)
	})
	return found, err
}

// Reference stores which blobs a new record names. A blob that does not exist is a violation.
func (b *Blobs) Reference(tx *writer.Tx, t *Table, id int64, cells []collection.Cell) (*collection.Violation, error) {
	for i := range t.Fields {
		f := &t.Fields[i]
		missing, err := b.ReferenceCell(tx, t.Name, id, f, cells[i])
		if err != nil {
			return nil, err
		}
		if missing != "" {
			return &collection.Violation{Code: collection.CodeFormat, Field: f.Name,
				Message: f.Name + " names a file that is not kept here: its sha256 is " + missing}, nil
		}
	}
	return nil, nil
}

// ReferenceCell stores which blobs a cell names. missing is the hash of a blob that does not exist, or "".
func (b *Blobs) ReferenceCell(tx *writer.Tx, table string, id int64, f *collection.Field, cell collection.Cell) (missing string, err error) {
	for _, sum := range f.Hashes(cell) {
		raw, err := hex.DecodeString(sum)
		if err != nil {
			return "", err
		}
		kept, err := b.exists(tx, sum, raw)
		if err != nil {
			return "", err
		}
		if !kept {
			return sum, nil
		}
		if err := tx.Exec(`INSERT OR IGNORE INTO record_blobs (sha256, collection, record) VALUES (?1, ?2, ?3)`, raw, table, id); err != nil {
			return "", err
		}
	}
	return "", nil
}

// exists reports whether a blob exists: it is already named, or a file was just stored.
func (b *Blobs) exists(tx *writer.Tx, sum string, raw []byte) (kept bool, err error) {
	if err := tx.Query(sqlNamed, func(*conn.Stmt) { kept = true }, raw); kept || err != nil {
		return kept, err
	}
	if b.Files == nil {
		return false, nil
	}
	f, _, err := b.Files.Open(sum)
	if err != nil {
		return false, nil //nolint:nilerr // whatever the reason, nobody could read the file
	}
	return true, f.Close()
}

// sqlNamed returns a row if a delivery or a record names a blob.
const sqlNamed = `SELECT 1 FROM delivery_blobs WHERE sha256 = ?1 UNION ALL SELECT 1 FROM record_blobs WHERE sha256 = ?1 LIMIT 1`

// Update is Reference for a record that was updated.
func (b *Blobs) Update(tx *writer.Tx, t *Table, old, row collection.Row) (*collection.Violation, error) {
	same := true
	for i, f := range t.Fields {
		same = same && (f.Type != collection.File || old.Cells[i] == row.Cells[i])
	}
	if same {
		return nil, nil
	}
	if err := tx.Exec(`DELETE FROM record_blobs WHERE collection = ?1 AND record = ?2`, t.Name, row.ID); err != nil {
		return nil, err
	}
	return b.Reference(tx, t, row.ID, row.Cells)
}
