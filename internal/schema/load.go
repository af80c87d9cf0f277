package schema

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

// source is a schema as the library represents it.
type source = *jsonschema.Schema

// base is the address of a schema that has no $id. Nothing is stored there.
const base = "hookline:///schema"

// noLoader refuses to load anything.
type noLoader struct{}

func (noLoader) Load(string) (any, error) { return nil, errors.New("a schema loads nothing") }

// load makes the library check a schema against the meta-schema and resolve its references.
func (r *reader) load(raw any) source {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.UseLoader(noLoader{})
	c.AssertFormat()
	err := c.AddResource(base, raw)
	var s source
	if err == nil {
		s, err = c.Compile(base)
	}
	if err != nil {
		r.explain(err)
	}
	return s
}

// explain converts an error of the library to problems with paths.
func (r *reader) explain(err error) {
	var (
		wrong   *jsonschema.SchemaValidationError
		loading *jsonschema.LoadURLError
		nothing *jsonschema.JSONPointerNotFoundError
		unnamed *jsonschema.AnchorNotFoundError
		found   *jsonschema.ValidationError
	)
	switch {
	case errors.As(err, &wrong) && errors.As(wrong.Err, &found):
		_, pointer, _ := strings.Cut(wrong.URL, "#")
		r.leafErrors(tokens(pointer), found)
	case errors.As(err, &loading):
		r.reportReferences(func(target string) bool { return !strings.HasPrefix(target, "#") },
			"leads out of the schema; nothing is loaded: put what is meant under $defs")
	case errors.As(err, &nothing):
		_, pointer, _ := strings.Cut(nothing.URL, "#")
		r.reportReferences(func(target string) bool { return strings.HasSuffix(target, "#"+pointer) }, "leads to nothing in the schema")
	case errors.As(err, &unnamed):
		_, anchor, _ := strings.Cut(unnamed.Reference, "#")
		r.reportReferences(func(target string) bool { return strings.HasSuffix(target, "#"+anchor) }, "leads to an $anchor that does not exist")
	default:
		r.problem("", "cannot be used: %s", strings.ReplaceAll(err.Error(), base, ""))
	}
}

// reportReferences puts a message on every reference that the error may be about.
func (r *reader) reportReferences(meant func(target string) bool, text string) {
	before := len(r.problems)
	for _, ref := range r.refs {
		if meant(ref.target) {
			r.problem(ref.path, "%s %s", decode.Quote(ref.target), text)
		}
	}
	if len(r.problems) == before {
		r.problem("", "a $ref %s", text)
	}
}

// leafErrors reports the innermost errors that the meta-schema finds.
func (r *reader) leafErrors(under []string, e *jsonschema.ValidationError) {
	for _, cause := range e.Causes {
		r.leafErrors(under, cause)
	}
	if len(e.Causes) == 0 {
		printer := message.NewPrinter(language.English)
		r.problem(pathOf(r.doc, slices.Concat(under, e.InstanceLocation)), "%s", e.ErrorKind.LocalizedString(printer))
	}
}

// tokens splits a JSON pointer into its unescaped tokens.
func tokens(pointer string) []string {
	if pointer == "" {
		return nil
	}
	list := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, t := range list {
		list[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(t)
	}
	return list
}

// pathOf converts a position in a schema to a document path.
func pathOf(doc value.Value, list []string) string {
	path := ""
	for _, t := range list {
		if i, err := strconv.Atoi(t); err == nil && doc.Kind() == value.KindArray {
			path, doc = path+decode.Index(i), doc.At(i)
			continue
		}
		path, doc = decode.Join(path, decode.Name(t)), doc.Get(t)
	}
	return path
}

// where returns the path of a schema that the library has compiled.
func where(doc value.Value, s source) string {
	_, pointer, _ := strings.Cut(s.Location, "#")
	if plain, err := url.PathUnescape(pointer); err == nil {
		pointer = plain
	}
	return pathOf(doc, tokens(pointer))
}
