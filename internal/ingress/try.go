package ingress

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"

	"hookline.dev/hookline/internal/body"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/throttle"
)

// Trial is a call that is made up or repeated to test a workflow.
type Trial struct {
	Route *Route
	// Request is the call. An empty Path means the address under the workflow's key, an empty Method the first that the
	// workflow takes.
	Request hook.Request
	// Recorded says that the request was recorded: it lacks the credentials that gates check, and its body may have been
	// changed since it was signed. Such gates are not asked again; the others are, as in Handler.Explain.
	Recorded bool
}

// Tried is what became of a Trial.
type Tried struct {
	// Delivery is the record of the call, with the verdict of each gate. Nothing stores it but Options.Door and
	// Options.Runner.
	Delivery hook.Delivery
	Answer   hook.Reply // what the caller gets
	// Refusal is set if a gate that checks the sender refuses the call. The rest of Tried is what follows if it let the
	// call pass, so that one who edits a workflow needs no signed call to try it.
	Refusal *Refusal
}

// Refusal is the decision of a gate that checks the sender.
type Refusal struct {
	Gate   string
	Reason string     // for the operator
	Answer hook.Reply // what the caller gets; without status if the request was recorded
}

// Try passes a call through the gates of one route, as ServeHTTP does. The route must be live, and not in use by a
// Handler. What is accepted goes to the Runner of opt, which may run it without an effect. Limits that concern several
// calls (lock-outs, the rate) count from zero.
func Try(ctx context.Context, opt Options, t Trial) (Tried, error) {
	opt.LockOut, opt.Observer = throttle.Rule{Failures: -1}, nil
	h := New(opt)
	if err := h.SetRoutes([]*Route{t.Route}); err != nil {
		return Tried{}, err
	}
	if t.Request.Path == "" {
		t.Request.Path = hooksPrefix + t.Route.key
	}
	if t.Request.Method == "" {
		t.Request.Method = t.Route.methods[0]
	}
	if t.Recorded {
		return h.tryRecorded(ctx, t.Route, t.Request), nil
	}
	c, stage := h.try(h.trialOf(ctx, t.Request), h.column)
	if !refusesSender(stage, c.answer.status) {
		return c.tried(), nil
	}
	refused := c.tried()
	c, _ = h.try(h.trialOf(ctx, t.Request), withoutCredentials(h.column))
	out := c.tried()
	out.Delivery.Verdicts = refused.Delivery.Verdicts
	out.Refusal = &Refusal{Gate: refused.Delivery.Gate, Reason: refused.Delivery.Reason, Answer: refused.Answer}
	return out, nil
}

// try passes a call through gates, and returns the gate that ended it.
func (h *Handler) try(c *call, column []gate) (_ *call, stage string) {
	defer c.end()
	for _, g := range column {
		if out := g.pass(c); out != nil {
			c.refuse(g.name, out)
			return c, g.name
		}
	}
	return c, ""
}

// refusesSender reports whether a gate that checks the sender has refused a call.
func refusesSender(stage string, status int) bool {
	switch stage {
	case "admit", "identify", "verify":
		return status == http.StatusUnauthorized || status == http.StatusForbidden
	default:
		return false
	}
}

// withoutCredentials returns the gates that do not check the sender.
func withoutCredentials(column []gate) (rest []gate) {
	for _, g := range column {
		switch g.name {
		case "admit", "identify", "verify", "open", "handshake":
		default:
			rest = append(rest, g)
		}
	}
	return rest
}

// trialOf makes a call of a request that did not come over the network.
func (h *Handler) trialOf(ctx context.Context, req hook.Request) *call {
	r := &http.Request{
		Method: req.Method, URL: &url.URL{Path: req.Path, RawQuery: req.Query}, Host: req.Host, RemoteAddr: remote(req.IP),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: headerOf(req.Headers),
		Body: io.NopCloser(bytes.NewReader(req.Body)), ContentLength: int64(len(req.Body)),
	}
	if plain, err := url.PathUnescape(req.Path); err == nil && plain != req.Path {
		r.URL.Path, r.URL.RawPath = plain, req.Path
	}
	if req.ContentType != "" && r.Header.Get(contentType) == "" {
		r.Header.Set(contentType, req.ContentType)
	}
	return &call{h: h, w: &trialWriter{header: make(http.Header)}, r: r.WithContext(ctx), now: h.opt.Clock.Now()}
}

