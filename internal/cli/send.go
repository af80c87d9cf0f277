package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/api"
)

type sendCmd struct {
	Key  string `arg:"" complete:"workflows" help:"The workflow's key."`
	Kind string `name:"kind" enum:"signed,unsigned,tampered,stale,repeated" default:"signed" placeholder:"KIND" help:"signed (the default), unsigned, tampered, stale or repeated."`
	callFlags
	Full bool `name:"full" help:"Print long bodies in full."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (sendCmd) Help() string {
	return "Calls a published workflow as its sender would, with the secrets that the server has: by default with the first sample event of its preset. " +
		"The call is a real one: it is recorded, and the workflow runs. Prints the call, the answer, and the gate that decided. " +
		"To sign a call for another server, see hookline sign."
}

// Run sends a call.
func (c *sendCmd) Run(sys *system) error {
	if err := c.check(); err != nil {
		return err
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	given, err := c.given(sys)
	if err != nil {
		return err
	}
	return sys.sendCall(server, c.Key, sendBody{Kind: c.Kind, Event: c.Event, Delivery: c.Delivery, Request: given}, c.JSON, c.Full)
}

// sendBody is the body of a send.
type sendBody struct {
	Kind     string         `json:"kind,omitempty"`
	Event    string         `json:"event,omitempty"`
	Delivery string         `json:"delivery,omitempty"`
	Request  *api.GivenCall `json:"request,omitempty"`
}

// sendCall has the server send a call, and prints what came of it.
func (sys *system) sendCall(server *client, key string, body sendBody, asJSON, full bool) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	server.timeout = testTimeout
	var answer json.RawMessage
	if err := server.sendText(http.MethodPost, workflowPath(key)+"/send", nil, "application/json", string(text), &answer); err != nil {
		return err
	}
	if asJSON {
		return printOne(sys.stdout, answer)
	}
	var s api.Sending
	if err := json.Unmarshal(answer, &s); err != nil {
		return err
	}
	p := newPrinter(sys, full)
	p.sending(key, s)
	_, err = p.buf.WriteTo(sys.stdout)
	return err
}

// sending prints a call and its answers.
func (p *printer) sending(key string, s api.Sending) {
	fmt.Fprintf(&p.buf, "%s  %s\n", clip(key, 64), strings.TrimSpace(strings.Join([]string{s.Kind, s.Preset, s.Event}, "  ")))
	fmt.Fprintf(&p.buf, "\nRequest\n  %s %s\n", s.Request.Method, clip(s.Request.URL, 1000))
	p.pairs(s.Request.Headers)
	p.body(s.Request.Body)
	for _, c := range s.Calls {
		status := "no answer in time"
		if c.Answer != nil {
			status = fmt.Sprint(c.Answer.Status)
		}
		fmt.Fprintf(&p.buf, "\nAnswer  %s\n", status)
		f := fields{w: &p.buf}
		f.add("delivery", c.Delivery)
		f.add("outcome", string(c.Outcome))
		if c.Gate != "accept" { // it has passed all of them
			f.add("gate", c.Gate)
		}
		f.add("why", c.Reason)
		f.add("execution", c.Execution)
		if c.Answer != nil {
			p.body(c.Answer.Body)
		}
	}
}

type triggerCmd struct {
	Preset string `arg:"" complete:"presets" help:"The provider that sends; see hookline presets ls."`
	Event  string `arg:"" optional:"" help:"The event, e.g. push. Default: the first sample of the provider."`
	To     string `name:"to" placeholder:"KEY|URL" help:"The workflow, by key or by URL, if several take calls of the provider."`
	Full   bool   `name:"full" help:"Print long bodies in full."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (triggerCmd) Help() string {
	return "Sends a signed sample event of a provider to the workflow that takes its calls, e.g. hookline trigger github push. " +
		"The server signs it with the secret of the workflow. It is a real call: it is recorded, and the workflow runs. For other kinds of calls, see hookline send."
}

// Run finds the workflow and sends the event.
func (c *triggerCmd) Run(sys *system) error {
	if _, err := findPreset(c.Preset); err != nil {
		return err
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	key, err := c.workflow(server)
	if err != nil {
		return err
	}
	return sys.sendCall(server, key, sendBody{Kind: "signed", Event: c.Event}, c.JSON, c.Full)
}

// workflow returns the key of the only enabled workflow that takes calls of the provider, or of the one that --to names.
func (c *triggerCmd) workflow(server *client) (string, error) {
	var page struct{ Items []api.Workflow }
	if err := server.get("/api/workflows", url.Values{"search": {c.Preset}, "state": {"enabled"}}, &page); err != nil {
		return "", err
	}
	var keys []string
	for _, w := range page.Items {
		if !slices.Contains(w.Presets, c.Preset) {
			continue
		}
		if c.To == w.Key || slices.Contains(w.URLs, c.To) || c.leadsTo(server, w) {
			return w.Key, nil
		}
		keys = append(keys, w.Key)
	}
	switch {
	case len(keys) == 0:
		return "", fmt.Errorf("no enabled workflow takes calls of %s: its trigger needs auth.signature with preset: %s", c.Preset, c.Preset)
	case c.To != "":
		return "", fmt.Errorf("%s is not a workflow of this server that takes calls of %s; there is %s. To call another server, use hookline sign --preset %s --event NAME --send", clip(c.To, 200), c.Preset, strings.Join(keys, ", "), c.Preset)
	case len(keys) > 1:
		return "", &usageError{[]error{errors.New("several workflows take calls of " + c.Preset + "; choose one with --to: " + strings.Join(keys, ", "))}}
	}
	return keys[0], nil
}

// leadsTo reports whether --to is a URL of the workflow at the address of the API.
func (c *triggerCmd) leadsTo(server *client, w api.Workflow) bool {
	path, ok := strings.CutPrefix(c.To, server.base+"/")
	return ok && slices.ContainsFunc(w.URLs, func(text string) bool {
		own, err := url.Parse(text)
		return err == nil && own.Path == "/"+strings.TrimSuffix(path, "/")
	})
}
