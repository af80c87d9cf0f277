package document

import (
	"fmt"
	"time"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// nodeDoc is a node as written (SPEC §2).
type nodeDoc struct {
	Key      string                `json:"key" required:"true"`
	Type     string                `json:"type" required:"true"`
	Title    string                `json:"title" max:"200"`
	Config   value.Value           `json:"config"`
	Retry    *retryDoc             `json:"retry"`
	Timeout  time.Duration         `json:"timeout"`
	OnError  string                `json:"onError" enum:"fail,continue,branch"`
	Branches decode.Map[[]nodeDoc] `json:"branches"`
}

// Hint recognizes NocoBase's names for a node's fields.
func (*nodeDoc) Hint(field string) string {
	switch field {
	case "upstreamId", "downstreamId", "upstream", "downstream", "next":
		return "the order of the list says what follows; leave it out"
	case "branchIndex":
		return "write the node under the branch of the node above it: branches: {then: [ … ]}"
	case "id", "workflowId", "createdAt", "updatedAt":
		return decode.Quote(field) + " is NocoBase's own bookkeeping; leave it out"
	case "name":
		return "write key, or title for people"
	case "then", "else", "otherwise":
		return "write it under branches: branches: {" + field + ": [ … ]}"
	case "values", "when", "collection", "expression", "source", "status", "body", "value", "url":
		return decode.Quote(field) + " belongs under config: config: {" + field + ": …}"
	default:
		return ""
	}
}

type retryDoc struct {
	Attempts int           `json:"attempts" min:"1" max:"100"`
	Delay    time.Duration `json:"delay"`
	Factor   float64       `json:"factor" min:"1" max:"100"`
	// MaxDelay bounds every delay, including one that the remote side asks for by Retry-After.
	MaxDelay time.Duration `json:"maxDelay" min:"1ms" max:"30d"`
}

// DecodeValue sets the defaults and requires attempts.
func (d *retryDoc) DecodeValue(v value.Value) []decode.Problem {
	type plain retryDoc
	doc := plain{Delay: DefaultRetryDelay, Factor: DefaultRetryFactor}
	problems := decode.Into(v, &doc)
	if v.Kind() == value.KindObject && v.Get("attempts").IsMissing() {
		problems = append(problems, decode.Problem{Code: errorcode.Required, Path: "attempts", Message: "is required; it includes the first attempt"})
	}
	if v.Get("maxDelay").IsMissing() {
		doc.MaxDelay = max(DefaultRetryMaxDelay, doc.Delay)
	} else if len(problems) == 0 && doc.MaxDelay < doc.Delay {
		problems = append(problems, decode.Problem{Code: errorcode.Range, Path: "maxDelay", Message: "must not be less than delay, " + decode.FormatDuration(doc.Delay)})
	}
	*d = retryDoc(doc)
	return problems
}

// nodes checks the tree.
func (r *reader) nodes(list []nodeDoc) []flow.Node {
	r.seen = make(map[string]string)
	nodes := r.list("nodes", list)
	if r.count > MostNodes {
		r.problem(errorcode.TooLarge, "nodes", fmt.Sprintf("%d nodes are too many: at most %d in one workflow", r.count, MostNodes))
	}
	return nodes
}

func (r *reader) list(path string, list []nodeDoc) []flow.Node {
	var out []flow.Node
	for i, doc := range list {
		if r.count++; r.count > MostNodes {
			continue
		}
		out = append(out, r.node(path+decode.Index(i), doc))
	}
	return out
}

func (r *reader) node(at string, doc nodeDoc) flow.Node {
	r.nodeKey(at+".key", at, doc.Key)
	n := flow.Node{
		Key: doc.Key, Type: doc.Type, Title: doc.Title, Config: doc.Config, Timeout: doc.Timeout, OnError: flow.OnErrorFail, At: at,
	}
	if n.Title == "" {
		n.Title = n.Key
	}
	if n.Config.IsNull() {
		n.Config = value.Trusted("{}")
	}
	if doc.Retry != nil {
		n.Retry = flow.Retry{Attempts: doc.Retry.Attempts, Delay: doc.Retry.Delay, Factor: doc.Retry.Factor, MaxDelay: doc.Retry.MaxDelay}
	}
	if doc.OnError != "" {
		n.OnError = flow.OnError(doc.OnError)
	}
	hasError := false
	for _, b := range doc.Branches {
		hasError = hasError || b.Name == flow.ErrorBranch
		n.Branches = append(n.Branches, flow.Branch{Name: b.Name, Nodes: r.list(branchPath(at, b.Name), b.Value)})
	}
	switch {
	case r.has(at+".onError", at+".branches"):
	case n.OnError == flow.OnErrorBranch && !hasError:
		r.problem(errorcode.Required, at+".onError", "branch needs the nodes to run: branches: {error: [ … ]}")
	case n.OnError != flow.OnErrorBranch && hasError:
		r.problem(errorcode.NoEffect, decode.Join(at, "branches.error"), "runs only with onError: branch; add it or leave the branch out")
	}
	return n
}

func (r *reader) nodeKey(path, at, key string) {
	if r.has(path, at) {
		r.keys = true
		return
	}
	message := nameProblem(key)
	if first := r.seen[key]; message == "" && first != "" {
		message = fmt.Sprintf("the key %s is taken by %s; keys are unique in a workflow", key, first)
	}
	if message != "" {
		r.keys = true
		r.problem(errorcode.Format, path, message)
		return
	}
	r.seen[key] = at
}

func branchPath(at, name string) string {
	return decode.Join(at+".branches", decode.Name(name))
}
