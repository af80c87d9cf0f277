package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/document/edit"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// NewWorkflow is the body of a POST of a workflow.
type NewWorkflow struct {
	Key      string `json:"key,omitempty" maxLength:"64" doc:"absent: a random one. It is the workflow's URL"`
	Title    string `json:"title,omitempty" maxLength:"200"`
	Document JSON   `json:"document,omitzero" doc:"absent: a webhook without nodes"`
	YAML     string `json:"yaml,omitempty" doc:"the document as YAML, instead of document"`
}

// Copy is the body of duplicate.
type Copy struct {
	Key   string `json:"key,omitempty" maxLength:"64" max:"64" doc:"absent: a random one"`
	Title string `json:"title,omitempty" maxLength:"200" max:"200" doc:"absent: the title with (copy) behind it"`
}

// Titled is the body of rename.
type Titled struct {
	Title string `json:"title" required:"true" maxLength:"200" max:"200"`
}

// newWorkflows registers what makes and renames workflows.
func (r routes) newWorkflows() {
	draft := response("201", "the draft", r.jsonOf(Draft{}))
	respond(r, account.EditWorkflows, huma.Operation{
		OperationID: "create-workflow", Method: "POST", Path: "/api/workflows", Responses: draft,
		RequestBody: &huma.RequestBody{Required: true, Content: r.jsonOf(NewWorkflow{})},
		Summary:     "Create a workflow. It has only a draft until that is published",
	}, r.createWorkflow)
	respond(r, account.EditWorkflows, huma.Operation{
		OperationID: "duplicate-workflow", Method: "POST", Path: "/api/workflows/{key}/duplicate", Responses: draft,
		RequestBody: &huma.RequestBody{Content: r.jsonOf(Copy{})},
		Summary:     "Create a workflow whose draft is a copy of this one's draft, or of what is published",
	}, r.duplicateWorkflow)
	respond(r, account.PublishWorkflows, huma.Operation{
		OperationID: "rename-workflow", Method: "POST", Path: "/api/workflows/{key}/rename",
		Responses:   response("200", "the workflow", r.jsonOf(Workflow{})),
		RequestBody: &huma.RequestBody{Required: true, Content: r.jsonOf(Titled{})},
		Summary:     "Give a workflow another title, as its next version. The key, which is its URL, never changes",
	}, r.renameWorkflow)
}

// emptyWorkflow is the document of a workflow that is created without one.
const emptyWorkflow = `{"trigger":{"type":"webhook"},"nodes":[]}`

func (r routes) createWorkflow(w http.ResponseWriter, req *http.Request, _ *struct{}) error {
	var body struct {
		input
		Key   string `json:"key"`
		Title string `json:"title" max:"200"`
	}
	if err := decodeBody(w, req, &body); err != nil {
		return err
	}
	if body.Document.IsMissing() && body.YAML == "" {
		body.Document = value.Trusted(emptyWorkflow)
	}
	doc, err := body.document()
	if err == nil {
		doc, err = edit.Canonical(doc)
	}
	if err != nil {
		return err
	}
	if key, ok := doc.Get("workflow").Str(); ok && body.Key == "" {
		body.Key = key
	}
	if doc.Kind() == value.KindObject && body.Title != "" {
		doc = document.WithTitle(doc, body.Title)
	}
	if body.Key != "" || caller(req.Context()).Bound() {
		if err := seen(req.Context(), body.Key); err != nil {
			return err
		}
	}
	d, err := r.Drafts.CreateDraft(body.Key, doc, who(req.Context()))
	if err == nil {
		auditTarget(req.Context(), d.Workflow)
	}
	return r.created(w, d, err)
}

// created responds with a new draft.
func (r routes) created(w http.ResponseWriter, d store.Draft, err error) error {
	if err != nil {
		return err
	}
	out, err := r.draftOf(d)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", out.ETag)
	w.Header().Set("Location", "/api/workflows/"+d.Workflow)
	return writeAny(w, http.StatusCreated, out)
}

func (r routes) duplicateWorkflow(w http.ResponseWriter, req *http.Request, in *keyed) error {
	if err := seen(req.Context(), in.Key); err != nil {
		return err
	}
	var body Copy
	if req.ContentLength != 0 {
		if err := decodeBody(w, req, &body); err != nil {
			return err
		}
	}
	if body.Key != "" || caller(req.Context()).Bound() {
		if err := seen(req.Context(), body.Key); err != nil {
			return err
		}
	}
	d, err := r.Drafts.Duplicate(req.Context(), in.Key, body.Key, body.Title, who(req.Context()))
	if err == nil {
		auditChange(req.Context(), nil, map[string]any{"key": d.Workflow})
	}
	return r.created(w, d, err)
}

func (r routes) renameWorkflow(w http.ResponseWriter, req *http.Request, in *keyed) error {
	if err := seen(req.Context(), in.Key); err != nil {
		return err
	}
	var body Titled
	if err := decodeBody(w, req, &body); err != nil {
		return err
	}
	if err := r.Releases.Rename(in.Key, body.Title, who(req.Context())); err != nil {
		return err
	}
	out, err := r.whole(req.Context(), in.Key)
	if err != nil {
		return err
	}
	return writeAny(w, http.StatusOK, out)
}
