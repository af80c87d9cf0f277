package app

import (
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// collections lets the API change what records are stored in. The catalog of workflows is asked first.
type collections struct{ app *App }

// Collections returns every collection.
func (c collections) Collections() ([]collection.Collection, error) { return c.app.store.Collections() }

// Plan lists what it takes to make the stored collections the wanted ones.
func (c collections) Plan(wanted []collection.Collection) (changes []collection.Change, refused string, err error) {
	changes, err = c.app.store.Redefine(store.Redefinition{Wanted: wanted, Lose: true, Dry: true})
	if err != nil {
		return nil, "", err
	}
	inUse := c.app.catalog.MayAlter(wanted, nil)
	if fault.Is(inUse, fault.Conflict) {
		return changes, fault.Message(inUse), nil
	}
	return changes, "", inUse
}

// Apply makes the stored collections the wanted ones.
func (c collections) Apply(wanted []collection.Collection, lose bool) (done []collection.Change, err error) {
	err = c.app.catalog.Alter(wanted, nil, func() error {
		done, err = c.app.store.Redefine(store.Redefinition{Wanted: wanted, Lose: lose})
		return err
	})
	return done, err
}

// Drop removes a collection with its records.
func (c collections) Drop(name string, lose bool) error {
	return c.app.catalog.Alter(nil, []string{name}, func() error {
		_, err := c.app.store.Redefine(store.Redefinition{Drop: []string{name}, Lose: lose})
		return err
	})
}
