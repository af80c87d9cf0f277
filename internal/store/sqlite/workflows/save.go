package workflows

import (
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/writer"
	"hookline.dev/hookline/internal/value"
)

const sqlSaveRevision = `INSERT INTO revisions (workflow, hash, document) VALUES (?1, ?2, ?3)
ON CONFLICT (workflow, hash) DO NOTHING`

// SaveRevision stores a revision without publishing it.
func (w *Revisions) SaveRevision(workflow, revision string, document value.Value) error {
	if workflow == "" || revision == "" || document.IsMissing() {
		return fault.New("sqlite.SaveRevision", fault.Invalid, "a revision needs a workflow, a hash and a document")
	}
	return w.Writer.Run(func(tx *writer.Tx) error { return tx.Exec(sqlSaveRevision, workflow, revision, document) })
}
