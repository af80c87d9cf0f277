package api

import (
	"context"
	"io"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
)

// Collections reads and changes the definitions of collections.
type Collections interface {
	// Collections returns every collection, sorted by name.
	Collections(context.Context) ([]collection.Collection, error)
	// Plan lists the changes that turn the stored collections into the wanted ones. If an enabled workflow uses
	// something that would be removed, refused says why Apply would fail even if losing data is allowed;
	// otherwise it is "". Collections that wanted does not contain stay unchanged.
	Plan(wanted []collection.Collection) (changes []collection.Change, refused string, err error)
	// Apply makes these changes, all or none, and returns them. It returns fault.Conflict if data would be lost
	// and lose is not set, if existing records violate the wanted definition, or if an enabled workflow uses
	// something that would be removed.
	Apply(wanted []collection.Collection, lose bool) ([]collection.Change, error)
	// Drop removes a collection and its records. It returns fault.NotFound if there is none, and fault.Conflict
	// if the collection has records and lose is not set, or if something uses it.
	Drop(name string, lose bool) error
}

// Collection is a collection in the form of documents.
type Collection struct {
	Name   string     `json:"name"`
	Fields []Field    `json:"fields"`
	Unique [][]string `json:"unique,omitempty"` // sets of fields that are unique together
}

// Field is a field in the form of documents.
type Field struct {
	Name       string              `json:"name"`
	Type       collection.Type     `json:"type"`
	Required   bool                `json:"required,omitempty"`
	Unique     bool                `json:"unique,omitempty"`
	Index      bool                `json:"index,omitempty"`
	Default    JSON                `json:"default,omitzero"`
	Was        string              `json:"was,omitempty"`
	Precision  int                 `json:"precision,omitempty"`
	Scale      int                 `json:"scale,omitempty"`
	Options    []string            `json:"options,omitempty"`
	Multiple   bool                `json:"multiple,omitempty"`
	Relation   collection.Relation `json:"kind,omitempty"` // only for a relation
	Target     string              `json:"target,omitempty"`
	OnDelete   collection.OnDelete `json:"onDelete,omitempty"`
	ForeignKey string              `json:"foreignKey,omitempty"`
}

// CollectionOf converts a collection to the form of documents.
func CollectionOf(c collection.Collection) Collection {
	out := Collection{Name: c.Name, Fields: make([]Field, len(c.Fields)), Unique: c.Unique}
	for i, f := range c.Fields {
		out.Fields[i] = Field{
			Name: f.Name, Type: f.Type, Required: f.Required, Unique: f.Unique, Index: f.Index, Default: JSON{f.Default}, Was: f.Was,
			Precision: f.Precision, Scale: f.Scale, Options: f.Options, Multiple: f.Multiple,
			Relation: f.Relation, Target: f.Target, OnDelete: f.OnDelete, ForeignKey: f.ForeignKey,
		}
	}
	return out
}

// Change is one planned or completed change to collections.
type Change struct {
	Kind       collection.ChangeKind `json:"kind"`
	Collection string                `json:"collection"`
	Field      string                `json:"field,omitempty"`
	Text       string                `json:"text"`           // what changes, and what may be lost or may fail
	Loss       bool                  `json:"loss,omitempty"` // data is lost, so apply requires yes=true
}

// Planned is a list of changes in the order in which they are made.
type Planned struct {
	Changes []Change `json:"changes"` // empty: nothing to do
	Loss    bool     `json:"loss"`    // at least one change loses data
	// Refused says why the changes are refused even with yes=true: an enabled workflow uses something that
	// would be removed.
	Refused string `json:"refused,omitempty"`
}

func plannedOf(changes []collection.Change, refused string) Planned {
	p := Planned{Changes: make([]Change, len(changes)), Refused: refused}
	for i, c := range changes {
		name := c.New.Name
		if name == "" {
			name = c.Old.Name
		}
		p.Changes[i] = Change{Kind: c.Kind, Collection: c.Collection, Field: name, Text: c.Text, Loss: c.Loss}
		p.Loss = p.Loss || c.Loss
	}
	return p
}

// Confirmation permits the loss of data.
type Confirmation struct {
	Yes bool `query:"yes" doc:"apply even if data is lost"`
}

type dropping struct {
	Named
	Confirmation
}

