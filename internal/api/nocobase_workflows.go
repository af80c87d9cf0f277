package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// WorkflowForm is a workflow in NocoBase's form.
type WorkflowForm struct {
	ID        string    `json:"id"` // our key
	Key       string    `json:"key"`
	Title     string    `json:"title"`
	Enabled   bool      `json:"enabled"`
	Current   bool      `json:"current"`
	Type      string    `json:"type"`
	Sync      bool      `json:"sync"`
	Version   int64     `json:"version"`
	UpdatedAt time.Time `json:"updatedAt,omitzero"`
	Config    JSON      `json:"config,omitzero"` // our trigger
}

func formOfWorkflow(w Workflow) WorkflowForm {
	return WorkflowForm{
		ID: w.Key, Key: w.Key, Title: w.Title, Enabled: w.Enabled, Current: true, Type: w.Type, Sync: w.Mode == flow.Sync,
		Version: w.Version, UpdatedAt: w.UpdatedAt, Config: JSON{w.Document.Get("trigger")},
	}
}

func (r routes) listWorkflowsForm(w http.ResponseWriter, req *http.Request, c nocobaseCall) error {
	equal, err := c.filter("key", "id", "title", "enabled", "type", "current")
	if err != nil {
		return err
	}
	all, err := r.Workflows.Workflows()
	if err != nil {
		return err
	}
	found := []WorkflowForm{}
	for _, p := range all {
		f := formOfWorkflow(r.workflow(p))
		has := map[string]string{"key": f.Key, "id": f.ID, "title": f.Title, "enabled": boolText(f.Enabled), "type": f.Type, "current": "true"}
		fits := caller(req.Context()).Sees(p.Key)
		for name, want := range equal {
			fits = fits && has[name] == want
		}
		if fits {
			found = append(found, f)
		}
	}
	return writeFormPage(w, c, found)
}

func (r routes) getWorkflowForm(w http.ResponseWriter, req *http.Request, c nocobaseCall) error {
	key, err := c.key()
	if err != nil {
		return err
	}
	return r.writeWorkflowForm(w, req, key)
}

// writeWorkflowForm answers with one workflow.
func (r routes) writeWorkflowForm(w http.ResponseWriter, req *http.Request, key string) error {
	if err := seen(req.Context(), key); err != nil {
		return err
	}
	found, err := r.whole(req.Context(), key)
	if err != nil {
		return err
	}
	return writeForm(w, formOfWorkflow(found))
}

// onlyMembers refuses members of a body that have no equivalent.
func onlyMembers(v value.Value, names ...string) error {
	if v.Kind() != value.KindObject {
		return fault.New("api.only", fault.Invalid, "the body is an object, such as {\"title\": \"Orders\"}")
	}
	for name := range v.Members() {
		known := false
		for _, n := range names {
			known = known || n == name
		}
		if !known {
			return fault.Field("api.only", name, "has no equivalent here; this action takes %s. Nodes and the trigger are changed in the draft: PUT /api/workflows/KEY/draft", strings.Join(names, ", "))
		}
	}
	return nil
}

func (r routes) createWorkflowForm(w http.ResponseWriter, req *http.Request, _ nocobaseCall) error {
	v, err := readJSON(w, req)
	if err == nil {
		err = onlyMembers(v, "key", "title", "type", "sync", "enabled", "document")
	}
	if err != nil {
		return err
	}
	doc := v.Get("document")
	if doc.IsMissing() {
		mode := "async"
		if v.Get("sync").Text() == "true" {
			mode = "sync"
		}
		typ, ok := v.Get("type").Str()
		if !ok {
			typ = "webhook"
		}
		var trigger, empty value.ObjectBuilder
		trigger.Set("type", value.String(typ))
		trigger.Set("mode", value.String(mode))
		empty.Set("trigger", trigger.Value())
		empty.Set("nodes", value.Trusted("[]"))
		doc = empty.Value()
	}
	if title, ok := v.Get("title").Str(); ok && doc.Kind() == value.KindObject {
		doc = document.WithTitle(doc, title)
	}
	key, _ := v.Get("key").Str()
	if key != "" || caller(req.Context()).Bound() {
		if err := seen(req.Context(), key); err != nil {
			return err
		}
	}
	d, err := r.Drafts.CreateDraft(key, doc, who(req.Context()))
	if err != nil {
		return err
	}
	if v.Get("enabled").Text() == "true" {
		if err := r.Releases.PublishDraft(d.Workflow, d.Version, "", who(req.Context())); err != nil {
			return err
		}
	}
	return r.writeWorkflowForm(w, req, d.Workflow)
}

