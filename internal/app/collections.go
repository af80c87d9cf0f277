package app

import (
	"context"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// collections lets the API change the definitions of collections. The catalog first refuses changes that would
// break a workflow.
type collections struct{ app *App }

// Collections returns every collection.
func (c collections) Collections(ctx context.Context) ([]collection.Collection, error) {
	return c.app.store.Collections(ctx)
}

// Plan returns the changes that turn the stored collections into the wanted ones, and why a workflow forbids them,
// or "".
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

// Apply turns the stored collections into the wanted ones. lose permits changes that delete data.
func (c collections) Apply(wanted []collection.Collection, lose bool) (done []collection.Change, err error) {
	err = c.app.catalog.Alter(wanted, nil, func() error {
		done, err = c.app.store.Redefine(store.Redefinition{Wanted: wanted, Lose: lose})
		return err
	})
	return done, err
}

// Drop deletes a collection and its records.
func (c collections) Drop(name string, lose bool) error {
	return c.app.catalog.Alter(nil, []string{name}, func() error {
		_, err := c.app.store.Redefine(store.Redefinition{Drop: []string{name}, Lose: lose})
		return err
	})
}
