package api

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/clientip"
	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/verify"
)

// Deps are the dependencies of the API. All of them must be set.
type Deps struct {
	Workflows   Workflows
	Drafts      Drafts
	Releases    Releases
	Documents   Documents
	Executions  Executions
	Deliveries  Deliveries
	Retries     Retries
	Replays     Replays
	Bulks       Bulks
	Passes      Passes
	Explains    Explains
	Records     Records
	Collections Collections
	Channels    Channels
	Variables   Variables
	Audit       Audit
	Engine      Engine
	Live        Live
	Samples     Samples
	Backups     Backups
	Tests       Tests
	Sends       Sends
	// Presets tell which keys of a signature are public; nil: none.
	Presets    *verify.Set
	Statistics Statistics
	// Stats returns the counters of the store, the engine and the front door by name, e.g. "store.commits".
	Stats func() map[string]int64
	// Room returns why the disk has no room for more calls, or nil.
	Room func() error
	// Backlog is the number of executions that may be queued or running.
	Backlog int64
	// Ready returns why the server cannot take calls, or nil.
	Ready func() error
	// Accounts says who may do what.
	Accounts Accounts
	// Proxies are trusted to say where a request comes from.
	Proxies clientip.Proxies
	// SignOnURL is the URL to which a sign-in provider sends the browser back; "": that of the request's host.
	SignOnURL string
	// BaseURL returns the base URL of the hooks as senders reach them: scheme and host, without a trailing
	// slash.
	BaseURL func() string
	Clock   clock.Clock
	Log     *slog.Logger
	Version string
}

// Executions reads executions. store.History implements it.
type Executions interface {
	Executions(context.Context, store.Listing) (store.Page[flow.Execution], error)
	Execution(context.Context, ident.ID) (flow.Execution, error)
	store.StepReader
	Load(context.Context, ident.ID) (store.Loaded, error)
}

// Deliveries reads deliveries. store.History implements it.
type Deliveries interface {
	Deliveries(context.Context, store.Listing) (store.Page[hook.Delivery], error)
	Delivery(context.Context, ident.ID) (hook.Delivery, error)
}

// Engine acts on executions.
type Engine interface {
	// Cancel requests the cancellation of an execution, and returns the status after the request.
	Cancel(ident.ID) (flow.Status, error)
}

// maxQuery is the longest query string, in bytes. It may contain a filter, or a cursor over long texts.
const maxQuery = 48 << 10

// New returns the handler for /healthz, /readyz and everything below /api/ except the hooks.
func New(deps Deps) http.Handler {
	r, mux := build(deps)
	return r.audited(r.guard(r.dispatch(mux), mux), mux)
}

// resources is the route table: one line for each resource, whose routes are in the file of its name.
func resources() []func(routes) {
	return []func(routes){
		routes.workflows,
		routes.drafts,
		routes.versions,
		routes.documents,
		routes.executions,
		routes.deliveries,
		routes.bulk,
		routes.collections,
		routes.channels,
		routes.variables,
		routes.audit,
		routes.records,
		routes.describeActions,
		routes.describeNocobase,
		routes.tail,
		routes.stats,
		routes.statistics,
		routes.backup,
		routes.profiles,
		routes.tests,
		routes.parse,
		routes.send,
		routes.errors,
		routes.signIns,
		routes.signOns,
		routes.users,
		routes.sessions,
		routes.keys,
	}
}

// build registers all operations.
func build(deps Deps) (routes, *http.ServeMux) {
	mux := http.NewServeMux()
	c := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Hookline", Version: deps.Version},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token":   {Type: "http", Scheme: "bearer", Description: "an API key, or the content of the file token"},
					"session": {Type: "apiKey", In: "cookie", Name: securePrefix + sessionCookie, Description: "the session of a person; without HTTPS the name has no prefix"},
				},
			},
			Security: []map[string][]string{{"token": {}}, {"session": {}}},
		},
		OpenAPIPath:                  "/api/openapi",
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{finishProblem},
	}
	r := routes{Deps: deps, api: humago.New(mux, c), inputs: make(map[string]reflect.Type)}
	r.api.UseMiddleware(permit, r.watch)
	for _, register := range resources() {
		register(r)
	}
	mux.HandleFunc("GET /api/docs", r.docs())
	mux.HandleFunc("GET /healthz", r.healthz)
	mux.HandleFunc("GET /readyz", r.readyz)
	mux.HandleFunc("GET /setup", r.setUpPage)
	return r, mux
}

// routes registers the operations. Each is in the file of its resource.
type routes struct {
	Deps
	api    huma.API
	inputs map[string]reflect.Type // by the operation's id, for tests
}

// route describes one operation.
type route struct {
	method, path string
	id           string // the operation's id in the OpenAPI description
	summary      string
	needs        account.Permission
	body         int64 // the largest body, in bytes; 0: defaultBody
	// public means that no principal is needed, because the operation makes one, such as a sign-in. needs is then "".
	public bool
	// anyQuery means that unknown query parameters are no error, because somebody else's program writes the URL.
	anyQuery bool
}

// defaultBody is the largest body of an operation that does not state another one, in bytes.
const defaultBody = 1 << 10

// operation returns the operation of a route.
func (o route) operation() huma.Operation {
	op := huma.Operation{
		OperationID: o.id, Method: o.method, Path: o.path, Summary: o.summary, MaxBodyBytes: defaultBody, Metadata: needs(o.needs),
	}
	if o.body > 0 {
		op.MaxBodyBytes = o.body
	}
	op.SkipValidateParams = o.anyQuery
	if o.public {
		op.Metadata, op.Security = map[string]any{publicKey: true}, []map[string][]string{}
	}
	return op
}

// handle registers one operation. Errors of its handler become problem documents.
func handle[I, O any](r routes, o route, do func(context.Context, *I) (*O, error)) {
	r.inputs[o.id] = reflect.TypeFor[I]()
	times := timesIn(r.inputs[o.id])
	huma.Register(r.api, o.operation(), func(ctx context.Context, in *I) (*O, error) {
		if err := checkTimes(in, times); err != nil {
			return nil, r.problem(o.id, err)
		}
		out, err := do(ctx, in)
		if err != nil {
			return nil, r.problem(o.id, err)
		}
		return out, nil
	})
}

// list is a response with one page of results, newest first.
type list[T any] struct {
	Body Page[T]
}

// Page is one page of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	// Next is the value of before for the next page; empty on the last page.
	Next string `json:"next,omitempty"`
}

// one is a response with a single value.
type one[T any] struct {
	Body T
}
