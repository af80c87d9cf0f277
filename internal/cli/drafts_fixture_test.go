package cli

import (
	"context"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// fixtureDrafts has no stored drafts. The stories in testdata/server are about drafts.
type fixtureDrafts struct {
	noDrafts
	fixture
}

type noDrafts interface{ api.Drafts }

func (fixtureDrafts) Drafts(context.Context) ([]store.Draft, error) { return nil, nil }

func (f fixtureDrafts) Draft(_ context.Context, key string) (store.Draft, error) {
	w, err := f.Workflow(key)
	return store.Draft{Workflow: key, Document: w.Document, ChangedAt: noon}, err
}

func (fixtureDrafts) Validate(string, value.Value) ([]document.Problem, error) { return nil, nil }

// fixtureDocuments reloads what never changes.
type fixtureDocuments struct{ api.Documents }

func (fixtureDocuments) Reload(api.Choice) (api.Reloaded, error) {
	return api.Reloaded{
		Published: []string{"github-push"}, Unchanged: []string{"hello"},
		Channels: api.ReloadedChannels{Published: []string{"ops"}, Removed: []string{"dev"}},
	}, nil
}
