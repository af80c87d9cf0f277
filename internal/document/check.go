package document

import (
	"fmt"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/value"
)

// Check reads and compiles one workflow document that came over the API, and reports every problem in it. A document
// without a key gets the given one; a document with another key is a problem. The result may be used only if there are
// no problems.
func Check(doc value.Value, key string, known Known) (Loaded, []Problem) {
	if doc.Kind() != value.KindObject {
		return Loaded{}, []Problem{{Code: errorcode.WrongType, Message: "a workflow is an object: {workflow: KEY, trigger: {…}, nodes: […]}"}}
	}
	if len(doc.Text()) > MaxDocument {
		return Loaded{}, []Problem{{Code: errorcode.TooLarge, Message: fmt.Sprintf("the document is too large: at most %s", decode.Size(MaxDocument))}}
	}
	if doc.Get("workflow").IsNull() {
		doc = withKey(doc, key)
	}
	w, problems := readWorkflow(doc)
	compiled, found := compile(w.Workflow, known, w.unsure)
	problems = append(problems, found...)
	if w.Key != key && keyProblem(w.Key) == "" {
		problems = append(problems, Problem{Code: errorcode.Conflict, Path: "workflow", Message: fmt.Sprintf("must stay %s: the key is the URL of the workflow; duplicate the workflow to give it another one", key)})
	}
	return Loaded{Workflow: w.Workflow, compiled: compiled}, normalize(problems)
}

// KeyProblem returns why a text cannot be the key of a workflow, or "".
func KeyProblem(key string) string { return keyProblem(key) }

// RandomKey returns an unguessable key for a workflow.
func RandomKey() string { return randomKey() }

// Keyed returns the document with a key as its first member.
func Keyed(doc value.Value, key string) value.Value { return withKey(doc, key) }

// WithTitle returns the document with another title, after its key if it has none yet.
func WithTitle(doc value.Value, title string) value.Value {
	var b value.ObjectBuilder
	set := !doc.Get("title").IsMissing()
	if doc.Get("workflow").IsMissing() && !set {
		b.Set("title", value.String(title))
		set = true
	}
	for name, member := range doc.Members() {
		if name == "title" {
			member = value.String(title)
		}
		b.Set(name, member)
		if name == "workflow" && !set {
			b.Set("title", value.String(title))
		}
	}
	return b.Value()
}
