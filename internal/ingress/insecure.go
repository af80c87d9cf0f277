package ingress

import "net/http"

// problemHTTPS is the name of the problem of calls that came over plain HTTP.
const problemHTTPS = "https"

// Insecure is what stands on plain HTTP where the door itself is behind HTTPS. It refuses every call, and
// records it, so that the operator learns which sender has the wrong URL. It does not redirect: the call
// would work, and nobody would notice that the sender's secrets cross the network in the clear each
// time. The answer is the same for every address, so that nobody learns which keys exist.
func (h *Handler) Insecure() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{h: h, w: w, r: r, now: h.opt.Clock.Now()}
		defer c.end()
		_ = c.match() // finds whose secrets must not be recorded, and whose call it would have been
		c.refuse("https", &outcome{
			status: http.StatusForbidden, problem: problemHTTPS, title: "HTTPS required",
			detail: "Write https:// in the sender's URL. What came with this call went through the network in the clear: " +
				"if there was a password or a token in it, change it.",
			reason:  "it came over plain HTTP: correct the sender's URL, and change the secret that it sent",
			headers: closing(),
		})
		if h.opt.Observer != nil {
			h.opt.Observer.Delivered(c.delivery)
		}
	})
}
