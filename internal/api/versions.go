package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/document/compare"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// Releases publishes workflows and knows their versions.
type Releases interface {
	// PublishDraft publishes the draft whose stored version is draft. It returns fault.Conflict, saying by whom, if the
	// draft is another or if a version was published since it was begun; fault.Invalid with all problems.
	PublishDraft(key string, draft int64, note, by string) error
	// Rollback publishes the document of a version again. current is the version that is published, as the caller knows.
	Rollback(ctx context.Context, key string, number, current int64, note, by string) error
	// Rename gives a workflow another title.
	Rename(key, title, by string) error
	// Delete deletes a workflow; its history stays.
	Delete(key string) error
	Versions
}

// Versions reads what was published.
type Versions interface {
	// Versions returns versions without their documents, newest first, with numbers below before; 0: all.
	Versions(ctx context.Context, key string, before int64, limit int) ([]store.Version, error)
	// Version returns one version, or fault.NotFound.
	Version(ctx context.Context, key string, number int64) (store.Version, error)
}

// Version is one publication of a workflow, as the API shows it.
type Version struct {
	Number      int64     `json:"number"`
	Revision    string    `json:"revision" doc:"names the document; executions refer to it"`
	Current     bool      `json:"current"`
	PublishedAt time.Time `json:"publishedAt,omitzero"`
	PublishedBy string    `json:"publishedBy,omitempty"`
	Note        string    `json:"note,omitempty"`
	Origin      string    `json:"origin,omitempty" doc:"the file that it came from; apply: applied over the API"`
	Executions  int64     `json:"executions" doc:"how many began with this document, also those that are deleted; versions with the same document share them. The query version:NUMBER finds them"`
	Document    JSON      `json:"document,omitzero" doc:"with secrets masked"`
}

// Difference is how two documents of a workflow differ.
type Difference struct {
	From    string               `json:"from"`
	To      string               `json:"to"`
	Changes []DocumentDifference `json:"changes"`
	Text    string               `json:"text" doc:"the difference of the documents as YAML, in the format of diff -u; empty if they are equal"`
}

// DocumentDifference is one difference.
type DocumentDifference struct {
	Kind   string `json:"kind" enum:"added,removed,moved,changed"`
	Node   string `json:"node,omitempty" doc:"key; absent: the workflow itself"`
	Path   string `json:"path,omitempty" doc:"JSON pointer in the node or the workflow"`
	Before JSON   `json:"before,omitzero"`
	After  JSON   `json:"after,omitzero"`
}

type numbered struct {
	Key    string `path:"key" maxLength:"64"`
	Number int64  `path:"number" minimum:"1"`
}

