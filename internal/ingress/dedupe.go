package ingress

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"hookline.dev/hookline/internal/expr"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
	"hookline.dev/hookline/internal/verify"
)

// dedupe is how a route recognises repeated calls.
type dedupe struct {
	off      bool
	key      *expr.Template // nil: the preset's, or else the header Idempotency-Key. "" for a call: no key
	window   time.Duration
	required bool
}

func compileDedupe(doc flow.Dedupe, wrong *problems) dedupe {
	d := dedupe{off: doc.Off, window: doc.Window, required: doc.Required}
	if d.window <= 0 {
		d.window = DefaultDedupeWindow
	}
	if doc.Key != "" {
		d.key = compileKey("trigger.dedupe.key", doc.Key, wrong)
	}
	return d
}

// compileKey compiles the template of a dedupe key. Presets use it too.
func compileKey(field, text string, wrong *problems) *expr.Template {
	if text == "" {
		return nil
	}
	t, err := expr.Compile(text, ofCall())
	if err != nil {
		wrong.add(field, fault.Message(err))
	}
	return t
}

// dedupeKey computes the key that a call has in common with its repeats. Only the write that accepts the call claims
// it.
func (c *call) dedupeKey() *outcome {
	d := &c.route.dedupe
	if d.off {
		return nil
	}
	if d.key != nil {
		return c.claimKey(c.renderKey(d.key), "", d.key.Source())
	}
	if g := c.signer; g != nil && (g.dedupe != nil || g.info.DedupeSigned) {
		return c.claimKey(c.presetKey(g), "preset\x00"+g.at+"\x00"+g.preset+"\x00", "the signed text")
	}
	lines := c.r.Header[idempotencyHeader]
	key, err := idempotencyKey(lines)
	if err != nil {
		return &outcome{
			status: http.StatusBadRequest, problem: problemKey, title: "Malformed Idempotency-Key",
			detail: sentence(err), reason: fault.Message(err),
		}
	}
	c.bound = key != ""
	return c.claimKey(key, "", "the header "+idempotencyHeader)
}

// claimKey sets the key that the write will claim. space separates the keys of one kind from those of others: who may
// choose an Idempotency-Key must not be able to use up the keys of a provider's events. where names the source of the
// key, if it is required and empty.
func (c *call) claimKey(key, space, where string) *outcome {
	if key == "" {
		return c.withoutKey(where)
	}
	c.claim = sha256.Sum256([]byte(space + key))
	c.delivery.DedupeKey = shortened(key)
	return nil
}

// presetKey returns the key that the preset's provider gives an event. If the call has none, the hash of what was
// signed identifies it: a key may be in a part of the call that is not signed, and taking it out must not make the call
// a new one.
func (c *call) presetKey(g *signatureGate) string {
	if g.dedupe != nil {
		if key := c.renderKey(g.dedupe); key != "" {
			return key
		}
	}
	if s, ok := g.verifier.(verify.TextSigner); ok {
		if sum, ok := s.SignedHash(c.r.Context(), c.signed(g)); ok {
			return "sha256:" + hex.EncodeToString(sum[:])
		}
	}
	return ""
}

// renderKey computes the key. If that fails, the call has no key: an error in the template must not lose the
// call.
func (c *call) renderKey(template *expr.Template) string {
	v, err := template.Eval(c)
	if err != nil {
		c.note("the dedupe key could not be computed: " + fault.Message(err))
		return ""
	}
	if text, isText := v.Str(); isText {
		return text
	}
	if v.Kind() == value.KindNull {
		return ""
	}
	return v.Text()
}

// withoutKey lets a call without a key pass, unless the workflow requires one.
func (c *call) withoutKey(where string) *outcome {
	if !c.route.dedupe.required {
		return nil
	}
	return &outcome{
		status: http.StatusBadRequest, problem: problemKey, title: "Missing key",
		detail: "This webhook requires a key that identifies the event: " + where + " is empty.",
		reason: "the dedupe key is required and empty: " + where,
	}
}

// shortened returns the part of a key that is recorded. The hash covers the whole key.
func shortened(key string) string {
	return strings.ToValidUTF8(key[:min(len(key), maxDedupeKey)], "\uFFFD")
}

// dedupeOf returns the key as the store needs it; nil for a call without a key. A key that the sender chose may
// be used for one request only (sections 2.4 and 2.7 of the draft). A key that is computed from the call already says
// which calls are the same.
func (c *call) dedupeOf() *store.Dedupe {
	if c.delivery.DedupeKey == "" {
		return nil
	}
	d := &store.Dedupe{Key: c.claim, Expires: c.now.Add(c.route.dedupe.window)}
	if !c.bound {
		return d
	}
	d.Fingerprint = c.fingerprint()
	return d
}

// otherRequest rejects a key that was already used for a different request.
func otherRequest() *outcome {
	return &outcome{
		gate: gateDedupe, status: http.StatusUnprocessableEntity, problem: problemKey, title: "Idempotency-Key already used",
		detail: "An earlier call with another method, URL, body or credential used this key. A new request needs a new key.",
		reason: "the Idempotency-Key belongs to an earlier call with another method, path, query, body or credential",
	}
}
