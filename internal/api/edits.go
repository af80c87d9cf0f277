package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/document/edit"
	"hookline.dev/hookline/internal/value"
)

// Edits is the body of a PATCH of a draft.
type Edits struct {
	Operations []Operation `json:"operations" maxItems:"1000"`
}

// Operation is one change of a draft.
type Operation struct {
	Op    string `json:"op" enum:"add,remove,move,set,rename,replace"`
	Key   string `json:"key,omitempty" doc:"the node; set without it changes the workflow itself"`
	Path  string `json:"path,omitempty" doc:"set: JSON pointer, such as /config/values/name; in a list, - is the end"`
	Value JSON   `json:"value,omitzero" doc:"set, replace: the new value; set without it removes what is there"`
	Index *int   `json:"index,omitempty" doc:"set: where a new member is put in its object; absent: at the end"`
	Node  JSON   `json:"node,omitzero" doc:"add: the node, with everything below it"`
	At    *Place `json:"at,omitempty" doc:"add, move: where the node will be"`
	To    string `json:"to,omitempty" doc:"rename: the new key"`
}

// Place is a place in a list of nodes.
type Place struct {
	Node   string `json:"node,omitempty" doc:"the key of the node whose branch it is; absent: the workflow's own list"`
	Branch string `json:"branch,omitempty"`
	Index  int    `json:"index" doc:"what the node's index will be, from 0"`
}

// Reference is a text that seems to refer to a renamed node and could not be changed.
type Reference struct {
	Path string `json:"path" doc:"JSON pointer"`
	Text string `json:"text"`
}

// Edited is the answer to a PATCH of a draft.
type Edited struct {
	Draft
	Inverse []Operation `json:"inverse" doc:"what undoes the change; a secret in it is masked"`
	Left    []Reference `json:"left" doc:"references to renamed nodes that are left as they were, such as those in scripts"`
}

// operation is a decoded Operation.
type operation struct {
	Op    string      `json:"op" required:"true" enum:"add,remove,move,set,rename,replace"`
	Key   string      `json:"key"`
	Path  string      `json:"path"`
	Value value.Value `json:"value"`
	Index *int        `json:"index"`
	Node  value.Value `json:"node"`
	At    *struct {
		Node   string `json:"node"`
		Branch string `json:"branch"`
		Index  int    `json:"index"`
	} `json:"at"`
	To string `json:"to"`
}

// readEdits reads the body of a PATCH.
func readEdits(w http.ResponseWriter, req *http.Request) ([]edit.Operation, error) {
	var body struct {
		Operations []operation `json:"operations" required:"true" max:"1000"`
	}
	if err := decodeBody(w, req, &body); err != nil {
		return nil, err
	}
	out := make([]edit.Operation, len(body.Operations))
	for i, o := range body.Operations {
		out[i] = edit.Operation{Op: o.Op, Key: o.Key, Path: o.Path, Value: o.Value, Index: o.Index, Node: o.Node, At: (*edit.Place)(o.At), To: o.To}
	}
	return out, nil
}

// shownOperations shows operations.
func shownOperations(list []edit.Operation) []Operation {
	out := make([]Operation, len(list))
	for i, o := range list {
		out[i] = Operation{Op: o.Op, Key: o.Key, Path: o.Path, Value: JSON{o.Value}, Index: o.Index, Node: JSON{o.Node}, At: (*Place)(o.At), To: o.To}
	}
	return out
}

// jsonOf describes a JSON body.
func (r routes) jsonOf(x any) map[string]*huma.MediaType {
	return map[string]*huma.MediaType{"application/json": {Schema: r.schemaOf(x)}}
}

// who names the caller, for people.
func who(ctx context.Context) string {
	p := caller(ctx)
	switch p.Kind {
	case account.ByKey:
		return "API key " + p.Name
	case account.ByToken:
		return "the server's token"
	default:
		return p.Name
	}
}
