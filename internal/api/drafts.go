package api

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/document/edit"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// Drafts reads and changes the drafts of workflows. Documents are not masked.
type Drafts interface {
	// Drafts returns all stored drafts without their documents, sorted by workflow.
	Drafts(context.Context) ([]store.Draft, error)
	// Draft returns the stored draft, or else the published document with Version 0; fault.NotFound if there is neither.
	Draft(ctx context.Context, key string) (store.Draft, error)
	// CreateDraft makes a workflow that has only a draft; a key "" is replaced by a random one. It returns
	// fault.Conflict if the key is taken.
	CreateDraft(key string, doc value.Value, by string) (store.Draft, error)
	// PutDraft replaces the draft if its stored version is have; 0: none is stored. Otherwise it returns the stored one
	// and fault.Conflict.
	PutDraft(d store.Draft, have int64) (store.Draft, error)
	// DropDraft discards the draft if its stored version is have.
	DropDraft(key string, have int64) error
	// Duplicate makes a workflow whose draft is a copy.
	Duplicate(ctx context.Context, key, newKey, title, by string) (store.Draft, error)
	// Validate lists what would keep a document from being published.
	Validate(key string, doc value.Value) ([]document.Problem, error)
}

// Draft is a draft as the API shows it.
type Draft struct {
	Workflow string `json:"workflow"`
	Stored   bool   `json:"stored" doc:"false: there is no draft; document is what is published"`
	Base     int64  `json:"base" doc:"the version that the draft was begun from; 0: none was published"`
	Current  int64  `json:"current" doc:"the version that is published; if it is not base, somebody has published in the meantime"`
	Changed  bool   `json:"changed" doc:"the document is not the published one"`
	// ChangedAt and ChangedBy are those of the published version if no draft is stored.
	ChangedAt time.Time `json:"changedAt,omitzero"`
	ChangedBy string    `json:"changedBy,omitempty"`
	CreatedAt time.Time `json:"createdAt,omitzero"`
	CreatedBy string    `json:"createdBy,omitempty"`
	ETag      string    `json:"etag" doc:"to be sent as If-Match with the next change"`
	Document  JSON      `json:"document" doc:"with secrets masked; a mask that is sent back stands for the secret"`
	YAML      string    `json:"yaml,omitempty" doc:"the document as YAML, if it was asked for"`
	Problems  []Detail  `json:"problems" doc:"what would keep the draft from being published"`
}

// DraftInput is the body of a PUT. It has a document or yaml.
type DraftInput struct {
	Document JSON   `json:"document,omitzero"`
	YAML     string `json:"yaml,omitempty" doc:"the document as YAML, instead of document"`
	Base     *int64 `json:"base,omitempty" doc:"the version whose changes the draft contains; absent: as before"`
}

type draftAt struct {
	Key     string `path:"key" maxLength:"64"`
	IfMatch string `header:"If-Match" doc:"the etag of the draft that the change was made for"`
}

func (r routes) drafts() {
	const path = "/api/workflows/{key}/draft"
	handle(r, route{method: "GET", path: path, id: "get-draft", summary: "The draft of a workflow, or what is published if there is none", needs: account.ReadWorkflows},
		func(ctx context.Context, in *struct {
			Key  string `path:"key" maxLength:"64"`
			YAML bool   `query:"yaml" doc:"also as YAML"`
		}) (*struct {
			ETag string `header:"ETag"`
			Body Draft
		}, error) {
			d, err := r.draft(ctx, in.Key)
			if err != nil {
				return nil, err
			}
			out, err := r.draftOf(d)
			if err == nil && in.YAML {
				var text []byte
				text, err = document.YAML(out.Document.Value)
				out.YAML = string(text)
			}
			return &struct {
				ETag string `header:"ETag"`
				Body Draft
			}{out.ETag, out}, err
		})
	draft := response("200", "the draft as stored", r.jsonOf(Draft{}))
	respond(r, account.EditWorkflows, huma.Operation{
		OperationID: "put-draft", Method: "PUT", Path: path, Responses: draft,
		RequestBody: &huma.RequestBody{Required: true, Content: r.jsonOf(DraftInput{})},
		Summary:     "Replace the draft of a workflow. If-Match names the draft that was read; 412 has the one that is stored",
	}, r.putDraft)
	respond(r, account.EditWorkflows, huma.Operation{
		OperationID: "edit-draft", Method: "PATCH", Path: path, Responses: response("200", "the draft as stored, and how to undo the change", r.jsonOf(Edited{})),
		RequestBody: &huma.RequestBody{Required: true, Content: r.jsonOf(Edits{})},
		Summary:     "Change the draft of a workflow by operations: all of them, or none",
	}, r.editDraft)
	handle(r, route{method: "DELETE", path: path, id: "discard-draft", summary: "Discard the draft of a workflow that was published", needs: account.EditWorkflows},
		func(ctx context.Context, in *draftAt) (*struct{}, error) {
			d, have, err := r.begin(ctx, in)
			if err == nil {
				err = r.Drafts.DropDraft(in.Key, have)
			}
			return nil, r.changedElsewhere(ctx, d, err)
		})
	respond(r, account.EditWorkflows, huma.Operation{
		OperationID: "validate-draft", Method: "POST", Path: "/api/workflows/{key}/validate",
		Responses:   response("200", "what would keep the document from being published", r.jsonOf(Validated{})),
		RequestBody: &huma.RequestBody{Content: r.jsonOf(DraftInput{})},
		Summary:     "Check a document against the server without storing it. Without a body: the draft",
	}, r.validateDraft)
}

