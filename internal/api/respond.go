package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

// respond registers an operation that reads its body and writes its response itself. Large content is then in
// memory at most once, and JSON keeps its literals. A returned error becomes a problem document, so it must be
// returned before the first byte of the response.
func respond[I any](r routes, permission account.Permission, op huma.Operation, do func(http.ResponseWriter, *http.Request, *I) error) {
	if op.Metadata == nil {
		op.Metadata = needs(permission)
	}
	body := op.RequestBody
	op.RequestBody = nil // otherwise it would be read before do is called
	r.inputs[op.OperationID] = reflect.TypeFor[I]()
	times := timesIn(r.inputs[op.OperationID])
	huma.Register(r.api, op, func(_ context.Context, in *I) (*huma.StreamResponse, error) {
		if err := checkTimes(in, times); err != nil {
			return nil, r.problem(op.OperationID, err)
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			req, w := humago.Unwrap(hc)
			if err := do(w, req, in); err != nil {
				send(w, *r.problem(op.OperationID, err))
			}
		}}, nil
	})
	item := r.api.OpenAPI().Paths[op.Path]
	for _, registered := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
		if registered != nil && registered.OperationID == op.OperationID {
			registered.RequestBody = body
		}
	}
}

// anyJSON describes JSON whose shape depends on the user's data.
func anyJSON(what string) map[string]*huma.MediaType {
	return map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Description: what}}}
}

// response describes one response.
func response(status, what string, content map[string]*huma.MediaType) map[string]*huma.Response {
	return map[string]*huma.Response{status: {Description: what, Content: content}}
}

// writeJSON responds with a JSON text.
func writeJSON(w http.ResponseWriter, status int, text ...string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	for _, part := range text {
		if _, err := io.WriteString(w, part); err != nil { // safe: the content type is JSON and nosniff is set
			return // the caller has disconnected
		}
	}
}

// writeAny responds with a value that marshals to JSON.
func writeAny(w http.ResponseWriter, status int, x any) error {
	v, err := value.From(x)
	if err == nil {
		writeJSON(w, status, v.Text(), "\n")
	}
	return err
}

// unsupportedType returns the response to a body of an unsupported type.
func unsupportedType(w http.ResponseWriter, types string) *Problem {
	w.Header().Set("Accept-Post", types)
	return &Problem{
		Type: problemURN + "content-type", Title: http.StatusText(http.StatusUnsupportedMediaType), Status: http.StatusUnsupportedMediaType,
		Detail: "the body must be of type " + types,
	}
}

// maxJSON is the largest JSON body, in bytes. Import accepts files of any length.
const maxJSON = value.DefaultBytes

// readJSON reads a JSON body.
func readJSON(w http.ResponseWriter, req *http.Request) (value.Value, error) {
	const op = "api.readJSON"
	if media, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); err == nil || req.Header.Get("Content-Type") != "" {
		if media != "application/json" && !strings.HasSuffix(media, "+json") {
			return value.Value{}, unsupportedType(w, "application/json")
		}
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxJSON))
	if err != nil {
		return value.Value{}, bodyError(op, err)
	}
	v, err := value.ParseBytes(text, value.Limits{})
	if err != nil {
		return value.Value{}, fault.As(op, fault.Invalid, err, "the body is %v", err)
	}
	return v, nil
}

// bodyError classifies an error of reading a body.
func bodyError(op string, err error) error {
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.As(op, fault.TooLarge, err, "the body is larger than %d MiB; import takes files of any length", large.Limit>>20)
	}
	if ours, ok := errors.AsType[*fault.Error](err); ok {
		return ours
	}
	return fault.As(op, fault.Invalid, err, "the body did not come whole")
}

// patience is how long one read from a long body may take.
const patience = 30 * time.Second

// slowBody is a body of any length. The time limit applies to each read, not to the whole body.
type slowBody struct {
	body    io.Reader
	control *http.ResponseController
	clock   clock.Clock
}

// Read reads with a new deadline.
func (b slowBody) Read(p []byte) (int, error) {
	_ = b.control.SetReadDeadline(b.clock.Now().Add(patience)) // test recorders do not support deadlines
	return b.body.Read(p)
}
