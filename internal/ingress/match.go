package ingress

import (
	"net/http"

	"hookline.dev/hookline/internal/hook"
)

// match finds the routes of the path. What the call is refused for is the same for every address
// that is not live, so that nobody learns which keys exist.
func (c *call) match() *refusal {
	c.delivery.ID = c.h.opt.IDs.Next()
	path, refused := canonical(c.r.URL.EscapedPath())
	if refused != "" {
		c.recordStray()
		return &refusal{
			status: http.StatusBadRequest, problem: problemPath, title: "The path has more than one reading",
			detail: "The path cannot be used: " + refused + ".",
		}
	}
	t := c.h.table.Load()
	place, values := t.find(path)
	if place == nil {
		c.recordStray()
		return &refusal{
			status: http.StatusNotFound, problem: problemNotFound, title: "There is nothing here",
			detail: "No webhook has this address. Check the URL.", reason: c.h.whyUnmatched(t, path, c.now),
		}
	}
	c.place = place
	c.route = place.pick(c.r.Method)
	if c.route == nil {
		c.route = place.routes[0] // admit refuses the method; gates of this one say what is secret
	}
	c.delivery.Workflow = c.route.key
	c.record(path, values)
	c.delivery.Outcome = hook.Rejected
	return nil
}
