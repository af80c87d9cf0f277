package document

import (
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

// workflowDoc is a workflow as written (SPEC §2).
type workflowDoc struct {
	Workflow value.Value `json:"workflow"`
	Title    string      `json:"title" max:"200"`
	Enabled  bool        `json:"enabled"`
	Trigger  triggerDoc  `json:"trigger" required:"true"`
	Options  optionsDoc  `json:"options"`
	Nodes    []nodeDoc   `json:"nodes"`
}

// Hint recognizes NocoBase's names for a workflow's fields.
func (*workflowDoc) Hint(field string) string {
	switch field {
	case "key", "name", "id":
		return "write the key as workflow: <key>"
	case "type", "config":
		return decode.Quote(field) + " belongs under trigger: trigger: {type: webhook, …}"
	case "sync":
		return "write trigger: {mode: sync}"
	case "current", "executed", "allExecuted", "versionStats", "stats", "createdAt", "updatedAt":
		return decode.Quote(field) + " is NocoBase's own bookkeeping; leave it out"
	case "description":
		return "write title, or a comment"
	case "collections", "channels":
		return decode.Quote(field) + " needs a document of its own, after a line ---"
	case "onFailure":
		return "write options: {onFailure: KEY}"
	case "labels", "label":
		return "write options: {labels: {customer: \"{{$context.data.customer.id}}\"}}"
	case "retry", "onError", "timeout":
		return decode.Quote(field) + " belongs to a node; a whole execution's timeout is options.timeout"
	default:
		return ""
	}
}

type optionsDoc struct {
	Concurrency struct {
		Limit int    `json:"limit" min:"0" max:"10000"`
		Group string `json:"group"`
	} `json:"concurrency"`
	Timeout time.Duration `json:"timeout"`
	Retain  time.Duration `json:"retain" min:"1h" max:"3650d"`

	OnFailure string `json:"onFailure"`

	Labels value.Value `json:"labels"`
}

// Hint recognizes NocoBase's names for the options.
func (*optionsDoc) Hint(field string) string {
	switch field {
	case "deleteExecutionOnStatus", "stackLimit":
		return decode.Quote(field) + " has no counterpart; leave it out"
	case "label", "tags":
		return "write labels: {customer: \"{{$context.data.customer.id}}\"}"
	case "retention", "keep", "ttl":
		return "write retain: 30d"
	default:
		return ""
	}
}

// unreadParts lists the parts of a document that could not be read, so that later checks do not rely on them.
type unreadParts struct {
	mode  bool     // trigger.mode
	keys  bool     // some node's key
	paths []string // paths of problems in the trigger
}

// complete reports whether everything could be read.
func (u unreadParts) complete() bool { return !u.mode && !u.keys && len(u.paths) == 0 }

// hasProblem reports whether there is a problem at a path or below it.
func (u unreadParts) hasProblem(path string) bool {
	return slices.ContainsFunc(u.paths, func(p string) bool { return under(p, path) })
}

// FromDocument reads a document from the store or from the API. Here a document without a key is a problem.
func FromDocument(document value.Value) (flow.Workflow, []Problem) {
	w, problems := readWorkflow(document)
	if w.Generated {
		problems = append(problems, Problem{Code: errorcode.Required, Path: "workflow", Message: "is required"})
	}
	return w.Workflow, normalize(problems)
}

// readWorkflow decodes and checks a workflow document.
func readWorkflow(document value.Value) (Workflow, []Problem) {
	doc := workflowDoc{Enabled: true}
	r := &reader{}
	r.problems = decode.Into(document, &doc)
	var w Workflow
	w.Key, w.Generated = r.key(doc.Workflow)
	w.Title = doc.Title
	if w.Title == "" {
		w.Title = w.Key
	}
	w.Enabled = doc.Enabled
	if document.Get("trigger").Kind() == value.KindObject {
		w.Trigger = r.trigger(doc.Trigger, document.Get("trigger"))
	}
	w.Options = r.options(doc.Options)
	w.Nodes = r.nodes(doc.Nodes)
	w.Document = document
	if w.Generated {
		w.Document = withKey(document, w.Key)
	}
	w.Revision = Revision(w.Document)
	w.unsure = unreadParts{mode: r.has("trigger", "trigger.mode"), keys: r.keys}
	for _, p := range r.problems {
		if under(p.Path, "trigger") {
			w.unsure.paths = append(w.unsure.paths, p.Path)
		}
	}
	return w, toProblems(r.problems)
}

// reader collects the problems while it converts a decoded document to a workflow.
type reader struct {
	problems []decode.Problem
	keys     bool // some node's key is wrong
	count    int  // nodes so far
	seen     map[string]string
}

func (r *reader) problem(code, path, message string) {
	r.problems = append(r.problems, decode.Problem{Code: code, Path: path, Message: message})
}

// has reports whether a problem at one of the paths is known.
func (r *reader) has(paths ...string) bool {
	for _, p := range r.problems {
		if slices.Contains(paths, p.Path) {
			return true
		}
	}
	return false
}

func (r *reader) key(v value.Value) (key string, generated bool) {
	if v.IsNull() {
		return randomKey(), true
	}
	key, ok := v.Str()
	if !ok {
		r.problem(errorcode.WrongType, "workflow", "must be text; put it in quotes: "+decode.Quote(v.Text()))
		return "", false
	}
	if message := keyProblem(key); message != "" {
		if lower := strings.ToLower(key); lower != key && keyProblem(lower) == "" {
			message += "; write " + lower
		}
		r.problem(errorcode.Format, "workflow", message)
	}
	return key, false
}

func (r *reader) options(doc optionsDoc) flow.Options {
	c := doc.Concurrency
	if c.Group != "" && c.Limit == 0 && !r.has("options.concurrency.limit") {
		r.problem(errorcode.Required, "options.concurrency.group", "a group needs a limit of its own: concurrency: {limit: 1, group: …}")
	}
	if doc.OnFailure != "" {
		if message := keyProblem(doc.OnFailure); message != "" {
			r.problem(errorcode.Format, "options.onFailure", message)
		}
	}
	return flow.Options{
		Concurrency: flow.Concurrency{Limit: c.Limit, Group: c.Group}, Timeout: doc.Timeout, Retain: doc.Retain, OnFailure: doc.OnFailure,
		Labels: r.labels(doc.Labels),
	}
}
