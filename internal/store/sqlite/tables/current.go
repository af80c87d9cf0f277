package tables

import (
	"runtime"
	"sync/atomic"

	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

// Current holds the newest Catalog. Any goroutine may read it; only the writer's goroutine replaces it, after the
// commit of the change. Load must have been called.
type Current struct{ newest atomic.Pointer[Catalog] }

// Newest returns the newest catalog.
func (c *Current) Newest() *Catalog { return c.newest.Load() }

// Publish replaces the newest catalog.
func (c *Current) Publish(next *Catalog) { c.newest.Store(next) }

// maxRenewals is how often a reader tries to match the catalog with its snapshot.
const maxRenewals = 1000

// Of returns the catalog that belongs to the snapshot that the reader sees. It must be the first use of the reader.
func (c *Current) Of(r *reader.Reader) (*Catalog, error) {
	for range maxRenewals {
		var schema int64
		if err := r.Query(`PRAGMA schema_version`, func(s *conn.Stmt) { schema = s.ColumnInt(0) }); err != nil {
			return nil, err
		}
		if cat := c.Newest(); cat.schema == schema {
			return cat, nil
		}
		// Either a schema change has committed but its catalog is not published yet, or the snapshot is older than
		// the catalog. Start a new snapshot and compare again.
		runtime.Gosched()
		if err := r.Renew(); err != nil {
			return nil, err
		}
	}
	return c.Newest(), nil // another process changed the schema; the tables still exist
}
