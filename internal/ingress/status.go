package ingress

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/value"
)

// statusPrefix is the address of executions whose callers were told to come back. A key cannot
// start with a dash, so nothing else is there.
const statusPrefix = hooksPrefix + "-/executions/"

// statusURL is where a caller finds out how its execution went. Whoever has the URL may look.
func (h *Handler) statusURL(id string) string {
	return h.opt.PublicURL + statusPrefix + id + "?sig=" + h.sign(id)
}

func (h *Handler) sign(id string) string {
	mac := hmac.New(sha256.New, h.opt.Key)
	mac.Write([]byte("execution " + id))
	return hex.EncodeToString(mac.Sum(nil))
}

// serveStatus answers a status URL; false when it is none, or not one of ours: then the call is
// treated like any other to an address that does not exist.
func (h *Handler) serveStatus(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	text := strings.TrimPrefix(r.URL.Path, statusPrefix)
	sig, _ := queryValue(r.URL.RawQuery, "sig")
	id, err := ident.Parse(ident.Execution, text)
	if err != nil || !hmac.Equal([]byte(sig), []byte(h.sign(text))) {
		return false
	}
	e, err := h.opt.Executions.Lookup(r.Context(), id)
	if fault.Is(err, fault.NotFound) {
		return false
	}
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	switch {
	case err != nil:
		header.Set(contentType, typeProblem)
		header.Set("Retry-After", RetryAfter)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write(document(problemUnavailable, "Service unavailable", http.StatusServiceUnavailable, "Try again later.", 0, 0))
	default:
		header.Set(contentType, typeJSON)
		_, _ = w.Write(executionStatus(&e, e.Status))
	}
	return true
}

// executionStatus is what a caller may know of an execution.
func executionStatus(e *flow.Execution, status flow.Status) []byte {
	var b value.ObjectBuilder
	b.Set("id", value.String(e.ID.Text(ident.Execution)))
	b.Set("status", value.String(string(status)))
	if status == flow.Succeeded {
		b.Set("output", e.Output)
	}
	return []byte(b.Value().Text())
}
