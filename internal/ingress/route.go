package ingress

import (
	"slices"
	"strings"
	"sync/atomic"

	documents "hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/schema"
	"hookline.dev/hookline/internal/vault"
	"hookline.dev/hookline/internal/verify"
)

// Route is a compiled trigger. It is immutable except for its counts, and safe for concurrent
// use.
type Route struct {
	key      string
	revision string
	mode     flow.Mode
	closed   string // why it takes no calls; "" if it is live

	path    string   // below /api/webhooks, with {name} segments; "" for none
	names   []string // of the {name} segments, in order
	methods []string // with HEAD where there is GET

	contentTypes []string // nil: all that are supported
	maxBody      int64    // 0: the server's
	form, as     string   // how the body is read (hook.Request), if a preset says so
	auth         auth
	secrets      []string      // that the gates check, and the variables that they are made of
	masker       *vault.Masker // of secrets
	hidden       hidden
	rate         *rate          // nil: no limit
	cors         *cors          // nil: none
	schema       *schema.Schema // nil: none
	filter       *expr.Template // nil: no filter
	dedupe       dedupe
	labels       documents.Labels
	response     *response
	answers      bool // the trigger has a response of its own
	sync         flow.SyncOptions

	bodies       bucket
	filterErrors *atomic.Int64 // shared by all revisions of the workflow
}

// Key returns the key of the route's workflow.
func (r *Route) Key() string { return r.key }

// Resources are what Compile needs besides the workflow.
type Resources struct {
	// Env looks up $env. A missing or empty secret is not an error: the gate that needs it rejects every call.
	Env func(name string) (text string, ok bool)
	// Plain reports whether a variable of Env is no secret, so that it is not masked; nil: all are secrets.
	Plain func(name string) bool
	// Presets are the presets that signatures may name; nil: none.
	Presets *verify.Set
	// Fetcher gets remote data for verifiers, such as public keys. If it is nil, verifiers that need some
	// reject every call.
	Fetcher verify.Fetcher
}

// Compile builds the route of a workflow's trigger. A workflow that is disabled or not started by webhooks
// becomes a closed route, so that the operator can learn why calls to it get a 404. The error is a
// fault.Invalid that names every wrong field.
func Compile(wf flow.Workflow, with Resources) (*Route, error) {
	t := wf.Trigger
	r := &Route{
		key: wf.Key, revision: wf.Revision, mode: t.Mode, path: t.Path, methods: withHead(t.Methods),
		contentTypes: t.ContentTypes, maxBody: t.MaxBody, answers: t.Response != nil, sync: t.Sync, filterErrors: new(atomic.Int64),
	}
	switch {
	case t.Type != "webhook" && t.Type != "":
		r.closed = "it is started by other workflows, not by calls"
	case !wf.Enabled:
		r.closed = "it is disabled"
	}
	x := &compiler{key: r.key, presets: with.Presets, fetcher: with.Fetcher}
	x.env = func(name string) (string, bool) {
		text, ok := with.Env(name)
		if with.Plain == nil || !with.Plain(name) {
			x.secrets = append(x.secrets, text)
		}
		return text, ok
	}
	if r.path != "" {
		r.names = paramNames(r.path, &x.wrong)
	}
	r.auth = x.auth(t.Auth)
	r.rate = compileRate(t.RateLimit, &x.wrong)
	r.cors = compileCORS(t.CORS, &x.wrong)
	r.schema = compileSchema(t.Schema, &x.wrong)
	r.filter = compileFilter(t.Filter, &x.wrong)
	r.dedupe = compileDedupe(t.Dedupe, &x.wrong)
	r.response = compileResponse(t.Response, &x.wrong)
	r.labels = compileLabels(wf.Options.Labels, &x.wrong)
	if err := x.wrong.err(); err != nil {
		return nil, err
	}
	if r.rate != nil {
		r.auth.verdicts++
	}
	r.hidden = r.auth.hides()
	r.secrets, r.masker = x.secrets, vault.NewMasker(x.secrets...)
	r.follow()
	return r, nil
}

// follow takes over the settings of the first preset that are not about signatures.
func (r *Route) follow() {
	for _, g := range r.auth.sets() {
		if g.signature == nil {
			continue
		}
		info := g.signature.info
		if r.form, r.as = info.Form, info.As; r.maxBody <= 0 {
			r.maxBody = info.MaxBody
		}
		return
	}
}

func withHead(methods []string) []string {
	if len(methods) == 0 {
		methods = []string{"POST"}
	}
	if at := slices.Index(methods, "GET"); at >= 0 && !slices.Contains(methods, "HEAD") {
		methods = slices.Insert(slices.Clone(methods), at+1, "HEAD")
	}
	return methods
}

// paramNames checks the properties that the table relies on. Package document has already reported them with
// better messages.
func paramNames(path string, wrong *problems) []string {
	const field = "trigger.path"
	plain, refused := canonical(path)
	if refused != "" || plain != path || strings.HasPrefix(path, "/-") {
		wrong.add(field, "is not canonical, or starts with /-")
		return nil
	}
	var names []string
	for segment := range strings.SplitSeq(path[1:], "/") {
		if isParam(segment) {
			names = append(names, strings.Trim(segment, "{}"))
		}
	}
	return names
}

func (r *Route) takes(method string) bool {
	return slices.Contains(r.methods, method)
}

// takesType reports whether the trigger accepts a media type (lower case, without parameters). A trigger names
// whole types, main/* or *+suffix.
func (r *Route) takesType(mediaType string) bool {
	return r.contentTypes == nil || slices.ContainsFunc(r.contentTypes, func(pattern string) bool {
		if main, ok := strings.CutSuffix(pattern, "*"); ok {
			return strings.HasPrefix(mediaType, main)
		}
		if suffix, ok := strings.CutPrefix(pattern, "*"); ok {
			return strings.HasSuffix(mediaType, suffix)
		}
		return mediaType == pattern
	})
}

// params pairs the names in the path with the values in the call.
func (r *Route) params(values []string) []hook.Param {
	if len(values) == 0 {
		return nil
	}
	list := make([]hook.Param, len(values))
	for i, v := range values {
		list[i] = hook.Param{Name: r.names[i], Value: v}
	}
	return list
}

// problems collects the errors in a trigger.
type problems []string

func (p *problems) add(field, message string) { *p = append(*p, field+" "+message) }

func (p *problems) err() error {
	if len(*p) == 0 {
		return nil
	}
	return fault.New("ingress.Compile", fault.Invalid, "%s", strings.Join(*p, "; "))
}
