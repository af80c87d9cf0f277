package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/flow"
)

type testCmd struct {
	Key       string `arg:"" complete:"workflows" help:"The workflow's key."`
	Published bool   `name:"published" help:"Test what is published, although there is a draft."`
	Version   int64  `name:"version" placeholder:"N" help:"Test the published version with this number."`
	File      string `name:"file" short:"f" placeholder:"FILE" help:"Test the workflow in this YAML file, without storing it."`
	callFlags
	Real bool `name:"real" help:"Do everything in earnest: store records, send requests and messages. The execution is marked as a test."`
	Full bool `name:"full" help:"Print every step with its input, result and log."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (testCmd) Help() string {
	return "Runs the draft of a workflow, or what is published if there is no draft, on a call: by default on the sample of the workflow. " +
		"Nothing is stored and nothing is sent, unless --real is set; what would be sent is shown. " +
		"Gates that check the sender are asked, but do not end the test. The exit code is 1 if the call would not be accepted, or if the execution fails."
}

// testTimeout bounds the request for a test, which the server ends after a minute.
const testTimeout = 90 * time.Second

// testBody is the body of a test.
type testBody struct {
	Mode     string         `json:"mode,omitempty"`
	Revision string         `json:"revision,omitempty"`
	YAML     string         `json:"yaml,omitempty"`
	Delivery string         `json:"delivery,omitempty"`
	Request  *api.GivenCall `json:"request,omitempty"`
}

// Run tests a workflow and prints what happened.
func (c *testCmd) Run(sys *system) error {
	server, err := c.open()
	if err != nil {
		return err
	}
	server.timeout = testTimeout
	var body testBody
	if err := c.subject(server, &body); err != nil {
		return err
	}
	if c.Real {
		body.Mode = "real"
	}
	if err := c.call(sys, server, c.Key, &body); err != nil {
		return err
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	var answer json.RawMessage
	if err := server.sendText("POST", workflowPath(c.Key)+"/test", nil, "application/json", string(text), &answer); err != nil {
		return err
	}
	var t api.Tested
	if err := json.Unmarshal(answer, &t); err != nil {
		return err
	}
	if c.JSON {
		err = printOne(sys.stdout, answer)
	} else {
		p := newPrinter(sys, c.Full)
		p.tested(c.Key, t, c.Full)
		_, err = p.buf.WriteTo(sys.stdout)
	}
	if err == nil && (!t.Ran || t.Execution.Status == flow.Failed || t.Execution.Status == flow.Aborted) {
		err = errReported
	}
	return err
}

// subject selects what is tested.
func (c *testCmd) subject(server *client, body *testBody) error {
	given := 0
	for _, is := range []bool{c.Published, c.Version != 0, c.File != ""} {
		if is {
			given++
		}
	}
	switch {
	case given > 1:
		return &usageError{[]error{errors.New("give one of --published, --version and --file")}}
	case c.File != "":
		text, err := os.ReadFile(c.File)
		if err != nil {
			return fmt.Errorf("--file: cannot read %s: %w", c.File, reason(err))
		}
		body.YAML = string(text)
	case c.Version != 0:
		var v api.Version
		if err := server.get(workflowPath(c.Key)+"/versions/"+strconv.FormatInt(c.Version, 10), nil, &v); err != nil {
			return err
		}
		body.Revision = v.Revision
	case c.Published:
		var w api.Workflow
		if err := server.get(workflowPath(c.Key), nil, &w); err != nil {
			return err
		}
		if body.Revision = w.Revision; body.Revision == "" {
			return fmt.Errorf("the workflow %s has never been published", c.Key)
		}
	}
	return nil
}

// tested prints the result of a test.
func (p *printer) tested(key string, t api.Tested, full bool) {
	line := fmt.Sprintf("%s  %s", clip(key, 64), t.Mode)
	switch {
	case t.Execution != nil:
		line += fmt.Sprintf("  %s  %s", t.Execution.Status, formatDuration(time.Duration(t.Took)*time.Millisecond))
	default:
		line += "  " + string(t.Outcome) + ": nothing ran"
	}
	fmt.Fprintln(&p.buf, line)
	f := fields{w: &p.buf}
	if !t.Ran {
		f.add("why", strings.TrimSpace(t.Gate+": "+t.Reason))
	}
	f.add("key", t.DedupeKey)
	if t.Waited > 0 {
		f.add("waits", formatDuration(time.Duration(t.Waited)*time.Millisecond))
	}
	f.add("stopped", t.Stopped)
	if t.Mode == "real" && t.Execution != nil {
		f.add("execution", t.Execution.ID)
	}
	p.verdicts("Gates", t.Gates)
	if r := t.Refusal; r != nil {
		fmt.Fprintf(&p.buf, "  A call like this is refused by the gate %s: %s\n", clip(r.Gate, 32), clip(r.Reason, 300))
	}
	if len(t.Steps) > 0 {
		p.buf.WriteString("\nSteps\n")
	}
	for _, s := range t.Steps {
		if full {
			p.step(s)
			continue
		}
		fmt.Fprintln(&p.buf, strings.Repeat("  ", strings.Count(s.Path, "/"))+stepLine(s))
		if s.Error != nil {
			fmt.Fprintf(&p.buf, "     %s\n", clip(s.Error.Message+" ("+s.Error.Code+")", 500))
		}
	}
	p.sent(t)
	if a := t.Answer; a != nil {
		fmt.Fprintf(&p.buf, "\nAnswer  %d\n", a.Status)
		p.pairs(a.Headers)
		p.body(a.Body)
	}
}

// sent prints what would have been sent, one line for each request and message.
func (p *printer) sent(t api.Tested) {
	if len(t.Sent) == 0 && t.Starts == nil {
		return
	}
	p.buf.WriteString("\nWould be sent\n")
	for _, s := range t.Sent {
		what := ""
		switch {
		case s.Request != nil:
			what = s.Request.Method + " " + s.Request.URL
		case s.Message != nil:
			what = strings.TrimSpace("message through " + s.Message.Channel + "  " + s.Message.Subject)
		}
		fmt.Fprintf(&p.buf, "  %-*s%s  → %d\n", nameWidth, clip(s.Node, 40), clip(what, 300), s.Status)
	}
	if t.Omitted > 0 {
		fmt.Fprintf(&p.buf, "  and %d more\n", t.Omitted)
	}
	if t.Starts != nil {
		fmt.Fprintf(&p.buf, "  starts the workflow %s\n", clip(t.Starts.Workflow, 64))
	}
}