func (r routes) updateWorkflowForm(w http.ResponseWriter, req *http.Request, c nocobaseCall) error {
	key, err := c.key()
	if err == nil {
		err = seen(req.Context(), key)
	}
	if err != nil {
		return err
	}
	r.auditWorkflow(req.Context(), key)
	v, err := readJSON(w, req)
	if err == nil {
		err = onlyMembers(v, "title", "enabled")
	}
	if err != nil {
		return err
	}
	if title, ok := v.Get("title").Str(); ok {
		if err := r.Releases.Rename(key, title, who(req.Context())); err != nil {
			return err
		}
	}
	if on := v.Get("enabled"); on.Kind() == value.KindBool {
		if err := r.Workflows.SetEnabled(key, on.Text() == "true"); err != nil {
			return err
		}
	}
	return r.writeWorkflowForm(w, req, key)
}

func (r routes) destroyWorkflowForm(w http.ResponseWriter, req *http.Request, c nocobaseCall) error {
	key, err := c.key()
	if err == nil {
		err = seen(req.Context(), key)
	}
	if err == nil {
		r.auditWorkflow(req.Context(), key)
		err = r.Releases.Delete(key)
	}
	if err != nil {
		return err
	}
	return writeForm(w, 1)
}

func (r routes) reviseWorkflowForm(w http.ResponseWriter, req *http.Request, c nocobaseCall) error {
	text, _ := c.params.Get("filterByTk").Str()
	if text == "" {
		return fault.Field("api.revision", "filterByTk", "is required: the key of the workflow")
	}
	if err := seen(req.Context(), text); err != nil {
		return err
	}
	filter := c.params.Get("filter")
	if raw, ok := filter.Str(); ok {
		parsed, err := value.Parse(raw, value.Limits{})
		if err != nil {
			return fault.Field("api.revision", "filter", "it is %v", err)
		}
		filter = parsed
	}
	if key := filter.Get("key"); !key.IsNull() || key.IsMissing() {
		return fault.New("api.revision", fault.Unsupported, "a new version of the same workflow is made by editing its draft and publishing it: PUT /api/workflows/%s/draft; with filter={\"key\":null} it is copied to a new workflow", text)
	}
	if caller(req.Context()).Bound() {
		return fault.New("api.revision", fault.Forbidden, "a key that is bound to workflows cannot create others")
	}
	d, err := r.Drafts.Duplicate(req.Context(), text, "", "", who(req.Context()))
	if err != nil {
		return err
	}
	auditChange(req.Context(), nil, map[string]any{"key": d.Workflow})
	return r.writeWorkflowForm(w, req, d.Workflow)
}

func (r routes) executeWorkflowForm(w http.ResponseWriter, req *http.Request, c nocobaseCall) error {
	key, err := c.key()
	if err != nil {
		return err
	}
	data, err := r.formData(w, req)
	if err != nil {
		return err
	}
	x, err := r.start(req.Context(), key, data)
	if err != nil {
		return err
	}
	return writeForm(w, map[string]any{"execution": x})
}

func (r routes) triggerWorkflowsForm(w http.ResponseWriter, req *http.Request, c nocobaseCall) error {
	keys := texts(c.params.Get("triggerWorkflows"))
	if len(keys) == 0 {
		return fault.Field("api.trigger", "triggerWorkflows", "is required: the key of a workflow, or several separated by commas")
	}
	for _, key := range keys {
		if strings.Contains(key, "!") {
			return fault.Field("api.trigger", "triggerWorkflows", "%q names a part of the data, which has no equivalent here: write the key alone; the workflow selects the part", key)
		}
		if err := seen(req.Context(), key); err != nil {
			return err
		}
		if _, err := r.Workflows.Workflow(key); err != nil { // none is started if one does not exist
			return err
		}
	}
	data, err := r.formData(w, req)
	if err != nil {
		return err
	}
	started := []ExecutionForm{}
	for _, key := range keys {
		x, err := r.start(req.Context(), key, data)
		if err != nil {
			return err
		}
		started = append(started, x)
	}
	return writeForm(w, started)
}

// formData returns the data for a workflow: the member values of the body, or the whole body.
func (r routes) formData(w http.ResponseWriter, req *http.Request) (value.Value, error) {
	if req.ContentLength == 0 {
		return value.Trusted("{}"), nil
	}
	v, err := readJSON(w, req)
	if err != nil {
		return v, err
	}
	if values := v.Get("values"); !values.IsMissing() {
		return values, nil
	}
	return v, nil
}

// start runs a workflow with data, as if they had been called for by a replay of a call with this body.
func (r routes) start(ctx context.Context, key string, data value.Value) (ExecutionForm, error) {
	if err := seen(ctx, key); err != nil {
		return ExecutionForm{}, err
	}
	d, err := r.Replays.Replay(hook.Delivery{Workflow: key, Outcome: hook.Accepted, Request: hook.Request{
		Method: http.MethodPost, Path: hookPath + key, ContentType: "application/json", Body: []byte(data.Text()), ReceivedAt: r.Clock.Now(),
		Headers: []hook.Header{{Name: "Content-Type", Value: "application/json"}},
	}}, true)
	if err != nil {
		return ExecutionForm{}, err
	}
	return ExecutionForm{ID: d.Execution.Text(ident.Execution), Key: key, WorkflowID: key, CreatedAt: d.Request.ReceivedAt, Delivery: d.ID.Text(ident.Delivery)}, nil
}
