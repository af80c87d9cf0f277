package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// NocoBase's forms of the API of workflows and executions are /api/workflows:action and /api/executions:action, so that
// scripts go on working. Ids are our keys and ids as text. What has no equivalent here is refused with a sentence. The
// forms of records are in actions.go.

// nocobaseAction is one action on workflows or executions.
type nocobaseAction struct {
	resource, name, method, summary string
	needs                           account.Permission
	params                          []string
	do                              func(routes, http.ResponseWriter, *http.Request, nocobaseCall) error
}

func nocobaseActions() []nocobaseAction {
	list := []string{"filter", "page", "pageSize", "sort", "fields", "except", "appends"}
	return []nocobaseAction{
		{"workflows", "list", "GET", "NocoBase's form: a page of workflows", account.ReadWorkflows, list, routes.listWorkflowsForm},
		{"workflows", "get", "GET", "NocoBase's form: one workflow", account.ReadWorkflows, []string{"filterByTk", "filter", "appends", "fields", "except"}, routes.getWorkflowForm},
		{"workflows", "create", "POST", "NocoBase's form: create a workflow; with enabled it is published at once", account.PublishWorkflows, nil, routes.createWorkflowForm},
		{"workflows", "update", "POST", "NocoBase's form: change title or enabled", account.PublishWorkflows, []string{"filterByTk", "filter"}, routes.updateWorkflowForm},
		{"workflows", "destroy", "POST", "NocoBase's form: delete a workflow; its history stays", account.PublishWorkflows, []string{"filterByTk", "filter"}, routes.destroyWorkflowForm},
		{"workflows", "revision", "POST", "NocoBase's form: copy a workflow to a new one, with filter.key null", account.EditWorkflows, []string{"filterByTk", "filter"}, routes.reviseWorkflowForm},
		{"workflows", "execute", "POST", "NocoBase's form: run a workflow with the given data", account.ActOnHistory, []string{"filterByTk", "autoRevision"}, routes.executeWorkflowForm},
		{"workflows", "trigger", "POST", "NocoBase's form: run workflows with the body as their data", account.ActOnHistory, []string{"triggerWorkflows"}, routes.triggerWorkflowsForm},
		{"executions", "list", "GET", "NocoBase's form: a page of executions, newest first", account.ReadHistory, list, routes.listExecutionsForm},
		{"executions", "get", "GET", "NocoBase's form: one execution", account.ReadHistory, []string{"filterByTk", "appends", "fields", "except"}, routes.getExecutionForm},
		{"executions", "cancel", "POST", "NocoBase's form: cancel an execution", account.ActOnHistory, []string{"filterByTk"}, routes.cancelExecutionForm},
	}
}

// describeNocobase adds the forms to the OpenAPI description.
func (r routes) describeNocobase() {
	for _, f := range nocobaseActions() {
		op := &huma.Operation{
			OperationID: f.resource + "-form-" + f.name, Method: f.method, Path: "/api/" + f.resource + ":" + f.name, Summary: f.summary, Metadata: needs(f.needs),
			Responses: response("200", "data, and for a list meta", anyJSON("the answer")),
		}
		for _, name := range f.params {
			op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "query", Schema: &huma.Schema{Type: "string"}})
		}
		if f.method == http.MethodPost {
			op.RequestBody = &huma.RequestBody{Content: anyJSON("an object")}
		}
		op.Responses["default"] = &huma.Response{Description: "Error", Content: map[string]*huma.MediaType{problemType: {Schema: r.schemaOf(Problem{})}}}
		r.api.OpenAPI().AddOperation(op)
	}
}

// nocobaseActionOf returns the form of a resource and an action. known reports whether the resource has forms at all.
func nocobaseActionOf(resource, name string) (f nocobaseAction, ok, known bool) {
	for _, f := range nocobaseActions() {
		if known = known || f.resource == resource; f.resource == resource && f.name == name {
			return f, true, true
		}
	}
	return nocobaseAction{}, false, known
}

// actNocobase serves a form.
func (r routes) actNocobase(w http.ResponseWriter, req *http.Request, f nocobaseAction) {
	if req.Method != f.method {
		w.Header().Set("Allow", f.method)
		send(w, Problem{Title: http.StatusText(http.StatusMethodNotAllowed), Status: http.StatusMethodNotAllowed, Detail: req.Method + " is not possible here; use " + f.method})
		return
	}
	err := allowed(caller(req.Context()), f.needs)
	if err == nil {
		var call nocobaseCall
		if call, err = readNocobase(req.URL.RawQuery, f.params); err == nil {
			err = f.do(r, w, req, call)
		}
	}
	if err != nil {
		p := r.problem(f.resource+":"+f.name, err)
		if len(p.Errors) == 0 { // NocoBase's clients read the message from errors
			p.Errors = []Detail{{Message: p.Detail}}
		}
		send(w, *p)
	}
}

