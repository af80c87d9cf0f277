package bulk

import (
	"testing"

	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/sqlite/plantest"
)

func TestListsGoByAnIndex(t *testing.T) {
	c := plantest.New(t)
	for _, l := range []store.BulkListing{{Limit: 10}, {Limit: 10, Before: 100}, {Limit: 10, State: store.BulkRunning}, {Limit: 10, State: store.BulkPlanned, Before: 7}} {
		sql, args := listSQL(l)
		c.Check("a list", sql, args...)
	}
}
