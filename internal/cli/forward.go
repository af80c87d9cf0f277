package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/curl"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/watch"
)

type forwardCmd struct {
	Key string `arg:"" complete:"workflows" help:"The workflow's key."`
	To  string `name:"to" required:"" placeholder:"URL" help:"Where to send the calls, e.g. http://localhost:3000/hooks."`
	clientFlags
}

// Help explains the verb.
func (forwardCmd) Help() string {
	return "Sends each call that the workflow accepts from now on to another address as well, until ^C: the same method, query, headers and bytes. " +
		"Credentials that the basic and token gates check are not stored, so they are not sent. The workflow itself runs as always, and the answer of the other address changes nothing."
}

// forwardTimeout bounds one call to the other address.
const forwardTimeout = time.Minute

// Run forwards calls until a signal arrives or the server refuses.
func (c *forwardCmd) Run(sys *system) error {
	to, err := url.Parse(c.To)
	if err != nil || (to.Scheme != "http" && to.Scheme != "https") || to.Host == "" {
		return &usageError{[]error{fmt.Errorf("--to: %q is not a URL; write e.g. http://localhost:3000/hooks", c.To)}}
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	var x api.Workflow
	if err := server.get("/api/workflows/"+url.PathEscape(c.Key), nil, &x); err != nil {
		return err
	}
	ctx, stop := sys.untilSignal()
	defer stop()
	calls := url.Values{"kind": {string(watch.OfDelivery)}, "workflow": {c.Key}, "outcome": {string(hook.Accepted)}}
	return sys.keepFollowing(ctx, server, "/api/tail?"+calls.Encode(), func(e event) error {
		switch e.name {
		case "open":
			fmt.Fprintf(sys.stderr, "Forwarding accepted calls of %s to %s. Press ^C to stop.\n", c.Key, to)
			return nil
		case string(watch.OfDelivery):
			return c.forward(ctx, sys, server, to, e.data)
		default:
			return sys.told(e)
		}
	})
}

// forward sends a delivery on.
func (c *forwardCmd) forward(ctx context.Context, sys *system, server *client, to *url.URL, data []byte) error {
	var e watch.Event
	if err := json.Unmarshal(data, &e); err != nil {
		return err
	}
	id, err := e.Delivery.MarshalText()
	if err != nil {
		return err
	}
	var d api.Delivery
	if err := server.get("/api/deliveries/"+string(id), nil, &d); err != nil {
		return err
	}
	if err := server.wholeBody(&d); err != nil {
		return err
	}
	start := sys.clock.Now()
	said := "the call has no request"
	if d.Request != nil {
		said = sendOn(ctx, to, d)
	}
	_, err = fmt.Fprintf(sys.stdout, "%s  %s %s  %s  %s  %s\n", start.In(sys.zone).Format(time.TimeOnly), d.Method, clip(d.Path, 40), d.ID, said, formatDuration(sys.clock.Now().Sub(start)))
	return err
}

// sendOn sends a call to another address and says what came of it.
func sendOn(ctx context.Context, to *url.URL, d api.Delivery) string {
	ctx, cancel := context.WithTimeout(ctx, forwardTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, d.Method, withQuery(to, d.Request.Query), bytes.NewReader(d.Request.Body.Content()))
	if err != nil {
		return "not sent: " + err.Error()
	}
	for _, h := range d.Request.Headers {
		if !curl.Sets(h.Name) {
			req.Header.Add(h.Name, h.Value)
		}
	}
	req.Header.Set("Hookline-Delivery", d.ID)
	peer := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := peer.Do(req)
	if err != nil {
		return "failed: " + inner(err).Error()
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxShown)) // lets the connection be used again
	return res.Status
}

// withQuery returns a URL with a raw query after its own.
func withQuery(to *url.URL, query string) string {
	u := *to
	u.RawQuery = strings.Trim(u.RawQuery+"&"+query, "&")
	return u.String()
}
