package ingress

import (
	"net/http"

	"hookline.dev/hookline/internal/hook"
)

// match finds the routes of the path. What the call is refused for is the same for every address
// that is not live, so that nobody learns which keys exist.
func (c *call) match() *refusal {
	c.delivery.ID = c.h.opt.IDs.Next()
	c.locate()
	path, refused := canonical(c.r.URL.EscapedPath())
	if refused != "" {
		return c.stray(&refusal{
			status: http.StatusBadRequest, problem: problemPath, title: "The path has more than one reading",
			detail: "The path cannot be used: " + refused + ".",
		})
	}
	t := c.h.table.Load()
	place, values := t.find(path)
	if place == nil {
		return c.stray(&refusal{
			status: http.StatusNotFound, problem: problemNotFound, title: "There is nothing here",
			detail: "No webhook has this address. Check the URL.", reason: c.h.whyUnmatched(t, path, c.now),
		})
	}
	c.place = place
	c.route = place.pick(c.method())
	if c.route == nil {
		c.route = place.routes[0] // admit refuses the method; gates of this one say what is secret
	}
	c.delivery.Workflow, c.delivery.Revision = c.route.key, c.route.revision
	c.record(path, values)
	c.delivery.Outcome = hook.Rejected
	if c.route.cors != nil {
		c.extra = c.route.cors.fields(c.r.Header)
	}
	return nil
}

// stray records a call that no route took. Whoever may not call at all learns no more here than
// elsewhere.
func (c *call) stray(no *refusal) *refusal {
	c.recordStray()
	if c.foreign() {
		return c.notAllowed("the server takes no calls from " + c.address())
	}
	return no
}

// method is the one that the call is about: a preflight names another than its own.
func (c *call) method() string {
	if c.r.Method == http.MethodOptions {
		if asked := c.r.Header["Access-Control-Request-Method"]; len(asked) > 0 {
			return asked[0]
		}
	}
	return c.r.Method
}