func (r routes) collections() {
	handle(r, route{method: "GET", path: "/api/collections", id: "list-collections", summary: "All collections, by name", needs: account.ReadRecords},
		func(ctx context.Context, _ *struct{}) (*list[Collection], error) {
			all, err := r.Collections.Collections(ctx)
			if err != nil {
				return nil, err
			}
			page := Page[Collection]{Items: make([]Collection, len(all))}
			for i, c := range all {
				page.Items[i] = CollectionOf(c)
			}
			return &list[Collection]{page}, nil
		})
	handle(r, route{method: "GET", path: "/api/collections/{name}", id: "get-collection", summary: "One collection, as documents write it", needs: account.ReadRecords},
		func(ctx context.Context, in *Named) (*one[Collection], error) {
			c, err := r.definition(ctx, in.Name)
			if err != nil {
				return nil, err
			}
			return &one[Collection]{CollectionOf(c)}, nil
		})
	handle(r, route{method: "DELETE", path: "/api/collections/{name}", id: "drop-collection", summary: "Remove a collection with its records", needs: account.DefineRecords},
		func(_ context.Context, in *dropping) (*struct{}, error) {
			return nil, r.Collections.Drop(in.Name, in.Yes)
		})
	body := &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {}, "application/yaml": {}}}
	result := response("200", "the changes", map[string]*huma.MediaType{"application/json": {Schema: r.schemaOf(Planned{})}})
	respond(r, account.DefineRecords, huma.Operation{
		OperationID: "plan-collections", Method: "POST", Path: "/api/collections/plan", RequestBody: body, Responses: result,
		Summary: "Plan the changes that would make the stored collections match the given documents, and the data that would be lost",
	}, func(w http.ResponseWriter, req *http.Request, _ *struct{}) error {
		return r.changes(w, req, r.Collections.Plan)
	})
	respond(r, account.DefineRecords, huma.Operation{
		OperationID: "apply-collections", Method: "POST", Path: "/api/collections/apply", RequestBody: body, Responses: result,
		Summary: "Change the stored collections to match the given documents: all changes or none",
	}, func(w http.ResponseWriter, req *http.Request, in *Confirmation) error {
		return r.changes(w, req, func(wanted []collection.Collection) ([]collection.Change, string, error) {
			done, err := r.Collections.Apply(wanted, in.Yes)
			return done, "", err
		})
	})
}

// changes plans or applies the documents in a body.
func (r routes) changes(w http.ResponseWriter, req *http.Request, do func([]collection.Collection) ([]collection.Change, string, error)) error {
	wanted, err := readCollections(w, req)
	if err != nil {
		return err
	}
	changes, refused, err := do(wanted)
	if err != nil {
		return err
	}
	done := plannedOf(changes, refused)
	auditChange(req.Context(), nil, done)
	return writeAny(w, http.StatusOK, done)
}

// readCollections reads collections from a JSON or YAML body.
func readCollections(w http.ResponseWriter, req *http.Request) ([]collection.Collection, error) {
	const op = "api.readCollections"
	name := "body.json"
	switch media, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type")); media {
	case "", "application/json":
	case "application/yaml", "application/x-yaml", "text/yaml":
		name = "body.yaml"
	default:
		return nil, unsupportedType(w, "application/json, application/yaml")
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, req.Body, document.MaxFile))
	if err != nil {
		return nil, bodyError(op, err)
	}
	file, problems := document.Parse(name, text)
	if len(problems) > 0 {
		return nil, problemsOf(problems)
	}
	if len(file.Workflows) > 0 {
		return nil, fault.New(op, fault.Invalid, "there is a workflow among the documents: collections alone can be planned and applied")
	}
	if len(file.Channels) > 0 {
		return nil, fault.New(op, fault.Invalid, "there are channels among the documents: collections alone can be planned and applied")
	}
	var wanted []collection.Collection
	for _, c := range file.Collections {
		wanted = append(wanted, c.Collections...)
	}
	if len(wanted) == 0 {
		return nil, fault.New(op, fault.Invalid, `no collections in the body: write {"collections":[{"name":...,"fields":[...]}]}`)
	}
	if wrong := collection.CheckAll(wanted, nil); len(wrong) > 0 { // checks the relations between them
		for _, p := range wrong {
			problems = append(problems, document.Problem{Path: p.Path, Message: p.Message})
		}
		return nil, problemsOf(problems)
	}
	return wanted, nil
}

// problemsOf returns the response to invalid documents.
func problemsOf(problems []document.Problem) *Problem {
	p := &Problem{
		Type: problemURN + fault.Invalid.String(), Title: "The documents are wrong", Status: http.StatusUnprocessableEntity,
		Detail: document.Text(problems[:1]),
	}
	for _, wrong := range problems[:min(len(problems), maxDetails)] {
		p.Errors = append(p.Errors, detailOf(wrong))
	}
	return p
}
