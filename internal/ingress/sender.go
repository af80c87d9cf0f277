package ingress

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/vault"
	"hookline.dev/hookline/internal/verify"
)

// Sender makes calls as the sender of one workflow does: it knows the secrets of the gates. It is for the person who owns
// the workflow, and sends nothing itself.
type Sender struct {
	h     *Handler
	route *Route
}

// SenderOf returns the sender of a workflow. The error is of kind fault.NotFound if there is no such workflow, and of kind
// fault.Conflict if it takes no calls.
func (h *Handler) SenderOf(key string) (*Sender, error) {
	const op = "ingress.SenderOf"
	for _, r := range h.table.Load().all {
		if r.key != key {
			continue
		}
		if r.closed != "" {
			return nil, fault.New(op, fault.Conflict, "the workflow %s takes no calls: %s", key, r.closed)
		}
		return &Sender{h, r}, nil
	}
	return nil, fault.New(op, fault.NotFound, "there is no published workflow %q", key)
}

// signature returns the first signature gate, or nil.
func (s *Sender) signature() *signatureGate {
	for _, g := range s.route.auth.sets() {
		if g.signature != nil {
			return g.signature
		}
	}
	return nil
}

// Preset describes the provider that signs; ok is false if no gate checks a signature.
func (s *Sender) Preset() (info verify.Info, ok bool) {
	if g := s.signature(); g != nil {
		return g.info, true
	}
	return info, false
}

// Tolerance is how far the time of a signed call may be off; 0: no time is signed.
func (s *Sender) Tolerance() time.Duration {
	g := s.signature()
	if g == nil {
		return 0
	}
	if g.info.Tolerance > 0 && g.config.Tolerance > 0 {
		return g.config.Tolerance
	}
	return g.info.Tolerance
}

// SignsBody reports whether a call with another body than the signed one must be refused.
func (s *Sender) SignsBody() bool {
	g := s.signature()
	return g != nil && !g.info.BodyUnsigned && !g.showsToken()
}

// Call returns a request to the workflow, without credentials. An empty Path means the address under the workflow's key,
// an empty Method the first that the workflow takes. The headers that the gates read are left out of a recorded request:
// they belong to another time. The error is of kind fault.Invalid if the path leads elsewhere.
func (s *Sender) Call(ctx context.Context, req hook.Request, recorded bool) (*http.Request, error) {
	const op = "ingress.Sender.Call"
	if req.Path == "" {
		req.Path = hooksPrefix + s.route.key
	}
	if req.Method == "" {
		req.Method = s.route.methods[0]
	}
	path, refused := canonical(req.Path)
	if refused != "" {
		return nil, fault.Field(op, "path", "cannot be used: %s", refused)
	}
	endpoint, _ := s.h.table.Load().find(path)
	if endpoint == nil || !slices.ContainsFunc(endpoint.routes, func(r *Route) bool { return r.key == s.route.key }) {
		return nil, fault.Field(op, "path", "%s is not an address of the workflow %s; leave it out for %s", req.Path, s.route.key, hooksPrefix+s.route.key)
	}
	if r := endpoint.pick(req.Method); r != nil && r.key != s.route.key {
		return nil, fault.Field(op, "method", "%s %s belongs to the workflow %s", req.Method, req.Path, r.key)
	}
	r := s.h.trialOf(ctx, req).r
	if recorded {
		for name := range r.Header {
			if s.leavesOut(name) {
				delete(r.Header, name)
			}
		}
	}
	return r, nil
}

// leavesOut reports whether a header of a recorded call is not sent again.
func (s *Sender) leavesOut(name string) bool {
	switch name {
	case "Host", "Content-Length", transferEncoding, "Connection":
		return true
	}
	for _, g := range s.route.auth.sets() {
		if g.signature != nil && slices.Contains(g.signature.info.Headers, name) {
			return true
		}
	}
	return false
}

// Identify adds the header with the id of the delivery, if the preset knows one and the request has none.
func (s *Sender) Identify(r *http.Request, id string) {
	info, _ := s.Preset()
	_, name, ok := strings.Cut(info.ID, "$context.headers.")
	if end := strings.IndexAny(name, " }"); ok && end > 0 && hook.IsToken(name[:end]) && r.Header.Get(name[:end]) == "" {
		r.Header.Set(name[:end], id)
	}
}

// Credentials are how a call is made to pass the gates, or not to.
type Credentials struct {
	At    time.Time // when it is signed
	ID    string    // of the delivery, if the provider sends one
	Wrong bool      // passwords and tokens are not the right ones
}

