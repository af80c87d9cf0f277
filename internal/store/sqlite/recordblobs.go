package sqlite

import (
	"encoding/hex"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

// Fields of type file name blobs. A blob is kept as long as a record or a delivery names it. Deleting a record
// leaves its blobs to the next sweep.

// referenceBlobs stores which blobs a new record names. A blob that does not exist is a violation.
func (w *writer) referenceBlobs(t *table, id int64, cells []collection.Cell) (*collection.Violation, error) {
	for i := range t.Fields {
		f := &t.Fields[i]
		missing, err := w.referenceBlobsOf(t.Name, id, f, cells[i])
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

// referenceBlobsOf stores which blobs a cell names. missing is the hash of a blob that does not exist, or "".
func (w *writer) referenceBlobsOf(table string, id int64, f *collection.Field, cell collection.Cell) (missing string, err error) {
	for _, sum := range f.Hashes(cell) {
		raw, err := hex.DecodeString(sum)
		if err != nil {
			return "", err
		}
		kept, err := w.blobExists(sum, raw)
		if err != nil {
			return "", err
		}
		if !kept {
			return sum, nil
		}
		if err := w.exec(`INSERT OR IGNORE INTO record_blobs (sha256, collection, record) VALUES (?1, ?2, ?3)`, raw, table, id); err != nil {
			return "", err
		}
	}
	return "", nil
}

// blobExists reports whether a blob exists: it is already named, or a file was just stored.
func (w *writer) blobExists(sum string, raw []byte) (kept bool, err error) {
	if err := w.query(sqlNamed, func(*conn.Stmt) { kept = true }, raw); kept || err != nil {
		return kept, err
	}
	if w.store.opts.Blobs == nil {
		return false, nil
	}
	f, _, err := w.store.opts.Blobs.Open(sum)
	if err != nil {
		return false, nil //nolint:nilerr // whatever the reason, nobody could read the file
	}
	return true, f.Close()
}

// sqlNamed returns a row if a delivery or a record names a blob.
const sqlNamed = `SELECT 1 FROM delivery_blobs WHERE sha256 = ?1 UNION ALL SELECT 1 FROM record_blobs WHERE sha256 = ?1 LIMIT 1`

// updateBlobReferences is referenceBlobs for a record that was updated.
func (w *writer) updateBlobReferences(t *table, old, row collection.Row) (*collection.Violation, error) {
	same := true
	for i, f := range t.Fields {
		same = same && (f.Type != collection.File || old.Cells[i] == row.Cells[i])
	}
	if same {
		return nil, nil
	}
	if err := w.exec(`DELETE FROM record_blobs WHERE collection = ?1 AND record = ?2`, t.Name, row.ID); err != nil {
		return nil, err
	}
	return w.referenceBlobs(t, row.ID, row.Cells)
}
