package app

import (
	"context"
	"net/http"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ingress"
	"hookline.dev/hookline/internal/watch"
)

// liveView adapts the hub to the API.
type liveView struct{ *watch.Hub }

// Listen waits for a call to a workflow.
func (v liveView) Listen(ctx context.Context, workflow, path string, ready func() error) (hook.Delivery, bool, error) {
	return v.Hub.Listen(ctx, func(d *hook.Delivery) bool { return isCallTo(d, workflow, path) }, ready)
}

// isCallTo reports whether a call is one that somebody who listens for a workflow waits for. A preflight of a browser and
// a provider's handshake come before the calls that the workflow is made for.
func isCallTo(d *hook.Delivery, workflow, path string) bool {
	if d.Outcome == hook.Handshake || d.Request.Method == http.MethodOptions {
		return false
	}
	return d.Workflow == workflow || d.Outcome == hook.Unmatched && ingress.IsURL(workflow, path, d.Request.Path)
}