func (r routes) versions() {
	handle(r, route{method: "GET", path: "/api/workflows/{key}/versions", id: "list-versions", summary: "The versions of a workflow, newest first, also of a deleted one", needs: account.ReadWorkflows},
		func(ctx context.Context, in *struct {
			Key    string `path:"key" maxLength:"64"`
			Before int64  `query:"before" minimum:"0" doc:"only versions with a smaller number"`
			Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"maximum number of results"`
		}) (*list[Version], error) {
			return r.listVersions(ctx, in.Key, in.Before, in.Limit)
		})
	handle(r, route{method: "GET", path: "/api/workflows/{key}/versions/{number}", id: "get-version", summary: "One version of a workflow, with its document", needs: account.ReadWorkflows},
		func(ctx context.Context, in *numbered) (*one[Version], error) {
			if err := seen(ctx, in.Key); err != nil {
				return nil, err
			}
			v, err := r.Releases.Version(ctx, in.Key, in.Number)
			if err != nil {
				return nil, err
			}
			counts, err := r.Statistics.OnRevisions(ctx, in.Key, v.Revision)
			if err != nil {
				return nil, err
			}
			out := versionOf(v, r.current(in.Key), counts)
			out.Document = JSON{maskAuth(v.Document, r.Presets)}
			return &one[Version]{out}, nil
		})
	handle(r, route{method: "GET", path: "/api/workflows/{key}/diff", id: "diff-versions", summary: "How two versions of a workflow differ, or its draft and a version", needs: account.ReadWorkflows},
		func(ctx context.Context, in *struct {
			Key  string `path:"key" maxLength:"64"`
			From string `query:"from" maxLength:"20" default:"published" doc:"the number of a version, published, or draft"`
			To   string `query:"to" maxLength:"20" default:"draft" doc:"the number of a version, published, or draft"`
		}) (*one[Difference], error) {
			return r.diff(ctx, in.Key, in.From, in.To)
		})
	respond(r, account.PublishWorkflows, huma.Operation{
		OperationID: "publish-draft", Method: "POST", Path: "/api/workflows/{key}/publish",
		Responses:   response("200", "the published workflow", r.jsonOf(Workflow{})),
		RequestBody: &huma.RequestBody{Content: r.jsonOf(PublishInput{})},
		Summary:     "Publish the draft as the next version. 409 says who published in the meantime",
	}, r.publishDraft)
	respond(r, account.PublishWorkflows, huma.Operation{
		OperationID: "roll-back", Method: "POST", Path: "/api/workflows/{key}/rollback",
		Responses:   response("200", "the published workflow", r.jsonOf(Workflow{})),
		RequestBody: &huma.RequestBody{Required: true, Content: r.jsonOf(RollbackInput{})},
		Summary:     "Publish the document of an earlier version again, as the next version",
	}, r.rollBack)
}

func (r routes) listVersions(ctx context.Context, key string, before int64, limit int) (*list[Version], error) {
	if err := seen(ctx, key); err != nil {
		return nil, err
	}
	all, err := r.Releases.Versions(ctx, key, before, limit)
	if err != nil {
		return nil, err
	}
	current := r.current(key)
	if current == 0 && len(all) == 0 && before == 0 {
		if _, err := r.Drafts.Draft(ctx, key); err != nil {
			return nil, err
		}
	}
	revisions := make([]string, len(all))
	for i, v := range all {
		revisions[i] = v.Revision
	}
	counts, err := r.Statistics.OnRevisions(ctx, key, revisions...)
	if err != nil {
		return nil, err
	}
	page := Page[Version]{Items: make([]Version, len(all))}
	for i, v := range all {
		page.Items[i] = versionOf(v, current, counts)
	}
	if len(all) == limit {
		page.Next = strconv.FormatInt(all[len(all)-1].Number, 10)
	}
	return &list[Version]{page}, nil
}

// current returns the number of the version that is published; 0: none.
func (r routes) current(key string) int64 {
	p, err := r.Workflows.Workflow(key)
	if err != nil {
		return 0
	}
	return p.Version
}

func versionOf(v store.Version, current int64, counts map[string]int64) Version {
	return Version{
		Executions: counts[v.Revision],
		Number:     v.Number, Revision: v.Revision, Current: v.Number == current,
		PublishedAt: v.PublishedAt, PublishedBy: v.PublishedBy, Note: v.Note, Origin: v.Origin,
	}
}

// named returns the document that a name of diff stands for.
func (r routes) named(ctx context.Context, field, key, name string) (value.Value, error) {
	switch name {
	case "draft":
		d, err := r.Drafts.Draft(ctx, key)
		return d.Document, err
	case "published":
		p, err := r.Workflows.Workflow(key)
		if fault.Is(err, fault.NotFound) {
			if _, err := r.Drafts.Draft(ctx, key); err == nil {
				return value.Trusted("{}"), nil // it was never published
			}
		}
		return p.Document, err
	}
	number, err := strconv.ParseInt(name, 10, 64)
	if err != nil || number < 1 {
		return value.Value{}, fault.Field("api.named", field, "must be the number of a version, published or draft")
	}
	v, err := r.Releases.Version(ctx, key, number)
	return v.Document, err
}

func (r routes) diff(ctx context.Context, key, from, to string) (*one[Difference], error) {
	if err := seen(ctx, key); err != nil {
		return nil, err
	}
	before, err := r.named(ctx, "from", key, from)
	if err != nil {
		return nil, err
	}
	after, err := r.named(ctx, "to", key, to)
	if err != nil {
		return nil, err
	}
	out, err := r.difference(from, before, to, after)
	return &one[Difference]{out}, err
}

// difference compares two documents with their secrets masked. A secret that changed cannot be seen.
func (r routes) difference(from string, before value.Value, to string, after value.Value) (Difference, error) {
	before, after = maskAuth(before, r.Presets), maskAuth(after, r.Presets)
	out := Difference{From: from, To: to, Changes: []DocumentDifference{}}
	for _, c := range compare.Documents(before, after) {
		out.Changes = append(out.Changes, DocumentDifference{Kind: c.Kind, Node: c.Node, Path: c.Path, Before: JSON{c.Before}, After: JSON{c.After}})
	}
	var err error
	out.Text, err = yamlDifference(from, before, to, after)
	return out, err
}

// yamlDifference compares two documents as YAML. A missing one is an empty text.
func yamlDifference(from string, before value.Value, to string, after value.Value) (string, error) {
	var texts [2]string
	for i, doc := range []value.Value{before, after} {
		if doc.IsMissing() {
			continue
		}
		text, err := document.YAML(doc)
		if err != nil {
			return "", err
		}
		texts[i] = string(text)
	}
	return compare.Lines(from, texts[0], to, texts[1]), nil
}

// PublishInput is the body of publish.
type PublishInput struct {
	Note string `json:"note,omitempty" maxLength:"2000" max:"2000" doc:"what changed and why"`
}

// RollbackInput is the body of rollback.
type RollbackInput struct {
	Version int64  `json:"version" required:"true" minimum:"1" doc:"the number of the version to publish again"`
	Current int64  `json:"current" required:"true" minimum:"1" doc:"the number of the version that is published now; another one is refused"`
	Note    string `json:"note,omitempty" maxLength:"2000" max:"2000" doc:"absent: says which version it goes back to"`
}

func (r routes) publishDraft(w http.ResponseWriter, req *http.Request, in *draftAt) error {
	d, have, err := r.begin(req.Context(), in)
	if err != nil {
		return err
	}
	var body PublishInput
	if req.ContentLength != 0 {
		if err := decodeBody(w, req, &body); err != nil {
			return err
		}
	}
	if have == 0 {
		return fault.New("api.publish", fault.Conflict, "there is no draft to publish: what is published is the newest")
	}
	if err := r.Releases.PublishDraft(in.Key, have, body.Note, who(req.Context())); err != nil {
		return r.changedElsewhere(req.Context(), d, err)
	}
	return r.answerWorkflow(w, in.Key)
}

func (r routes) rollBack(w http.ResponseWriter, req *http.Request, in *keyed) error {
	if err := seen(req.Context(), in.Key); err != nil {
		return err
	}
	var body RollbackInput
	if err := decodeBody(w, req, &body); err != nil {
		return err
	}
	if err := r.Releases.Rollback(req.Context(), in.Key, body.Version, body.Current, body.Note, who(req.Context())); err != nil {
		return err
	}
	return r.answerWorkflow(w, in.Key)
}

// answerWorkflow responds with a workflow.
func (r routes) answerWorkflow(w http.ResponseWriter, key string) error {
	p, err := r.Workflows.Workflow(key)
	if err != nil {
		return err
	}
	return writeAny(w, http.StatusOK, r.workflow(p))
}