// nocobaseCall has the parameters of a form.
type nocobaseCall struct {
	params         value.Value // an object
	page, pageSize int
}

// The bounds of pages in NocoBase's form, which are counted from the beginning.
const (
	formPageSize = 20
	maxFormRows  = 10_000
)

// readNocobase reads the parameters of a form.
func readNocobase(query string, known []string) (nocobaseCall, error) {
	const op = "api.readNocobase"
	call := nocobaseCall{page: 1, pageSize: formPageSize}
	params, err := body.Query(query, body.Limits{})
	if err != nil {
		return call, err
	}
	call.params = params
	for param, v := range params.Members() {
		switch {
		case !slices.Contains(known, param):
			return call, fault.Field(op, param, "this action takes no such parameter%s", listed(known))
		case param == "page":
			call.page, err = from1(param, v)
		case param == "pageSize":
			call.pageSize, err = from1(param, v)
		case param == "sort" && v.Text() != `"-createdAt"` && v.Text() != `"-id"`:
			err = fault.Field(op, param, "the order is fixed: executions newest first, workflows by key; leave it out")
		}
		if err != nil {
			return call, err
		}
	}
	if call.pageSize > 500 || call.page > maxFormRows/call.pageSize {
		return call, fault.Field(op, "page", "a page has at most 500 entries, and pages end after %d; use the cursor of the other form of this list", maxFormRows)
	}
	return call, nil
}

// key returns the parameter filterByTk: the key of a workflow or the id of an execution.
func (c nocobaseCall) key() (string, error) {
	v := c.params.Get("filterByTk")
	text, _ := v.Str()
	if text == "" {
		if equal, err := c.filter("key", "id"); err != nil {
			return "", err
		} else if len(equal) == 1 {
			return equal["key"] + equal["id"], nil
		}
		return "", fault.Field("api.nocobaseCall", "filterByTk", "is required: the key of the workflow, or the id of the execution")
	}
	return text, nil
}

// filter returns the values that the parameter filter wants fields to have, as texts. It takes {"field": value},
// {"field": {"$eq": value}} and {"$and": […]}, as JSON or with brackets.
func (c nocobaseCall) filter(fields ...string) (map[string]string, error) {
	v := c.params.Get("filter")
	if text, ok := v.Str(); ok {
		parsed, err := value.Parse(text, value.Limits{})
		if err != nil {
			return nil, fault.Field("api.nocobaseCall", "filter", "it is %v", err)
		}
		v = parsed
	}
	equal := map[string]string{}
	return equal, equalities(v, fields, equal)
}

// equalities adds the conditions of a filter to equal.
func equalities(v value.Value, fields []string, equal map[string]string) error {
	if v.IsMissing() || v.IsNull() {
		return nil
	}
	for name, want := range v.Members() {
		if name == "$and" {
			for part := range want.Elements() {
				if err := equalities(part, fields, equal); err != nil {
					return err
				}
			}
			continue
		}
		if want.Kind() == value.KindObject {
			want = want.Get("$eq")
		}
		text, isText := want.Str()
		if !isText {
			text = want.Text()
		}
		if !slices.Contains(fields, name) || want.IsMissing() || want.Kind() == value.KindArray {
			return fault.Field("api.nocobaseCall", "filter", "here it compares %s with $eq, and may join conditions with $and; %q is not possible", strings.Join(fields, ", "), name)
		}
		equal[name] = text
	}
	return nil
}

// writeForm answers with data.
func writeForm(w http.ResponseWriter, data any) error {
	return writeAny(w, http.StatusOK, map[string]any{"data": data})
}

// writeFormPage answers with a page of a list whose length is known.
func writeFormPage[T any](w http.ResponseWriter, c nocobaseCall, all []T) error {
	from := min((c.page-1)*c.pageSize, len(all))
	page := all[from:min(from+c.pageSize, len(all))]
	return writeAny(w, http.StatusOK, map[string]any{"data": page, "meta": map[string]any{
		"count": len(all), "page": c.page, "pageSize": c.pageSize, "totalPage": (len(all) + c.pageSize - 1) / c.pageSize,
	}})
}

// boolText returns the text of a condition on a boolean.
func boolText(b bool) string { return strconv.FormatBool(b) }
