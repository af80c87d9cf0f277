package api

import (
	"cmp"
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// workflowQuery selects and orders workflows. The table of workflows is in memory, so no page costs a scan of the store.
type workflowQuery struct {
	Search string `query:"search" maxLength:"200" doc:"a part of the key, title, path, source or preset"`
	State  string `query:"state" enum:"enabled,disabled,draft,open,broken,edited,conflict" doc:"draft: with a draft; open: anyone may call; edited: here, since its file was loaded; conflict: its file changed, too"`
	Sort   string `query:"sort" enum:"key,title,updatedAt,-updatedAt" default:"key"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next of the page before, with the same search, state and sort"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"500" doc:"maximum number of results"`
}

func (r routes) listWorkflows(ctx context.Context, in *workflowQuery) (*list[Workflow], error) {
	all, err := r.rows(ctx)
	if err != nil {
		return nil, err
	}
	after, err := readCursor(in.Cursor)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(w Workflow) bool {
		return !caller(ctx).Sees(w.Key) || !hasState(w, in.State) || !found(w, strings.ToLower(in.Search))
	})
	order := func(a, b place) int { return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.key, b.key)) }
	if strings.HasPrefix(in.Sort, "-") {
		order = func(a, b place) int { return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.key, b.key)) }
	}
	at := func(w Workflow) place { return placeOf(w, strings.TrimPrefix(in.Sort, "-")) }
	slices.SortFunc(all, func(a, b Workflow) int { return order(at(a), at(b)) })
	page := Page[Workflow]{Items: []Workflow{}}
	for _, w := range all {
		switch {
		case in.Cursor != "" && order(at(w), after) <= 0:
		case len(page.Items) == in.Limit:
			page.Next = at(page.Items[in.Limit-1]).cursor()
			return &list[Workflow]{page}, nil
		default:
			page.Items = append(page.Items, w)
		}
	}
	return &list[Workflow]{page}, nil
}

// rows returns all workflows, the published ones and those that have only a draft.
func (r routes) rows(ctx context.Context) ([]Workflow, error) {
	published, err := r.Workflows.Workflows()
	if err != nil {
		return nil, err
	}
	stored, err := r.Drafts.Drafts(ctx)
	if err != nil {
		return nil, err
	}
	drafts := make(map[string]store.Draft, len(stored))
	for _, d := range stored {
		drafts[d.Workflow] = d
	}
	all := make([]Workflow, 0, len(published))
	for _, p := range published {
		w := r.workflow(p)
		if d, ok := drafts[p.Key]; ok {
			w.Draft = draftInfo(d, p.Version)
			delete(drafts, p.Key)
		}
		all = append(all, w)
	}
	for key := range drafts { // few: they were never published
		d, err := r.Drafts.Draft(ctx, key)
		if fault.Is(err, fault.NotFound) {
			continue // deleted in between
		}
		if err != nil {
			return nil, err
		}
		all = append(all, r.unpublished(d))
	}
	return all, nil
}

func hasState(w Workflow, state string) bool {
	switch state {
	case "enabled":
		return w.Enabled
	case "disabled":
		return !w.Enabled
	case "draft":
		return w.Draft != nil
	case "open":
		return w.Open
	case "broken":
		return w.Broken != ""
	case "edited":
		return w.Edited
	case "conflict":
		return w.Conflict != ""
	default:
		return true
	}
}

func found(w Workflow, search string) bool {
	for _, text := range append([]string{w.Key, w.Title, w.Path, w.Source}, w.Presets...) {
		if strings.Contains(strings.ToLower(text), search) {
			return true
		}
	}
	return false
}

// place is where a workflow is in an order.
type place struct{ value, key string }

func placeOf(w Workflow, sort string) place {
	switch sort {
	case "title":
		return place{strings.ToLower(w.Title), w.Key}
	case "updatedAt":
		return place{w.UpdatedAt.UTC().Format(time.RFC3339Nano), w.Key}
	default:
		return place{w.Key, w.Key}
	}
}

// cursor returns a place as an opaque text.
func (p place) cursor() string {
	return base64.RawURLEncoding.EncodeToString([]byte(p.value + "\x00" + p.key))
}

func readCursor(text string) (place, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	value, key, ok := strings.Cut(string(raw), "\x00")
	if text != "" && (err != nil || !ok) {
		return place{}, fault.Field("api.readCursor", "cursor", "is not from a page of this list; leave it out for the first page")
	}
	return place{value, key}, nil
}
