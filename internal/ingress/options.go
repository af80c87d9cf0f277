package ingress

import (
	"net/http"
	"strconv"

	"hookline.dev/hookline/internal/hook"
)

// options answers OPTIONS requests: a browser's preflight, the validation request of a CloudEvents sender, and
// any other, which gets the allowed methods. It runs nothing and requires no authentication: neither browsers
// nor providers send credentials.
func (c *call) options() *outcome {
	reply := &hook.Reply{Status: http.StatusNoContent, Headers: []hook.Header{{Name: "Allow", Value: c.endpoint.allow[0]}}}
	out := &outcome{
		gate: "method", status: reply.Status, reply: reply,
		reason: "OPTIONS was answered with the methods that are allowed; nothing ran",
	}
	header := c.r.Header
	switch {
	case len(c.extra) > 0 && header["Origin"] != nil && header["Access-Control-Request-Method"] != nil:
		c.preflight(out)
	case header["Webhook-Request-Origin"] != nil:
		c.consent(out)
	}
	return out
}

// consent answers the validation request of the CloudEvents webhook specification (section 4). The sender may
// call if one of the endpoint's workflows takes events by POST. A refusal is an answer without the headers.
func (c *call) consent(out *outcome) {
	out.gate, out.outcome = gateEvents, hook.Handshake
	origin := c.r.Header["Webhook-Request-Origin"][0]
	r := c.endpoint.pick(http.MethodPost)
	if r == nil || len(origin) > maxOrigin || !r.takesType("application/cloudevents+json") && !r.takesType("application/cloudevents-batch+json") {
		out.reason = "a CloudEvents validation request was answered; the sender may not call: the workflow accepts no CloudEvents by POST"
		return
	}
	allowed := "*"
	if r.rate != nil {
		allowed = strconv.Itoa(r.rate.perMinute())
	}
	out.status, out.reply.Status = http.StatusOK, http.StatusOK
	out.reply.Headers = append(out.reply.Headers,
		hook.Header{Name: "WebHook-Allowed-Origin", Value: origin}, hook.Header{Name: "WebHook-Allowed-Rate", Value: allowed})
	out.reason = "a CloudEvents validation request was answered; the sender may call"
}
