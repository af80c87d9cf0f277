package api

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/audit"
	"hookline.dev/hookline/internal/value"
)

// Every operation that may change something is written to the audit log, by its method: no handler has to remember it.
// The entry is written when the status of the answer is known and before it is sent, so whoever got an answer finds the
// entry. What a handler knows better, it adds with auditTarget and auditChange.

// unaudited lists the operations that are no GET and yet change nothing: they compute an answer from what was sent.
func unaudited() []string {
	return []string{"plan-collections", "parse-call", "evaluate", "validate-draft"}
}

// alsoAudited lists the operations that are a GET and yet make something: a session, a sample.
func alsoAudited() []string { return []string{"finish-sign-on", "listen"} }

// isAudited reports whether an operation is written to the audit log.
func isAudited(method, id string) bool {
	switch {
	case id == "":
		return false
	case slices.Contains(alsoAudited(), id):
		return true
	case method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions:
		return false
	default:
		return !slices.Contains(unaudited(), id)
	}
}

// trail is what is known about a request that is written to the audit log. It belongs to the goroutine of the request.
type trail struct {
	entry  audit.Entry
	before value.Value        // the resource, see auditResource
	read   func() value.Value // returns what the resource is now; nil: there is none
	notes  []string           // members with the value true that are added to After
	none   bool               // the request only computed an answer
}

// trailKey is the key of the *trail in a request's context.
type trailKey struct{}

func trailOf(ctx context.Context) *trail {
	t, _ := ctx.Value(trailKey{}).(*trail)
	return t
}

// addressOf returns the address that an audited request came from.
func addressOf(ctx context.Context) string {
	if t := trailOf(ctx); t != nil {
		return t.entry.By.Address
	}
	return ""
}

// auditTarget states what a request was about, if its path does not say it.
func auditTarget(ctx context.Context, target string) {
	if t := trailOf(ctx); t != nil {
		t.entry.Target = target
	}
}

// auditChange states what a request has changed, before and after. Values that do not exist are nil. The auditor removes
// the values of secret variables; everything else that is secret must not be in them.
func auditChange(ctx context.Context, before, after any) {
	t := trailOf(ctx)
	if t == nil {
		return
	}
	for _, part := range []struct {
		to   *value.Value
		from any
	}{{&t.entry.Before, before}, {&t.entry.After, after}} {
		if part.from == nil {
			continue
		}
		if v, err := value.From(part.from); err == nil {
			*part.to = v
		}
	}
}

// auditNothing states that a request only computes an answer. If it is refused, that is audited all the same.
func auditNothing(ctx context.Context) {
	if t := trailOf(ctx); t != nil {
		t.none = true
	}
}

// auditNote adds a member with the value true to what is after, for a change that the resource does not show.
func auditNote(ctx context.Context, name string) {
	if t := trailOf(ctx); t != nil {
		t.notes = append(t.notes, name)
	}
}

// auditEmail states which account a sign-in was for. Somebody may type their password into the wrong field, so only what
// looks like an e-mail address is kept.
func auditEmail(ctx context.Context, text string) {
	email, ok := account.Email(text)
	_, domain, _ := strings.Cut(email, "@")
	last := domain[strings.LastIndexByte(domain, '.')+1:]
	letters := len(last) > 1 && strings.Trim(last, "abcdefghijklmnopqrstuvwxyz") == "" || strings.HasPrefix(last, "xn--")
	if !ok || domain != "localhost" && (!letters || last == domain) {
		email = "not an e-mail address"
	}
	auditTarget(ctx, email)
}

// auditCaller states who made a request. withCaller calls it; a sign-in does so when it knows.
func auditCaller(ctx context.Context, p account.Principal) {
	t := trailOf(ctx)
	if t == nil {
		return
	}
	t.entry.By.Kind, t.entry.By.Name = string(p.Kind), nameOf(p)
	if p.ID != 0 {
		t.entry.By.ID = strconv.FormatInt(int64(p.ID), 10)
	}
}

// audited writes the requests that next answers to the audit log.
func (r routes) audited(next http.Handler, mux *http.ServeMux) http.Handler {
	ids := r.operationIDs()
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		id, target := operationOf(ids, mux, req)
		if !isAudited(req.Method, id) {
			next.ServeHTTP(w, req)
			return
		}
		t := &trail{entry: audit.Entry{Action: id, Target: target}}
		t.entry.By.Address = r.Proxies.Locate(req.RemoteAddr, req.Header).IP
		answer := &auditedAnswer{ResponseWriter: w, record: func(status int) {
			succeeded := status < http.StatusBadRequest
			if t.none && succeeded {
				return
			}
			if succeeded {
				t.finish()
			}
			t.entry.Status, t.entry.At = status, r.Clock.Now()
			r.Audit.Record(t.entry)
		}}
		status := http.StatusInternalServerError // unless next returns, it has panicked
		defer func() { answer.told(status) }()
		next.ServeHTTP(answer, req.WithContext(context.WithValue(req.Context(), trailKey{}, t)))
		status = http.StatusOK
	})
}

// operationIDs returns the ids of all operations by the patterns of the mux.
func (r routes) operationIDs() map[string]string {
	ids := make(map[string]string)
	for path, item := range r.api.OpenAPI().Paths {
		for method, op := range operationsOf(item) {
			ids[method+" "+path] = op.OperationID
		}
	}
	return ids
}

// operationOf returns the id of a request's operation, "" if there is none, and the values in its path.
func operationOf(ids map[string]string, mux *http.ServeMux, req *http.Request) (id, target string) {
	if name, verb, ok := actionPath(req.URL.Path); ok {
		if own := ids[req.Method+" "+req.URL.Path]; own != "" { // NocoBase's form of workflows and executions
			q := req.URL.Query()
			return own, cmp.Or(q.Get("filterByTk"), q.Get("triggerWorkflows"))
		}
		return ids[req.Method+" /api/{collection}:"+verb], name
	}
	_, pattern := mux.Handler(req)
	_, path, _ := strings.Cut(pattern, " ")
	var values []string
	have := strings.Split(req.URL.EscapedPath(), "/")
	for i, segment := range strings.Split(path, "/") {
		if strings.HasPrefix(segment, "{") && i < len(have) {
			if text, err := url.PathUnescape(have[i]); err == nil {
				values = append(values, text)
			}
		}
	}
	return ids[pattern], strings.Join(values, "/")
}

// auditedAnswer calls record once with the status, before the status is sent.
type auditedAnswer struct {
	http.ResponseWriter
	record func(status int)
	done   bool
}

func (a *auditedAnswer) told(status int) {
	if !a.done && status >= http.StatusOK {
		a.done = true
		a.record(status)
	}
}

// WriteHeader records the status and sends it.
func (a *auditedAnswer) WriteHeader(status int) {
	a.told(status)
	a.ResponseWriter.WriteHeader(status)
}

// Write records the status that it implies.
func (a *auditedAnswer) Write(b []byte) (int, error) {
	a.told(http.StatusOK)
	return a.ResponseWriter.Write(b)
}

// Flush sends what is buffered. Event streams need it.
func (a *auditedAnswer) Flush() {
	if f, ok := a.ResponseWriter.(http.Flusher); ok {
		a.told(http.StatusOK)
		f.Flush()
	}
}

// Unwrap lets http.ResponseController find the abilities of the connection.
func (a *auditedAnswer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