// draft returns the draft of a workflow that the caller may see.
func (r routes) draft(ctx context.Context, key string) (store.Draft, error) {
	if err := seen(ctx, key); err != nil {
		return store.Draft{}, err
	}
	return r.Drafts.Draft(ctx, key)
}

// draftOf shows a draft.
func (r routes) draftOf(d store.Draft) (Draft, error) {
	out := Draft{
		Workflow: d.Workflow, Stored: d.Version != 0, Base: d.Base, Changed: true, ETag: draftTag(d),
		ChangedAt: d.ChangedAt, ChangedBy: d.ChangedBy, CreatedAt: d.CreatedAt, CreatedBy: d.CreatedBy, Problems: []Detail{},
	}
	published, err := r.Workflows.Workflow(d.Workflow)
	switch {
	case err == nil:
		out.Current, out.Changed = published.Version, published.Document.Text() != d.Document.Text()
	case !fault.Is(err, fault.NotFound):
		return out, err
	}
	problems, err := r.Drafts.Validate(d.Workflow, d.Document)
	for _, p := range problems {
		out.Problems = append(out.Problems, detailOf(p))
	}
	out.Document = JSON{maskAuth(d.Document, r.Presets)}
	return out, err
}

func detailOf(p document.Problem) Detail {
	code := cmp.Or(p.Code, errorcode.Invalid)
	e, _ := errorcode.Find(errorcode.Document, code)
	return Detail{Location: p.Path, Line: p.Line, Code: code, Message: p.Message, Next: e.Next}
}

// draftTag returns the ETag of a draft. That of a draft that is not stored names the version that it would be begun from.
func draftTag(d store.Draft) string {
	if d.Version == 0 {
		return `"base-` + strconv.FormatInt(d.Base, 10) + `"`
	}
	return `"` + strconv.FormatInt(d.Version, 10) + `"`
}

// begin reads the draft that a change is made for. It returns a problem with the stored draft if If-Match names another,
// and refuses a change without If-Match.
func (r routes) begin(ctx context.Context, in *draftAt) (d store.Draft, have int64, err error) {
	const op = "api.begin"
	if d, err = r.draft(ctx, in.Key); err != nil {
		return d, 0, err
	}
	tag := strings.TrimSpace(in.IfMatch)
	if tag == "" {
		return d, 0, fault.Field(op, "If-Match", "is required: send the etag of the draft that you have read")
	}
	if tag != draftTag(d) {
		return d, 0, r.stale(d)
	}
	return d, d.Version, nil
}

// stale returns the response to a change of a draft that is stored in another version.
func (r routes) stale(d store.Draft) error {
	out, err := r.draftOf(d)
	if err != nil {
		return err
	}
	detail := "the draft is not the one that you have read"
	switch {
	case !out.Stored:
		detail = "there is no draft any more: it was published or discarded; current has what is published"
	case out.ChangedBy != "":
		detail += ": " + out.ChangedBy + " changed it at " + out.ChangedAt.UTC().Format(time.RFC3339) + "; current has it"
	default:
		detail += ": it was changed at " + out.ChangedAt.UTC().Format(time.RFC3339) + "; current has it"
	}
	return &Problem{
		Type: problemURN + "changed", Title: http.StatusText(http.StatusPreconditionFailed), Status: http.StatusPreconditionFailed,
		Detail: detail, Current: &out,
	}
}

