package api

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
)

// Deps is what the API works with. All of it must be set.
type Deps struct {
	Workflows   Workflows
	Executions  Executions
	Deliveries  Deliveries
	Replays     Replays
	Explains    Explains
	Records     Records
	Collections Collections
	Engine      Engine
	Live        Live
	// Stats returns the counters of store, engine and front door by name, e.g. "store.commits".
	Stats func() map[string]int64
	// Ready returns why the server cannot take calls, or nil.
	Ready func() error
	// Token returns what callers must send as "Authorization: Bearer". It never returns "".
	Token func() string
	// BaseURL returns how senders reach the hooks: scheme and host, without a slash at the end.
	BaseURL func() string
	Clock   clock.Clock
	Log     *slog.Logger
	Version string
}

// Executions reads executions; a store.History is one.
type Executions interface {
	Executions(context.Context, store.ExecutionQuery) ([]flow.Execution, error)
	Load(context.Context, ident.ID) (store.Loaded, error)
}

// Deliveries reads deliveries; a store.History is one.
type Deliveries interface {
	Deliveries(context.Context, store.DeliveryQuery) ([]hook.Delivery, error)
	Delivery(context.Context, ident.ID) (hook.Delivery, error)
}

// Engine acts on executions.
type Engine interface {
	// Retry puts an ended execution back into the queue. fault.Conflict when it did not end, or
	// succeeded.
	Retry(ident.ID) error
	// Cancel asks that an execution be canceled, and returns the status after the request.
	Cancel(ident.ID) (flow.Status, error)
}

// Live is the view of what happens now.
type Live interface {
	// Follow sends "open" and then every event from now on, by name and as something that marshals to
	// JSON, until ctx ends, the server stops (nil) or send fails. fault.Unavailable when too many look
	// on already; then nothing was sent.
	Follow(ctx context.Context, send func(name string, data any) error) error
}

// maxQuery bounds the query string of a call, in bytes: a filter, or a cursor over long texts.
const maxQuery = 48 << 10

// New returns the handler of everything below /api/ but the hooks, and of /healthz and /readyz.
func New(deps Deps) http.Handler {
	mux := http.NewServeMux()
	c := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Hookline", Version: deps.Version},
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}},
			},
			Security: []map[string][]string{{"token": {}}},
		},
		OpenAPIPath:                  "/api/openapi",
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}
	r := routes{Deps: deps, api: humago.New(mux, c)}
	r.workflows()
	r.executions()
	r.deliveries()
	r.collections()
	r.records()
	r.describeActions()
	r.tail()
	r.stats()
	mux.HandleFunc("GET /healthz", r.healthz)
	mux.HandleFunc("GET /readyz", r.readyz)
	return r.guard(mux)
}

// routes registers the operations, each in the file of its resource.
type routes struct {
	Deps
	api huma.API
}

// handle registers one operation. The errors of its handler become problem documents.
func handle[I, O any](r routes, method, path, id, summary string, do func(context.Context, *I) (*O, error)) {
	op := huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, MaxBodyBytes: 1 << 10}
	huma.Register(r.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, in)
		if err != nil {
			return nil, r.problem(id, err)
		}
		return out, nil
	})
}

// list is an answer with one page of something, newest first.
type list[T any] struct {
	Body Page[T]
}

// Page is one page of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	// Next is the id to give as before for the page behind this one; empty on the last.
	Next string `json:"next,omitempty"`
}

// one is an answer with one thing.
type one[T any] struct {
	Body T
}
