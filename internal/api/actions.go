package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// NocoBase's form of the records API is /api/{collection}:action (SPEC §9). This file translates each action
// into a query or an operation of package collection. Only parameters and answers differ from the other form.

// action is one action, its method, and its implementation.
type action struct {
	name, method, summary string
	needs                 account.Permission
	params                []string
	do                    func(routes, http.ResponseWriter, *http.Request, *actionCall) error
}

func actions() []action {
	return []action{
		{"list", "GET", "NocoBase's form: a page of records", account.ReadRecords, []string{"filter", "sort", "page", "pageSize", "fields", "except", "appends"}, routes.listAction},
		{"get", "GET", "NocoBase's form: one record", account.ReadRecords, []string{"filterByTk", "filter", "sort", "fields", "except", "appends"}, routes.getAction},
		{"create", "POST", "NocoBase's form: create a record", account.WriteRecords, nil, routes.createAction},
		{"update", "POST", "NocoBase's form: change the records that are selected", account.WriteRecords, []string{"filterByTk", "filter"}, routes.updateAction},
		{"destroy", "POST", "NocoBase's form: delete the records that are selected", account.WriteRecords, []string{"filterByTk", "filter"}, routes.destroyAction},
	}
}

// actionPath splits the path of an action into collection and verb. The mux has no pattern for such paths.
func actionPath(path string) (name, verb string, ok bool) {
	rest, ok := strings.CutPrefix(path, "/api/")
	if !ok || strings.Contains(rest, "/") {
		return "", "", false
	}
	name, verb, ok = strings.Cut(rest, ":")
	return name, verb, ok && name != "" && name != "webhook" // webhook:trigger belongs to the front door
}

// describeActions adds the actions to the OpenAPI description.
func (r routes) describeActions() {
	for _, a := range actions() {
		op := &huma.Operation{
			OperationID: "action-" + a.name, Method: a.method, Path: "/api/{collection}:" + a.name, Summary: a.summary, Metadata: needs(a.needs),
			Parameters: []*huma.Param{{Name: "collection", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}}},
			Responses:  response("200", "data, and for a list meta: count, page, pageSize, totalPage", anyJSON("the answer")),
		}
		for _, name := range a.params {
			op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "query", Schema: &huma.Schema{Type: "string"}})
		}
		if a.name == "create" || a.name == "update" {
			op.RequestBody = &huma.RequestBody{Required: true, Content: anyJSON("an object by field name")}
		}
		op.Responses["default"] = &huma.Response{Description: "Error", Content: map[string]*huma.MediaType{problemType: {Schema: r.schemaOf(Problem{})}}}
		r.api.OpenAPI().AddOperation(op)
	}
}

// act serves an action.
func (r routes) act(w http.ResponseWriter, req *http.Request, name, verb string) {
	if f, ok, known := nocobaseActionOf(name, verb); ok {
		r.actNocobase(w, req, f)
		return
	} else if known {
		writeProblem(w, fault.New("api.act", fault.NotFound, "there is no action %q on %s", verb, name))
		return
	}
	i := slices.IndexFunc(actions(), func(a action) bool { return a.name == verb })
	if i < 0 {
		writeProblem(w, fault.New("api.act", fault.NotFound, "there is no action %q: use list, get, create, update or destroy", verb))
		return
	}
	a := actions()[i]
	if req.Method != a.method {
		w.Header().Set("Allow", a.method)
		send(w, Problem{Title: http.StatusText(http.StatusMethodNotAllowed), Status: http.StatusMethodNotAllowed, Detail: req.Method + " is not possible here; use " + a.method})
		return
	}
	if err := allowed(caller(req.Context()), a.needs); err != nil {
		writeProblem(w, err)
		return
	}
	call, err := readAction(name, req.URL.RawQuery, a.params)
	if err == nil {
		err = a.do(r, w, req, call)
	}
	if err != nil {
		p := r.problem("action-"+verb, err)
		if len(p.Errors) == 0 { // NocoBase's clients read the message from errors
			p.Errors = []Detail{{Message: p.Detail}}
		}
		send(w, *p)
	}
}

// actionCall holds the parameters of an action in the form that queries and operations use.
type actionCall struct {
	collection     string
	filter         *collection.Filter
	sort           []collection.Sort
	fields, except []string
	appends        []string
	page, pageSize int
}

// readAction reads the parameters of an action. NocoBase's clients write lists with commas or brackets, and a
// filter as JSON or with brackets.
func readAction(name, query string, known []string) (*actionCall, error) {
	const op = "api.readAction"
	params, err := body.Query(query, body.Limits{})
	if err != nil {
		return nil, err
	}
	call := &actionCall{collection: name, page: 1, pageSize: collection.DefaultPageSize}
	for param, v := range params.Members() {
		if !slices.Contains(known, param) {
			return nil, fault.Field(op, param, "this action takes no such parameter%s", listed(known))
		}
		switch param {
		case "filter":
			err = call.where(v)
		case "filterByTk":
			err = call.byKey(v)
		case "sort":
			call.sort = sortOf(texts(v))
		case "fields":
			call.fields = texts(v)
		case "except":
			call.except = texts(v)
		case "appends":
			call.appends = texts(v)
		case "page":
			call.page, err = from1(param, v)
		case "pageSize":
			call.pageSize, err = from1(param, v)
		}
		if err != nil {
			return nil, err
		}
	}
	return call, nil
}

func listed(known []string) string {
	if len(known) == 0 {
		return ""
	}
	return ", only " + strings.Join(known, ", ")
}

// texts reads a list: a=x,y or a[]=x&a[]=y.
func texts(v value.Value) (list []string) {
	if v.Kind() == value.KindArray {
		for element := range v.Elements() {
			list = append(list, texts(element)...)
		}
		return list
	}
	text, _ := v.Str()
	for one := range strings.SplitSeq(text, ",") {
		if one = strings.TrimSpace(one); one != "" {
			list = append(list, one)
		}
	}
	return list
}

func from1(param string, v value.Value) (int, error) {
	text, _ := v.Str()
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fault.Field("api.readAction", param, "it is a number from 1, not %s", v.Text())
	}
	return n, nil
}

// where adds a filter, given as JSON or as an object of brackets.
func (c *actionCall) where(v value.Value) error {
	if text, ok := v.Str(); ok {
		parsed, err := value.Parse(text, value.Limits{})
		if err != nil {
			return fault.Field("api.readAction", "filter", "it is %v", err)
		}
		v = parsed
	}
	f, err := filterOf(v)
	if err == nil && f != nil {
		c.and(*f)
	}
	return err
}

// byKey adds a filter by primary key, which is the id. It may name several.
func (c *actionCall) byKey(v value.Value) error {
	var ids value.ArrayBuilder
	keys := texts(v)
	for _, text := range keys {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fault.Field("api.readAction", "filterByTk", "it is the id of a record, or several, not %q", text)
		}
		ids.Add(value.Int(id))
	}
	if len(keys) == 0 {
		return fault.Field("api.readAction", "filterByTk", "it is empty")
	}
	c.and(collection.Filter{Op: collection.In, Field: "id", Value: ids.Value()})
	return nil
}

func (c *actionCall) and(f collection.Filter) {
	if c.filter != nil {
		f = collection.Filter{Op: collection.And, Parts: []collection.Filter{*c.filter, f}}
	}
	c.filter = &f
}