// Prove adds what the gates ask for to a request with this body: those of auth, and of the first alternative that can be
// satisfied. Headers that the request has already stay. The error is of kind fault.Unsupported if only the provider can
// sign, and of kind fault.Conflict if a secret is not set.
func (s *Sender) Prove(r *http.Request, body []byte, c Credentials) error {
	if err := s.prove(r, body, &s.route.auth.all, c); err != nil || len(s.route.auth.any) == 0 {
		return err
	}
	var first error
	for i := range s.route.auth.any {
		err := s.prove(r, body, &s.route.auth.any[i], c)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

func (s *Sender) prove(r *http.Request, body []byte, g *gates, c Credentials) error {
	const op = "ingress.Sender.Prove"
	wrong := func(text string) string {
		if c.Wrong {
			return text + "-wrong"
		}
		return text
	}
	if closed := g.closed(); closed != "" {
		return fault.New(op, fault.Conflict, "no call can pass: %s; set it, or send the call unsigned", closed)
	}
	var lines []hook.Header
	if b := g.basic; b != nil {
		lines = append(lines, hook.Header{Name: "Authorization", Value: "Basic " + base64.StdEncoding.EncodeToString([]byte(wrong(b.credentials)))})
	}
	query := r.URL.RawQuery
	if t := g.token; t != nil && t.header != "" {
		lines = append(lines, hook.Header{Name: t.header, Value: wrong(t.token)})
	} else if t != nil {
		query = strings.TrimPrefix(query+"&"+url.QueryEscape(t.query)+"="+url.QueryEscape(wrong(t.token)), "&")
	}
	r.URL.RawQuery = query
	if g.signature != nil {
		signed, err := s.sign(r, body, g.signature, c)
		if err != nil {
			return err
		}
		if g.signature.showsToken() {
			for i := range signed {
				signed[i].Value = wrong(signed[i].Value)
			}
		}
		lines = append(lines, signed...)
	}
	for _, h := range lines {
		if name := http.CanonicalHeaderKey(h.Name); len(r.Header[name]) == 0 {
			r.Header.Set(name, h.Value)
		}
	}
	return nil
}

// closed says why no caller can pass; "" if one can.
func (g *gates) closed() string {
	switch {
	case g.basic != nil && g.basic.closed != "":
		return g.basic.closed
	case g.token != nil && g.token.closed != "":
		return g.token.closed
	case g.signature != nil:
		return g.signature.closed
	default:
		return ""
	}
}

// sign returns the header lines of a signature.
func (s *Sender) sign(r *http.Request, body []byte, g *signatureGate, c Credentials) ([]hook.Header, error) {
	const op = "ingress.Sender.Sign"
	signer, ok := g.verifier.(verify.Signer)
	if !ok {
		return nil, fault.New(op, fault.Unsupported, "only the provider can make the calls of %s; send this one unsigned, or have the provider send a test event", g.preset)
	}
	as := call{h: s.h, r: r, now: c.At}
	as.delivery.Request.Body = body
	lines, err := signer.Sign(as.signed(g), c.ID)
	if fault.Is(err, fault.Unsupported) {
		return nil, fault.As(op, fault.Unsupported, err, "a call of %s cannot be signed here: %s; send it unsigned, or have the provider send a test event", g.preset, fault.Message(err))
	}
	return lines, err
}

// Passes reports whether the signature of a request with this body is right at a time.
func (s *Sender) Passes(r *http.Request, body []byte, at time.Time) bool {
	g := s.signature()
	if g == nil {
		return true
	}
	as := call{h: s.h, r: r, now: at}
	as.delivery.Request.Body = body
	return g.verifier.Verify(r.Context(), as.signed(g)).OK()
}

// Shown returns a header value, a query or a body of a request as it may be shown: with the secrets of the gates masked.
func (s *Sender) Shown(text string) string { return s.route.masker.Text(text) }

// ShownHeaders returns the headers of a request as they may be shown, sorted: credentials are masked, signatures stay.
func (s *Sender) ShownHeaders(header http.Header) (lines []hook.Header) {
	for name, values := range header {
		for _, text := range values {
			if s.route.hidden.header(name) {
				scheme, _, found := strings.Cut(text, " ")
				if text = vault.Mask; found && name == "Authorization" {
					text = scheme + " " + vault.Mask
				}
			}
			lines = append(lines, hook.Header{Name: name, Value: s.Shown(text)})
		}
	}
	slices.SortStableFunc(lines, func(a, b hook.Header) int { return strings.Compare(a.Name, b.Name) })
	return lines
}

// ShownQuery returns a raw query as it may be shown.
func (s *Sender) ShownQuery(query string) string {
	left, secrets := s.route.hidden.takeFrom(query)
	if len(secrets) > 0 {
		for _, name := range s.route.hidden.query {
			left = strings.TrimPrefix(left+"&"+url.QueryEscape(name)+"="+vault.Mask, "&")
		}
	}
	return s.Shown(left)
}
