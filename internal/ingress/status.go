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

// statusPrefix is where callers query executions that continue after the call. A key cannot start with a dash,
// so no workflow has this path.
const statusPrefix = hooksPrefix + "-/executions/"

// statusURL returns the address where a caller can query its execution. Whoever has the URL may use it.
func (h *Handler) statusURL(id string) string {
	return h.opt.PublicURL + statusPrefix + id + "?sig=" + h.sign(id)
}

func (h *Handler) sign(id string) string {
	mac := hmac.New(sha256.New, h.opt.Key)
	mac.Write([]byte("execution " + id))
	return hex.EncodeToString(mac.Sum(nil))
}

// serveStatus answers a status URL. It returns false for any other URL, or one with a wrong signature: the call is then
// treated like one to an address that does not exist.
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
	header.Set("X-Content-Type-Options", "nosniff")
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

// executionStatus returns the part of an execution that its caller may see.
func executionStatus(e *flow.Execution, status flow.Status) []byte {
	var b value.ObjectBuilder
	b.Set("id", value.String(e.ID.Text(ident.Execution)))
	b.Set("status", value.String(string(status)))
	if status == flow.Succeeded {
		b.Set("output", e.Output)
	}
	return []byte(b.Value().Text())
}
