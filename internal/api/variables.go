package api

import (
	"context"
	"net/http"
	"time"

	"hookline.dev/hookline/internal/account"
)

// Variables reads and changes the variables of $env.
type Variables interface {
	// Variables returns every variable, stored or of the process environment, sorted by name.
	Variables(context.Context) ([]StoredVariable, error)
	// Variable returns one variable, or fault.NotFound.
	Variable(ctx context.Context, name string) (StoredVariable, error)
	// Put creates a variable or replaces the one with its name, and reports whether it created it. It returns
	// fault.Invalid, with a field, if the name or the value is wrong, and fault.Conflict if a workflow uses the variable
	// in a field that is not for secrets and it would become one.
	Put(PutVariable) (created bool, err error)
	// Delete deletes a stored variable. It returns fault.NotFound if there is none, and fault.Conflict if a published
	// workflow or a channel uses it. match is asked first.
	Delete(ctx context.Context, name string, match func(StoredVariable) bool) error
	// Rotate makes a new master key and seals every secret anew. It returns fault.Conflict if the server cannot change
	// its master key.
	Rotate() (RotatedKey, error)
}

// StoredVariable is a variable and what is known about it. It never has the value of a secret.
type StoredVariable struct {
	Name      string
	Plain     bool
	Value     string    // of a plain variable
	UpdatedAt time.Time // zero: it is not stored
	UpdatedBy string
	Process   bool // the process environment sets it, whatever is stored
	Short     bool // the secret is too short to be masked
	Damaged   bool // the secret cannot be opened
	Users     []VariableUse
}

// PutVariable is a variable to create or replace.
type PutVariable struct {
	Name, Value string
	Plain       bool
	By          string                               // who changes it
	Match       func(at time.Time, exists bool) bool // reports whether the stored variable is the one that the caller has read
}

// Variable is a variable as the API shows it.
type Variable struct {
	Name       string        `json:"name"`
	Kind       string        `json:"kind" enum:"secret,plain"`
	Value      string        `json:"value,omitempty" doc:"of a plain variable; the value of a secret is never shown"`
	UpdatedAt  time.Time     `json:"updatedAt,omitzero"`
	UpdatedBy  string        `json:"updatedBy,omitempty"`
	Source     string        `json:"source" enum:"stored,environment" doc:"where its value comes from"`
	Overridden bool          `json:"overridden,omitempty" doc:"it is stored, but the environment of the server overrides it"`
	Problem    string        `json:"problem,omitempty" doc:"what is wrong with it"`
	UsedBy     []VariableUse `json:"usedBy"`
}

// VariableUse is a place that uses a variable.
type VariableUse struct {
	Workflow string `json:"workflow,omitempty"`
	Draft    bool   `json:"draft,omitempty" doc:"only its draft"`
	Channel  string `json:"channel,omitempty"`
	Path     string `json:"path" doc:"in the document"`
}

// Place returns the place for people, without the path.
func (u VariableUse) Place() string {
	switch {
	case u.Channel != "":
		return "the channel " + u.Channel
	case u.Draft:
		return "the draft of " + u.Workflow
	default:
		return "the workflow " + u.Workflow
	}
}

// The kinds of variables.
const (
	kindSecret = "secret"
	kindPlain  = "plain"
)

// VariableInput is the body of a PUT.
type VariableInput struct {
	Kind  string `json:"kind,omitempty" enum:"secret,plain" default:"secret" doc:"a plain variable is shown, not masked, and may be used in any field"`
	Value string `json:"value" maxLength:"65536" minLength:"1"`
}

// RotatedKey is the result of a rotation.
type RotatedKey struct {
	MasterKey string `json:"masterKey" doc:"id of the new master key, not the key"`
	Secrets   int    `json:"secrets" doc:"secrets that were sealed anew"`
}

// maxVariable is the largest body with a variable, in bytes: escapes of JSON take up to 6 bytes for one.
const maxVariable = 6*(64<<10) + 1<<10

// VariableName is the variable in the path.
type VariableName struct {
	Name string `path:"name" maxLength:"100"`
}

type variableOutput struct {
	Status int
	ETag   string `header:"ETag"`
	Body   Variable
}

