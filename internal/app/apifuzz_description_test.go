package app_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// operation is one operation of the OpenAPI description.
type operation struct {
	method, path string
	ID           string                                 `json:"operationId"`
	Parameters   []parameter                            `json:"parameters"`
	RequestBody  struct{ Content bodyTypes }            `json:"requestBody"`
	Responses    map[string]struct{ Content bodyTypes } `json:"responses"`
	Security     []map[string][]string                  `json:"security"`
}

type bodyTypes map[string]struct{ Schema schemaOf }

type parameter struct {
	Name, In string
	Schema   schemaOf
}

// schemaOf is the part of a JSON Schema that the description uses.
type schemaOf struct {
	Ref        string              `json:"$ref"`
	Type       typeNames           `json:"type"`
	Enum       []any               `json:"enum"`
	Minimum    *float64            `json:"minimum"`
	Maximum    *float64            `json:"maximum"`
	MaxLength  *int                `json:"maxLength"`
	Properties map[string]schemaOf `json:"properties"`
	Items      *schemaOf           `json:"items"`
	Required   []string            `json:"required"`
}

// typeNames are the types that a value may have; none: any.
type typeNames []string

// UnmarshalJSON reads one name or a list of them.
func (n *typeNames) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*n = typeNames{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(n))
}

// description is the OpenAPI description of a server.
type description struct {
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]schemaOf }
}

// readDescription parses a description and returns it with its operations, sorted.
func readDescription(t *testing.T, text string) (d description, all []operation) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	for path, item := range d.Paths {
		for method, op := range item {
			op.method, op.path = strings.ToUpper(method), path
			all = append(all, op)
		}
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.path+" "+a.method, b.path+" "+b.method) })
	return d, all
}

// resolve follows a reference.
func (d *description) resolve(s schemaOf) schemaOf {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return d.Components.Schemas[name]
	}
	return s
}

// public reports whether the operation needs no principal.
func (o *operation) public() bool { return o.Security != nil && len(o.Security) == 0 }

// streams reports whether the answer may go on until the caller leaves.
func (o *operation) streams() bool {
	for _, r := range o.Responses {
		if _, ok := r.Content["text/event-stream"]; ok {
			return true
		}
	}
	return o.ID == "profile"
}
