package app

import (
	"context"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/catalog"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// documents adapts the catalog to the part of the API that exports, applies and reloads documents.
type documents struct{ app *App }

// Export returns documents as published.
func (d documents) Export(ctx context.Context, keys []string, all bool) ([]value.Value, error) {
	return d.app.catalog.Export(ctx, keys, all)
}

// Apply publishes documents that came over the API.
func (d documents) Apply(a api.Application) (api.Applied, error) {
	const op = "app.Apply"
	change := func(doc value.Value) value.Value {
		key, _ := doc.Get("workflow").Str()
		return a.Change(key, doc)
	}
	var files []document.File
	var problems []document.Problem
	for _, f := range a.Files {
		file, found := document.ParseWith(f.Name, []byte(f.Text), change)
		files, problems = append(files, file), append(problems, found...)
		for _, wf := range file.Workflows {
			if wf.Generated { // applying it again would make another workflow
				problems = append(problems, wf.Source.Place([]document.Problem{{Path: "workflow", Message: "is required in documents that are applied"}})...)
			}
		}
	}
	bundle, found := document.Assemble(files, d.app.known)
	if problems = append(problems, found...); len(problems) > 0 {
		return api.Applied{}, &fault.Error{Op: op, Kind: fault.Invalid, Message: document.Text(problems)}
	}
	r, err := d.app.catalog.Publish(catalog.Batch{
		Workflows: bundle.Workflows, Collections: bundle.Collections, Channels: bundle.Channels,
		Applied: true, By: a.By, Take: sides(a.Choice), Prune: a.Prune, Dry: a.Dry,
	})
	out := api.Applied{Unchanged: r.Unchanged, Kept: r.Kept, Removed: r.Removed, Disabled: r.Disabled, Channels: api.ReloadedChannels(r.Channels)}
	for _, c := range r.Changes {
		out.Changes = append(out.Changes, api.DocumentChange(c))
	}
	for _, c := range r.Collections {
		out.Collections = append(out.Collections, c.Text)
	}
	return out, err
}

// Reload reads the documents of the directory again.
func (d documents) Reload(c api.Choice) (api.Reloaded, error) {
	r, err := d.app.reload(catalog.Batch{Take: sides(c)})
	return api.Reloaded{
		Published: r.Published, Unchanged: r.Unchanged, Removed: r.Removed, Disabled: r.Disabled, Kept: r.Kept,
		Channels: api.ReloadedChannels(r.Channels),
	}, err
}

func sides(c api.Choice) func(string) catalog.Side {
	return func(key string) catalog.Side { return catalog.Side(c.Side(key)) }
}
