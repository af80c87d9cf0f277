package request

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/outbound"
	"hookline.dev/hookline/internal/value"
)

// message is a request with the values of secrets. Nothing of it may be stored.
type message struct {
	method, url string
	header      http.Header
	content     content
	saveAs      string
	mask        mask
}

// Run sends the request.
func (n *request) Run(ctx context.Context, in node.Input) (node.Result, error) {
	if n.deps.Client == nil {
		return node.Result{}, fault.New("request.Run", fault.Internal, "requests cannot be sent here")
	}
	within, cancel := context.WithTimeout(ctx, n.config.Timeout)
	defer cancel()
	a, err := n.exchange(within, in)
	if ctx.Err() != nil {
		for _, b := range a.blobs {
			b.Unpin()
		}
		return node.Result{}, ctx.Err() // the engine knows whether this was a timeout or a cancellation
	}
	if err == nil && !n.config.IgnoreFail && !n.config.OKStatus.has(a.status) {
		err = refusal(a, in.Now)
	}
	if err != nil {
		return n.failed(within, err)
	}
	return node.Result{Value: a.value(n.config.OnlyData), Blobs: a.blobs}, nil
}

// failed is the end of a run without a response that counts.
func (n *request) failed(ctx context.Context, err error) (node.Result, error) {
	err = n.failure(ctx, err)
	f, ok := errors.AsType[*node.Failure](err)
	if !ok || !n.config.IgnoreFail || f.Code == flow.CodeTemplate {
		return node.Result{}, err
	}
	var b, e value.ObjectBuilder
	e.Set("code", value.String(f.Code)).Set("message", value.String(f.Message))
	return node.Result{Value: b.Set("error", e.Value()).Value()}, nil
}

// exchange sends the request and reads the response. A token from the cache that is refused is replaced once.
func (n *request) exchange(ctx context.Context, in node.Input) (answer, error) {
	resolved, err := n.Resolve(in)
	if err != nil {
		return answer{}, err
	}
	for again := true; ; again = false {
		m, err := n.message(resolved, in)
		if err != nil {
			return answer{}, err
		}
		m.mask.add(n.Secrets(in)...)
		forget, err := n.authorize(ctx, m, resolved, in)
		if err != nil {
			return answer{}, err
		}
		if err := n.signer.sign(m, resolved, in); err != nil {
			return answer{}, err
		}
		a, err := n.send(ctx, m)
		if err == nil && a.status == http.StatusUnauthorized && forget != nil && again {
			forget()
			continue
		}
		return a, err
	}
}

// idempotencyKey is the header by which the other side recognizes a repeat.
const idempotencyKey = "Idempotency-Key"

// message makes the request, without credentials and signature.
func (n *request) message(resolved value.Value, in node.Input) (*message, error) {
	target, ok := resolved.Get("url").Str()
	if !ok {
		return nil, wrong("url", "must be a text")
	}
	query, err := pairs("query", resolved.Get("query"))
	if err != nil {
		return nil, err
	}
	lines, err := pairs("headers", resolved.Get("headers"))
	if err != nil {
		return nil, err
	}
	m := &message{method: method(resolved), url: withQuery(strings.TrimSpace(target), query), header: make(http.Header), saveAs: textAt(resolved, "saveAs")}
	if n.config.SaveAs != "" && m.saveAs == "" {
		return nil, wrong("saveAs", "must be a name, not empty")
	}
	for _, l := range lines {
		m.header.Add(l.name, strings.Trim(l.text, " \t"))
	}
	if m.content, err = n.content(resolved.Get("body"), in.IdempotencyKey); err != nil {
		return nil, err
	}
	for name, text := range map[string]string{"Content-Type": m.content.typ, idempotencyKey: in.IdempotencyKey} {
		if text != "" && m.header[name] == nil {
			m.header.Set(name, text)
		}
	}
	m.carryOn(in.TraceContext)
	return m, nil
}

// carryOn adds the trace context, unless the config has a traceparent of its own.
func (m *message) carryOn(t node.TraceContext) {
	if t.Parent == "" || m.header["Traceparent"] != nil {
		return
	}
	m.header.Set("Traceparent", t.Parent)
	if m.header.Del("Tracestate"); t.State != "" {
		m.header.Set("Tracestate", t.State)
	}
}

// method returns the method in upper case.
func method(resolved value.Value) string {
	text := textAt(resolved, "method")
	switch {
	case text != "":
		return strings.ToUpper(text)
	case resolved.Get("body").IsNull():
		return http.MethodGet
	default:
		return http.MethodPost
	}
}

// send sends a message and reads the response.
func (n *request) send(ctx context.Context, m *message) (answer, error) {
	r := outbound.Request{
		Method: m.method, URL: m.url, Header: m.header, Body: m.content.body, PrivateBody: n.privateBody,
		MaxResponse: int64(n.config.MaxResponse),
	}
	if n.config.FollowRedirects {
		r.Redirects = redirects
	}
	resp, err := n.deps.Client.Do(ctx, r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Close()
	a := answer{status: resp.Status, header: resp.Header}
	for name, values := range a.header {
		for i, text := range values {
			a.header[name][i] = m.mask.text(text)
		}
	}
	if m.saveAs != "" && n.config.OKStatus.has(a.status) {
		err := n.save(&a, resp, m.saveAs)
		return a, err
	}
	data, err := resp.Bytes()
	a.data = m.mask.bytes(data)
	return a, err
}

// basicOf returns the value of an Authorization header (RFC 7617).
func basicOf(user, password string) string {
	r := http.Request{Header: make(http.Header)}
	r.SetBasicAuth(user, password)
	return r.Header.Get(authorization)
}