// remote is an address as net/http has it.
func remote(ip string) string {
	addr := plainOf(ip)
	if !addr.IsValid() {
		return ip
	}
	if addr.Is6() {
		return "[" + addr.String() + "]:0"
	}
	return addr.String() + ":0"
}

// trialWriter discards the answer, of which the call keeps a copy.
type trialWriter struct{ header http.Header }

func (w *trialWriter) Header() http.Header         { return w.header }
func (w *trialWriter) WriteHeader(int)             {}
func (w *trialWriter) Write(b []byte) (int, error) { return len(b), nil }

// tried returns what became of the call. The headers are those that were sent.
func (c *call) tried() Tried {
	out := Tried{Delivery: c.delivery, Answer: c.answer.whole()}
	sent := answer{status: c.answer.status, body: c.answer.body}
	for name, lines := range c.w.Header() {
		sent.fields = append(sent.fields, field{name, lines})
	}
	out.Answer.Headers = sent.whole().Headers
	if bodiless(out.Answer.Status) {
		out.Answer.Body = nil
	}
	return out
}

// tryRecorded passes a recorded call through the gates that need no credentials.
func (h *Handler) tryRecorded(ctx context.Context, r *Route, req hook.Request) Tried {
	c := h.trialOf(ctx, req)
	c.route, c.captured, c.masked, c.signer, c.secret = r, true, true, r.signer(), -1
	c.delivery = hook.Delivery{ID: h.opt.IDs.Next(), Workflow: r.key, Revision: r.revision, Request: req, Outcome: hook.Rejected}
	a := recorded{h: h, d: &c.delivery, from: plainOf(req.IP)}
	refusal := a.askAll(ctx, r)
	c.delivery.Verdicts = a.said
	var rest []gate
	for _, g := range withoutCredentials(h.column) {
		switch g.name {
		case "match", "capture":
		case "decode":
			rest = append(rest, gate{g.name, (*call).decodeRecorded})
		default:
			rest = append(rest, g)
		}
	}
	c, _ = h.try(c, rest)
	out := c.tried()
	out.Refusal = refusal
	return out
}

// askAll asks the gates that check the sender, and returns the refusal of the first that must pass and does not. What
// is not recorded refuses nothing.
func (a *recorded) askAll(ctx context.Context, r *Route) (refusal *Refusal) {
	if len(a.h.opt.AllowIPs) > 0 {
		a.allow(&allowGate{at: serverAllows, networks: a.h.opt.AllowIPs})
	}
	a.ask(ctx, &r.auth.all)
	refusal = firstRefusal(a.said)
	var alternative *Refusal
	for _, g := range r.auth.sets()[1:] {
		before := len(a.said)
		a.ask(ctx, g)
		no := firstRefusal(a.said[before:])
		if no == nil {
			return refusal
		}
		alternative = no
	}
	if refusal == nil {
		refusal = alternative
	}
	return refusal
}

// firstRefusal returns the first verdict that refuses a call.
func firstRefusal(verdicts []hook.Verdict) *Refusal {
	for _, v := range verdicts {
		if !v.Passed && !v.Observed && v.Reason != string(codeNotStored) {
			return &Refusal{Gate: v.Gate, Reason: orText(v.Detail, v.Reason)}
		}
	}
	return nil
}

func orText(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

// decodeRecorded is decode for a recorded call, whose files are stored already.
func (c *call) decodeRecorded() *outcome {
	if out := c.checkType(); out != nil {
		return out
	}
	var err error
	if c.context, err = body.Context(c.delivery.Request); err != nil {
		return malformed(err)
	}
	return nil
}