func (r routes) variables() {
	const path = "/api/variables/{name}"
	handle(r, route{method: "GET", path: "/api/variables", id: "list-variables", summary: "All variables and secrets, by name, with where they are used. The value of a secret is never shown", needs: account.ReadVariables},
		func(ctx context.Context, _ *struct{}) (*list[Variable], error) {
			all, err := r.Variables.Variables(ctx)
			page := Page[Variable]{Items: []Variable{}}
			for _, v := range all {
				page.Items = append(page.Items, variableOf(v))
			}
			return &list[Variable]{page}, err
		})
	handle(r, route{method: "GET", path: path, id: "get-variable", summary: "One variable or secret", needs: account.ReadVariables},
		func(ctx context.Context, in *VariableName) (*variableOutput, error) {
			return r.variable(ctx, in.Name, http.StatusOK)
		})
	handle(r, route{method: "PUT", path: path, id: "put-variable", summary: "Create or replace a variable or secret. It takes effect at once", needs: account.WriteVariables, body: maxVariable}, r.putVariable)
	handle(r, route{method: "DELETE", path: path, id: "delete-variable", summary: "Delete a variable or secret that no published workflow and no channel uses", needs: account.WriteVariables},
		func(ctx context.Context, in *struct {
			VariableName
			Versioned
		}) (*struct{}, error) {
			return nil, r.Variables.Delete(ctx, in.Name, func(was StoredVariable) bool {
				auditChange(ctx, auditedVariable(was), nil)
				return in.matches(was.UpdatedAt, true)
			})
		})
	handle(r, route{method: "POST", path: "/api/master-key/rotate", id: "rotate-master-key", summary: "Make a new master key, and seal every secret anew", needs: account.ManageServer},
		func(ctx context.Context, _ *struct{}) (*one[RotatedKey], error) {
			done, err := r.Variables.Rotate()
			auditChange(ctx, nil, done)
			return &one[RotatedKey]{done}, err
		})
}

// Versioned is the precondition of a change of something whose version is the time of its last change.
type Versioned struct {
	IfMatch     string `header:"If-Match" doc:"change it only if it still has this ETag"`
	IfNoneMatch string `header:"If-None-Match" doc:"*: create it only if there is none"`
}

// matches reports whether the precondition holds.
func (v Versioned) matches(at time.Time, exists bool) bool {
	if v.IfNoneMatch == "*" && exists {
		return false
	}
	return v.IfMatch == "" || exists && matches(v.IfMatch, timeTag(at))
}

// timeTag returns the ETag of what was last changed at a time.
func timeTag(at time.Time) string { return `"` + at.UTC().Format(time.RFC3339Nano) + `"` }

func (r routes) variable(ctx context.Context, name string, status int) (*variableOutput, error) {
	v, err := r.Variables.Variable(ctx, name)
	if err != nil {
		return nil, err
	}
	out := &variableOutput{Status: status, Body: variableOf(v)}
	if !v.UpdatedAt.IsZero() {
		out.ETag = timeTag(v.UpdatedAt)
	}
	return out, nil
}

func (r routes) putVariable(ctx context.Context, in *struct {
	VariableName
	Versioned
	Body VariableInput
}) (*variableOutput, error) {
	put := PutVariable{Name: in.Name, Value: in.Body.Value, Plain: in.Body.Kind == kindPlain, By: nameOf(caller(ctx)), Match: in.matches}
	var before any
	if was, err := r.Variables.Variable(ctx, in.Name); err == nil && !was.UpdatedAt.IsZero() {
		before = auditedVariable(was)
	}
	created, err := r.Variables.Put(put)
	if err != nil {
		return nil, err
	}
	auditChange(ctx, before, auditedVariable(StoredVariable{Plain: put.Plain, Value: put.Value}))
	status := http.StatusOK
	if created {
		status = http.StatusCreated
	}
	return r.variable(ctx, in.Name, status)
}

// auditedVariable returns what the audit log says about a variable: never the value of a secret.
func auditedVariable(v StoredVariable) any {
	if v.Plain {
		return map[string]string{"kind": kindPlain, "value": v.Value}
	}
	return map[string]string{"kind": kindSecret}
}

// nameOf returns a principal's name for people.
func nameOf(p account.Principal) string {
	if p.Name != "" {
		return p.Name
	}
	return string(p.Kind)
}

// Changed returns the error of a failed precondition.
func Changed(detail string) error {
	return &Problem{
		Type: problemURN + "changed", Title: http.StatusText(http.StatusPreconditionFailed), Status: http.StatusPreconditionFailed, Detail: detail,
	}
}

// variableOf converts a variable to the API's form.
func variableOf(v StoredVariable) Variable {
	out := Variable{Name: v.Name, Kind: kindSecret, UpdatedAt: v.UpdatedAt, UpdatedBy: v.UpdatedBy, Source: "stored", UsedBy: v.Users}
	if out.UsedBy == nil {
		out.UsedBy = []VariableUse{}
	}
	if v.Plain {
		out.Kind, out.Value = kindPlain, v.Value
	}
	if v.Process {
		out.Source, out.Overridden = "environment", !v.UpdatedAt.IsZero()
	}
	switch {
	case v.Damaged:
		out.Problem = "it cannot be opened, because its row was damaged or changed: set it again"
	case v.Short:
		out.Problem = "it is too short to be masked in results and logs: use at least 8 characters"
	}
	return out
}