// changedElsewhere turns a conflict into the response with the stored draft, if somebody changed it since it was read.
func (r routes) changedElsewhere(ctx context.Context, had store.Draft, err error) error {
	if !fault.Is(err, fault.Conflict) {
		return err
	}
	if now, failed := r.Drafts.Draft(ctx, had.Workflow); failed == nil && draftTag(now) != draftTag(had) {
		return r.stale(now)
	}
	return err
}

// input is a decoded DraftInput.
type input struct {
	Document value.Value `json:"document"`
	YAML     string      `json:"yaml"`
	Base     *int64      `json:"base"`
}

// document returns the document that a body contains, with the secrets put back that another document has.
func (in *input) document(from ...value.Value) (value.Value, error) {
	const op = "api.document"
	switch {
	case in.YAML != "" && !in.Document.IsMissing():
		return value.Value{}, fault.Field(op, "yaml", "and document exclude each other: send one of them")
	case in.YAML != "":
		doc, problems := document.ReadYAML([]byte(in.YAML))
		if len(problems) > 0 {
			return doc, problemsOf(problems)
		}
		return unmask(doc, from...), nil
	case in.Document.IsMissing():
		return value.Value{}, fault.Field(op, "document", "is required")
	default:
		return unmask(in.Document, from...), nil
	}
}

// sources are the documents whose secrets a mask may stand for: the draft, and what is published.
func (r routes) sources(d store.Draft) []value.Value {
	published, err := r.Workflows.Workflow(d.Workflow)
	if err != nil {
		return []value.Value{d.Document}
	}
	return []value.Value{d.Document, published.Document}
}

func (r routes) putDraft(w http.ResponseWriter, req *http.Request, in *draftAt) error {
	was, have, err := r.begin(req.Context(), in)
	if err != nil {
		return err
	}
	var body input
	if err := decodeBody(w, req, &body); err != nil {
		return err
	}
	next := store.Draft{Workflow: in.Key, Base: was.Base, ChangedBy: who(req.Context())}
	if next.Document, err = body.document(r.sources(was)...); err != nil {
		return err
	}
	if body.Base != nil {
		next.Base = *body.Base
	}
	stored, err := r.Drafts.PutDraft(next, have)
	if err != nil {
		return r.changedElsewhere(req.Context(), was, err)
	}
	out, err := r.draftOf(stored)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", out.ETag)
	return writeAny(w, http.StatusOK, out)
}

func (r routes) editDraft(w http.ResponseWriter, req *http.Request, in *draftAt) error {
	was, have, err := r.begin(req.Context(), in)
	if err != nil {
		return err
	}
	operations, err := readEdits(w, req)
	if err != nil {
		return err
	}
	done, err := edit.Apply(was.Document, operations)
	if err != nil {
		return err
	}
	next := store.Draft{Workflow: in.Key, Base: was.Base, ChangedBy: who(req.Context()), Document: unmask(done.Document, r.sources(was)...)}
	stored, err := r.Drafts.PutDraft(next, have)
	if err != nil {
		return r.changedElsewhere(req.Context(), was, err)
	}
	out := Edited{Inverse: shownOperations(maskOperations(done.Inverse, r.Presets)), Left: []Reference{}}
	for _, left := range done.Left {
		out.Left = append(out.Left, Reference(left))
	}
	if out.Draft, err = r.draftOf(stored); err != nil {
		return err
	}
	w.Header().Set("ETag", out.ETag)
	return writeAny(w, http.StatusOK, out)
}

// Validated is the answer to validate.
type Validated struct {
	Valid    bool     `json:"valid"`
	Problems []Detail `json:"problems"`
}

func (r routes) validateDraft(w http.ResponseWriter, req *http.Request, in *keyed) error {
	d, err := r.draft(req.Context(), in.Key)
	if err != nil {
		return err
	}
	doc := d.Document
	if req.ContentLength != 0 {
		var body input
		if err := decodeBody(w, req, &body); err != nil {
			return err
		}
		if doc, err = body.document(r.sources(d)...); err != nil {
			return err
		}
		if doc, err = edit.Canonical(doc); err != nil {
			return err
		}
	}
	problems, err := r.Drafts.Validate(in.Key, doc)
	if err != nil {
		return err
	}
	out := Validated{Valid: len(problems) == 0, Problems: []Detail{}}
	for _, p := range problems {
		out.Problems = append(out.Problems, detailOf(p))
	}
	return writeAny(w, http.StatusOK, out)
}
