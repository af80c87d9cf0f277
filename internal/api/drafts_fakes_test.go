package api

import (
	"context"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// fakeDrafts has at most one draft, of github-push. The scenarios of package app test what really happens.
type fakeDrafts struct{ stored *store.Draft }

func (f *fakeDrafts) Drafts(context.Context) ([]store.Draft, error) {
	if f.stored == nil {
		return nil, nil
	}
	return []store.Draft{{Workflow: f.stored.Workflow, Version: f.stored.Version}}, nil
}

func (f *fakeDrafts) Draft(_ context.Context, key string) (store.Draft, error) {
	switch {
	case key != "github-push":
		return store.Draft{}, fault.New("test", fault.NotFound, "there is no workflow %q", key)
	case f.stored != nil:
		return *f.stored, nil
	default:
		return store.Draft{Workflow: key, Base: 3, Document: push().Document, ChangedAt: noon}, nil
	}
}

func (f *fakeDrafts) CreateDraft(key string, doc value.Value, by string) (store.Draft, error) {
	return store.Draft{Workflow: key, Version: 8, Document: doc, ChangedBy: by}, nil
}

func (f *fakeDrafts) PutDraft(d store.Draft, have int64) (store.Draft, error) {
	d.Version = have + 1
	f.stored = &d
	return d, nil
}

func (f *fakeDrafts) DropDraft(string, int64) error { return nil }

func (f *fakeDrafts) Duplicate(_ context.Context, _, newKey, _, by string) (store.Draft, error) {
	return f.CreateDraft(newKey, push().Document, by)
}

func (f *fakeDrafts) Validate(string, value.Value) ([]document.Problem, error) {
	return []document.Problem{{Path: "nodes", Message: "is required"}}, nil
}

type fakeReleases struct{ *fixture }

func (f fakeReleases) PublishDraft(key string, draft int64, note, by string) error { return nil }

func (f fakeReleases) Rollback(_ context.Context, key string, number, current int64, note, by string) error {
	f.note("rollback " + key + " " + by)
	return nil
}

func (f fakeReleases) Rename(key, title, by string) error {
	f.note("rename " + key + " " + title)
	return nil
}

func (f fakeReleases) Delete(key string) error {
	f.note("delete " + key)
	return nil
}

func (f fakeReleases) Versions(context.Context, string, int64, int) ([]store.Version, error) {
	return []store.Version{{Workflow: "github-push", Number: 3, Revision: "abc", PublishedAt: noon}}, nil
}

func (f fakeReleases) Version(_ context.Context, _ string, number int64) (store.Version, error) {
	return store.Version{Workflow: "github-push", Number: number, Document: push().Document}, nil
}

func (h *fixture) Export(context.Context, []string, bool) ([]value.Value, error) {
	return []value.Value{push().Document}, nil
}

func (h *fixture) Apply(a Application) (Applied, error) {
	h.note("apply " + a.Files[0].Name)
	return Applied{Changes: []DocumentChange{{Key: "github-push", After: push().Document}}}, nil
}
