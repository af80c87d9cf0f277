package ingress

import "net/http"

// problemHTTPS is the problem name for calls that arrive over plain HTTP.
const problemHTTPS = "https"

// Insecure returns a handler for plain HTTP beside HTTPS. It rejects every call and records it, so that the operator
// learns which sender has the wrong URL. It does not redirect: the call would work, and nobody would notice that the
// sender's secrets are sent unencrypted each time. The answer is the same for every address, so that nobody learns
// which keys exist.
func (h *Handler) Insecure() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{h: h, w: w, r: r, now: h.opt.Clock.Now()}
		defer c.end()
		_ = c.match() // finds the route, whose secrets must not be recorded
		c.refuse("https", &outcome{
			status: http.StatusForbidden, problem: problemHTTPS, title: "HTTPS required",
			detail: "Use https:// in the sender's URL. This call was sent unencrypted: " +
				"if it contained a password or a token, change it.",
			reason:  "it came over plain HTTP: correct the sender's URL, and change the secret that it sent",
			headers: closing(),
		})
		if h.opt.Observer != nil {
			h.opt.Observer.Delivered(c.delivery)
		}
	})
}
