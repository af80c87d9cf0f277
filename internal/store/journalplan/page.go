package journalplan

import (
	"math"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// CheckPage returns an error of kind fault.Invalid if limit is not in 1 to store.MaxPage.
func CheckPage(op string, limit int) error {
	if limit < 1 || limit > store.MaxPage {
		return fault.Field(op, "limit", "a page has 1 to %d entries, not %d", store.MaxPage, limit)
	}
	return nil
}

// Before returns the exclusive upper bound of the ids of a page. 0 means from the newest.
func Before(id ident.ID) ident.ID {
	if id == 0 {
		return math.MaxInt64
	}
	return id
}
