package api

import (
	"cmp"
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// workflowQuery selects and orders workflows. The table of workflows is in memory, so no page costs a scan of the store.
type workflowQuery struct {
	Search string `query:"search" maxLength:"200" doc:"a part of the key, title, path, source or preset"`
	State  string `query:"state" enum:"enabled,disabled,draft,open,broken,edited,conflict" doc:"draft: with a draft; open: anyone may call; edited: here, since its file was loaded; conflict: its file changed, too"`
	Sort   string `query:"sort" enum:"key,title,updatedAt,-updatedAt,lastCall,-lastCall" default:"key" doc:"lastCall: accepted, filtered or refused; a workflow that was never called is the oldest"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next of the page before, with the same search, state and sort"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"500" doc:"maximum number of results"`
}

func (r routes) listWorkflows(ctx context.Context, in *workflowQuery) (*list[Workflow], error) {
	all, err := r.rows(ctx)
	if err != nil {
		return nil, err
	}
	after, err := readCursor(in.Cursor, in.Sort)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(w Workflow) bool {
		return !caller(ctx).Sees(w.Key) || !hasState(w, in.State) || !found(w, strings.ToLower(in.Search))
	})
	by := strings.TrimPrefix(in.Sort, "-")
	if by == "lastCall" {
		if err := r.addTraffic(ctx, all); err != nil {
			return nil, err
		}
	}
	order := func(a, b place) int { return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.key, b.key)) }
	if strings.HasPrefix(in.Sort, "-") {
		order = func(a, b place) int { return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.key, b.key)) }
	}
	at := func(w Workflow) place { return placeOf(w, by) }
	slices.SortFunc(all, func(a, b Workflow) int { return order(at(a), at(b)) })
	page := Page[Workflow]{Items: []Workflow{}}
	for _, w := range all {
		switch {
		case in.Cursor != "" && order(at(w), after) <= 0:
		case len(page.Items) == in.Limit:
			page.Next = at(page.Items[in.Limit-1]).cursor(in.Sort)
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
	case "lastCall":
		return place{w.Traffic.LastCall().UTC().Format("2006-01-02T15:04:05.000000"), w.Key}
	default:
		return place{w.Key, w.Key}
	}
}

// cursor returns a place in an order as an opaque text.
func (p place) cursor(sort string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(sort + "\x00" + p.value + "\x00" + p.key))
}

// readCursor reads what cursor has written for the same order.
func readCursor(text, sort string) (place, error) {
	const op = "api.readCursor"
	if text == "" {
		return place{}, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	parts := strings.Split(string(raw), "\x00")
	switch {
	case err != nil || len(parts) != 3 || !utf8.Valid(raw):
		return place{}, fault.Field(op, "cursor", "is not from a page of this list; leave it out for the first page")
	case parts[0] != sort:
		return place{}, fault.Field(op, "cursor", "belongs to another order: begin at the first page when sort changes")
	}
	return place{parts[1], parts[2]}, nil
}
