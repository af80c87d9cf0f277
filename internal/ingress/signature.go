package ingress

import (
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/verify"
)

// signatureGate accepts signed calls, and unsigned handshakes that prove themselves.
type signatureGate struct {
	at        string
	preset    string
	info      verify.Info
	config    verify.Config
	verifier  verify.Verifier
	dedupe    *expr.Template // the preset's key; nil: none
	closed    string         // why no caller can pass
	observe   bool
	url       string   // "": built from --public-url and the call
	fits      []string // the verdict's detail for each secret, if there are several
	challenge string
}

func (x *compiler) signature(at, field string, from flow.Signature) *signatureGate {
	g := &signatureGate{at: at, preset: from.Preset, observe: from.Observe, url: from.URL, challenge: `Signature realm="` + x.key + `"`}
	preset := x.preset(field, from.Preset)
	if preset == nil {
		return g
	}
	g.info, g.config.Tolerance, g.config.Fetcher = preset.Info(), from.Tolerance, x.fetcher
	g.dedupe = compileKey(field+".preset", g.info.DedupeKey, &x.wrong)
	for i, text := range from.Secrets {
		at := field + ".secrets" + decode.Index(i)
		secret := x.secret(at, text, g)
		g.config.Secrets, x.secrets = append(g.config.Secrets, secret), append(x.secrets, secret)
		if len(from.Secrets) > 1 {
			g.fits = append(g.fits, "secret "+strconv.Itoa(i+1)+" of "+strconv.Itoa(len(from.Secrets))+" fits")
		}
	}
	g.config.Keys = make(map[string]string, from.Keys.Len())
	for name, v := range from.Keys.Members() {
		text, isText := v.Str()
		if !isText {
			g.config.Keys[name] = v.Text()
			continue
		}
		if text == "" { // an explicit empty prefix. A preset that requires one rejects it.
			g.config.Keys[name] = ""
			continue
		}
		g.config.Keys[name] = x.secret(field+".keys."+name, text, g)
		if slices.ContainsFunc(g.info.Keys, func(k verify.Key) bool { return k.Name == name && k.Secret }) {
			x.secrets = append(x.secrets, g.config.Keys[name])
		}
	}
	verifier, wrong := preset.Compile(g.config)
	for _, p := range decode.Under(field, wrong) {
		x.wrong.add(p.Path, p.Message)
	}
	g.verifier = verifier
	return g
}

func (x *compiler) preset(field, name string) verify.Preset {
	if x.presets != nil {
		if p := x.presets.Find(name); p != nil {
			return p
		}
		x.wrong.add(field+".preset", decode.Unknown("preset", name, x.presets.Names()))
		return nil
	}
	x.wrong.add(field+".preset", decode.Quote(name)+" is not known")
	return nil
}

// secret renders one secret. If a variable in it is not set, the gate is closed.
func (x *compiler) secret(field, text string, g *signatureGate) string {
	resolved, missing := resolve(field, text, x.env, &x.wrong)
	if missing != "" && g.closed == "" {
		g.closed = strings.TrimSuffix(missing, "; ")
		g.config.Missing = strings.TrimSuffix(strings.TrimPrefix(g.closed, "the secret "), " is not set")
	}
	return resolved
}

// ask verifies the call's signature. An unsigned handshake proves itself instead. It runs nothing, so observe
// does not let a wrong one pass.
func (g *signatureGate) ask(c *call) *outcome {
	call := c.signed(g)
	h, asked := verify.FindHandshake(g.verifier, call)
	asked = asked && h.Unsigned
	var v verify.Verdict
	if asked {
		c.question, v = h.Answer(c.r.Context(), call)
	} else {
		v = g.verifier.Verify(c.r.Context(), call)
	}
	c.verdict(g.verdict(v))
	if v.OK() || g.observe && !asked {
		c.signer, c.secret = g, -1
		c.delivery.Request.Form, c.delivery.Request.As = g.info.Form, g.info.As
		if v.OK() {
			c.secret = v.Secret
		}
		return nil
	}
	return g.refuse(v)
}

// refuse returns the outcome for a failed verdict.
func (g *signatureGate) refuse(v verify.Verdict) *outcome {
	return g.outcome(string(v.Reason)+": "+v.Detail, g.showsToken() && guessed(v.Reason))
}

// refuseClosed rejects a call unseen, because the secret is missing.
func (g *signatureGate) refuseClosed(c *call) *outcome {
	c.verdict(failed(g.at, verify.NoSecret, g.closed))
	return g.outcome(g.closed, false)
}

func (g *signatureGate) outcome(reason string, guess bool) *outcome {
	return unauthenticated(gateSignature, reason, g.challenge, "This webhook accepts signed calls only.", guess)
}

// tokenPlaces returns the names of the headers and query parameters that carry the secret itself instead of a
// signature.
func (g *signatureGate) tokenPlaces() (headers, query []string) {
	if carrier, ok := g.verifier.(verify.TokenCarrier); ok {
		return carrier.TokenPlaces()
	}
	return nil, nil
}

// showsToken reports whether calls carry the secret itself, which can be guessed.
func (g *signatureGate) showsToken() bool {
	headers, query := g.tokenPlaces()
	return len(headers)+len(query) > 0
}

// secretPlaces returns the names of all headers and query parameters that carry a secret, including those of
// handshakes.
func (g *signatureGate) secretPlaces() (headers, query []string) {
	headers, query = g.tokenPlaces()
	if asks, ok := g.verifier.(verify.Handshaker); ok {
		for _, h := range asks.Handshakes() {
			headers, query = append(headers, h.SecretHeaders...), append(query, h.SecretQuery...)
		}
	}
	return headers, query
}

// verdict converts a verifier's verdict into the recorded form.
func (g *signatureGate) verdict(v verify.Verdict) hook.Verdict {
	out := hook.Verdict{Gate: g.at, Passed: v.OK(), Observed: g.observe, Reason: string(v.Reason), Detail: v.Detail}
	if v.OK() && 0 <= v.Secret && v.Secret < len(g.fits) {
		out.Detail = g.fits[v.Secret]
	}
	return out
}

// signed returns the call in the form that its signature may cover.
func (c *call) signed(g *signatureGate) verify.Call {
	return verify.Call{
		Method: c.r.Method, URL: c.publicURL(g), Query: c.r.URL.RawQuery, Header: c.r.Header, Body: c.delivery.Request.Body, At: c.now,
	}
}

// publicURL returns the call's URL as its sender knows it. That is the URL in the workflow, with the call's
// query unless it has its own; otherwise the server's public URL with the call's path; otherwise the URL of the
// call itself, which is right only if no proxy changes it.
func (c *call) publicURL(g *signatureGate) string {
	target := c.r.RequestURI
	if !strings.HasPrefix(target, "/") {
		target = c.r.URL.RequestURI()
	}
	switch base := c.h.opt.PublicURL; {
	case g.url != "":
		return withQuery(g.url, c.r.URL.RawQuery)
	case base != "":
		return base + target
	default:
		return c.scheme() + "://" + c.r.Host + target
	}
}

func withQuery(url, query string) string {
	if query == "" || strings.Contains(url, "?") {
		return url
	}
	return url + "?" + query
}

// scheme returns the scheme by which the caller reached the server, as far as it is known.
func (c *call) scheme() string {
	if c.r.TLS != nil || c.delivery.Chain != nil && strings.EqualFold(c.r.Header.Get("X-Forwarded-Proto"), "https") {
		return "https"
	}
	return "http"
}
