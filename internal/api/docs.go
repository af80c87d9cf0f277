package api

import (
	"bytes"
	"cmp"
	_ "embed"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
)

//go:embed docs.html
var docsPage string

// docsPolicy lets the page use its own styles and nothing else: it has no script.
const docsPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// docs returns the handler of a page that describes the API for people. It is made from the same description as
// /api/openapi.json, when it is first asked for: the description does not change later.
func (r routes) docs() http.HandlerFunc {
	render := sync.OnceValues(func() ([]byte, error) {
		t, err := template.New("docs").Parse(docsPage)
		if err != nil {
			return nil, fault.Wrap("api.docs", err)
		}
		var b bytes.Buffer
		err = t.Execute(&b, docsOf(r.api.OpenAPI()))
		return b.Bytes(), fault.Wrap("api.docs", err)
	})
	return func(w http.ResponseWriter, _ *http.Request) {
		page, err := render()
		if err != nil {
			send(w, *r.problem("docs", err))
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", docsPolicy)
		_, _ = w.Write(page) // the caller may have disconnected
	}
}

// The data of the page.
type (
	docsData struct {
		Title, Version string
		Groups         []docsGroup
		Schemas        []docsSchema
		Grants         []account.Grant
	}
	docsGroup struct {
		Name       string // the first part of the path below /api/
		Operations []docsOperation
	}
	docsOperation struct {
		ID, Method, Path, Summary string
		Role                      account.Role // the lowest that may use it; "": public
		Workflow                  bool         // keys that are bound to workflows may use it
		Parameters                []docsField
		Body                      []docsContent
		Responses                 []docsResponse
	}
	docsField struct {
		Name, In, Type, Ref, Note string
		Required                  bool
	}
	docsContent  struct{ Type, Shape, Ref string }
	docsResponse struct {
		Status, What string
		Content      []docsContent
	}
	docsSchema struct {
		Name, Note string
		Fields     []docsField
	}
)

// docsOf turns the description into the data of the page.
func docsOf(api *huma.OpenAPI) docsData {
	data := docsData{Title: api.Info.Title, Version: api.Info.Version, Grants: account.Grants()}
	groups := map[string][]docsOperation{}
	for path, item := range api.Paths {
		for method, op := range operationsOf(item) {
			name := docsGroupOf(path)
			groups[name] = append(groups[name], docsOperationOf(method, path, op))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		ops := groups[name]
		slices.SortFunc(ops, func(a, b docsOperation) int {
			return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
		})
		data.Groups = append(data.Groups, docsGroup{name, ops})
	}
	all := api.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		s := all[name]
		out := docsSchema{Name: name, Note: s.Description}
		for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
			f := docsFieldOf(field, s.Properties[field])
			f.Required = slices.Contains(s.Required, field)
			out.Fields = append(out.Fields, f)
		}
		data.Schemas = append(data.Schemas, out)
	}
	return data
}

// docsGroupOf returns the first part of a path below /api/.
func docsGroupOf(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, "/api/"), "/")
	if name, action, ok := strings.Cut(name, ":"); ok && action != "" {
		return "NocoBase's " + strings.NewReplacer("{", "", "}", "").Replace(name)
	}
	return name
}

// operationsOf returns the operations of a path by method.
func operationsOf(item *huma.PathItem) map[string]*huma.Operation {
	all := map[string]*huma.Operation{
		"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete,
	}
	maps.DeleteFunc(all, func(_ string, op *huma.Operation) bool { return op == nil })
	return all
}

func docsOperationOf(method, path string, op *huma.Operation) docsOperation {
	out := docsOperation{ID: op.OperationID, Method: method, Path: path, Summary: op.Summary}
	permission, _ := op.Metadata[permissionKey].(account.Permission)
	for _, g := range account.Grants() {
		if g.Permission == permission {
			out.Role, out.Workflow = g.Lowest, g.Workflow
		}
	}
	for _, p := range op.Parameters {
		f := docsFieldOf(p.Name, p.Schema)
		f.In, f.Required, f.Note = p.In, p.Required, cmp.Or(p.Description, f.Note)
		out.Parameters = append(out.Parameters, f)
	}
	if op.RequestBody != nil {
		out.Body = docsContentOf(op.RequestBody.Content)
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		res := op.Responses[status]
		out.Responses = append(out.Responses, docsResponse{status, res.Description, docsContentOf(res.Content)})
	}
	return out
}

func docsContentOf(content map[string]*huma.MediaType) (out []docsContent) {
	for _, typ := range slices.Sorted(maps.Keys(content)) {
		shape, ref := "", ""
		if s := content[typ].Schema; s != nil {
			shape, ref = docsShape(s)
			shape = cmp.Or(s.Description, shape)
		}
		out = append(out, docsContent{typ, shape, ref})
	}
	return out
}

func docsFieldOf(name string, s *huma.Schema) docsField {
	f := docsField{Name: name}
	if s == nil {
		return f
	}
	f.Type, f.Ref = docsShape(s)
	f.Note = s.Description
	if len(s.Enum) > 0 {
		words := make([]string, len(s.Enum))
		for i, word := range s.Enum {
			words[i], _ = word.(string)
		}
		f.Note = strings.TrimPrefix(f.Note+"; ", "; ") + "one of " + strings.Join(words, ", ")
	}
	if s.Minimum != nil && s.Maximum != nil {
		f.Note = strings.TrimPrefix(f.Note+"; ", "; ") + strconv.FormatFloat(*s.Minimum, 'f', -1, 64) + " to " + strconv.FormatFloat(*s.Maximum, 'f', -1, 64)
	}
	return f
}

// docsShape returns the type of a schema in words, and the name of the schema to which it refers.
func docsShape(s *huma.Schema) (shape, ref string) {
	switch {
	case s.Ref != "":
		name := s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
		return name, name
	case s.Type == "array" && s.Items != nil:
		shape, ref = docsShape(s.Items)
		return "list of " + shape, ref
	case s.Format != "" && s.Format != "int64" && s.Format != "int32" && s.Format != "double":
		return s.Type + " (" + s.Format + ")", ""
	case s.Type == "":
		return "any JSON", ""
	default:
		return s.Type, ""
	}
}
