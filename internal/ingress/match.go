package ingress

import (
	"net/http"

	"hookline.dev/hookline/internal/hook"
)

// match finds the route for the path and method. Every address that is not live gets the same answer, so that
// nobody can find out which keys exist.
func (c *call) match() *outcome {
	c.delivery.ID = c.h.opt.IDs.Next()
	c.locate()
	t := c.h.table.Load()
	c.masker = t.masker
	path, refused := canonical(c.r.URL.EscapedPath())
	if refused != "" {
		return c.unmatched(&outcome{
			status: http.StatusBadRequest, problem: problemPath, title: "Ambiguous path",
			detail: "The path cannot be used: " + refused + ".",
		})
	}
	endpoint, values := t.find(path)
	if endpoint == nil {
		return c.unmatched(&outcome{
			status: http.StatusNotFound, problem: problemNotFound, title: "Not found",
			detail: "No webhook has this address. Check the URL.", reason: c.h.whyUnmatched(t, path, c.now),
		})
	}
	c.endpoint = endpoint
	c.route = endpoint.pick(c.method())
	if c.route == nil && c.r.Method != http.MethodOptions {
		c.route = endpoint.pickHandshake(c.head())
		c.asking = c.route != nil
	}
	if c.route == nil {
		c.route = endpoint.routes[0] // admit rejects the method; this route's gates say which values are secret
	}
	c.delivery.Workflow, c.delivery.Revision = c.route.key, c.route.revision
	c.record(path, values)
	c.delivery.Outcome = hook.Rejected
	if c.route.cors != nil {
		c.extra = c.route.cors.fields(c.r.Header)
	}
	return nil
}

// unmatched records a call that no route took. A caller whose address the server does not accept gets the same
// answer as on every other path.
func (c *call) unmatched(out *outcome) *outcome {
	c.recordUnmatched()
	if c.foreign() {
		return c.notAllowed("the server accepts no calls from " + c.address())
	}
	return out
}

// method returns the method that the call is about: a preflight asks about another method than its own.
func (c *call) method() string {
	if c.r.Method == http.MethodOptions {
		if asked := c.r.Header["Access-Control-Request-Method"]; len(asked) > 0 {
			return asked[0]
		}
	}
	return c.r.Method
}
