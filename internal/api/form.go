package api

import (
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// maxForm is the largest body of an operation of accounts, in bytes. Anybody may send one.
const maxForm = 8 << 10

// form registers an operation that reads a small JSON body with readForm. body and answer are examples of their types; nil: none.
func form[I any](r routes, o route, body, answer any, do func(http.ResponseWriter, *http.Request, *I) error) {
	op := o.operation()
	jsonOf := func(x any) map[string]*huma.MediaType {
		return map[string]*huma.MediaType{"application/json": {Schema: r.schemaOf(x)}}
	}
	if body != nil {
		op.RequestBody = &huma.RequestBody{Required: true, Content: jsonOf(body)}
	}
	status, what, content := "204", "done", map[string]*huma.MediaType(nil)
	if answer != nil {
		status, what, content = "200", "done", jsonOf(answer)
	}
	op.Responses = response(status, what, content)
	respond(r, o.needs, op, do)
}

// readForm decodes a small JSON body strictly.
func readForm(w http.ResponseWriter, req *http.Request, into any) error {
	const op = "api.readForm"
	if media, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return unsupportedType(w, "application/json")
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxForm))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return fault.As(op, fault.TooLarge, err, "the body is larger than %d KiB", maxForm>>10)
	}
	if err != nil {
		return fault.As(op, fault.Invalid, err, "the body did not come whole")
	}
	v, err := value.ParseBytes(text, value.Limits{})
	if err != nil {
		return fault.As(op, fault.Invalid, err, "the body is not valid JSON")
	}
	if v.Kind() != value.KindObject {
		return fault.New(op, fault.Invalid, "the body must be an object, e.g. {\"email\": \"ann@example.com\"}")
	}
	var errs []error
	for _, p := range decode.Into(v, into) {
		errs = append(errs, fault.Field(op, p.Path, "%s", p.Message))
	}
	return errors.Join(errs...)
}

// secretText is a text that no message quotes.
type secretText string

// DecodeValue reads the text.
func (s *secretText) DecodeValue(v value.Value) []decode.Problem {
	text, ok := v.Str()
	if !ok {
		return []decode.Problem{{Message: "must be a text in quotes"}}
	}
	*s = secretText(text)
	return nil
}
