package cli

import (
	"bytes"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/errorcode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/value"
)

type executionsShow struct {
	oneExecution
	Full   bool `name:"full" xor:"form" help:"Print long values in full."`
	Follow bool `name:"follow" xor:"form" help:"Print each step as it is committed, until the execution ends. With --json: one event per line."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (executionsShow) Help() string {
	return "Prints the request as received, every step with its input, result, duration and log, and the final result. " +
		"JSON is indented; numbers, escapes and the order of fields stay as the caller sent them. Secrets appear as references. " +
		"--follow prints the newest steps and then each one when it begins to wait, is sent or ends; of long values only the size is known."
}

// Run shows one execution.
func (c *executionsShow) Run(sys *system) error {
	path, err := c.path()
	if err != nil {
		return err
	}
	if c.Follow {
		return c.follow(sys, path)
	}
	return show(sys, &c.clientFlags, c.jsonFlag, path, func(server *client, x api.Whole) error {
		p := newPrinter(sys, c.Full)
		p.head(x)
		p.request(x.Request)
		if err := p.steps(server, x); err != nil {
			return err
		}
		p.end(x)
		_, err := p.buf.WriteTo(sys.stdout)
		return err
	})
}

// printer formats an execution for people.
type printer struct {
	*system
	buf   bytes.Buffer
	lines int // most lines of one value; 0: no limit
}

// newPrinter returns a printer. It shortens long values unless full is set.
func newPrinter(sys *system, full bool) *printer {
	if full {
		return &printer{system: sys}
	}
	return &printer{system: sys, lines: maxLines}
}

func (p *printer) head(x api.Whole) {
	fmt.Fprintf(&p.buf, "%s  %s  %s\n", x.ID, clip(x.Workflow, 64), x.Status)
	f := fields{w: &p.buf}
	f.add("accepted", p.when(x.CreatedAt))
	f.add("took", elapsed(x.CreatedAt, x.FinishedAt))
	f.add("wakes", p.when(x.WakeAt))
	f.add("mode", string(x.Mode))
	f.add("revision", x.Revision)
	f.add("delivery", x.Delivery)
	f.add("labels", labels(x.Execution))
	f.add("resumed", times(x.Resumes))
	f.add("retried", times(x.Round))
	f.add("why", why(x.Execution))
}

func times(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "once"
	default:
		return strconv.Itoa(n) + " times"
	}
}

func (p *printer) request(c *api.Call) {
	if c == nil {
		return
	}
	line := c.Method + " " + c.Path
	if c.Query != "" {
		line += "?" + c.Query
	}
	from := "from " + clip(c.IP, 64)
	if c.IP == "" {
		from = "by another workflow"
	}
	fmt.Fprintf(&p.buf, "\nRequest  %s\n  %s\n", from, clip(line, 1000))
	p.pairs(c.Headers)
	p.body(c.Body)
}

func (p *printer) pairs(pairs []api.Pair) {
	for _, h := range pairs {
		fmt.Fprintf(&p.buf, "  %s: %s\n", clip(h.Name, 100), clip(h.Value, 1000))
	}
}

// body prints a body: JSON indented, other text unchanged, anything else as its size.
func (p *printer) body(b api.Bytes) {
	if b.Size == 0 {
		return
	}
	p.buf.WriteByte('\n')
	v, err := value.Parse(b.Text, value.Limits{})
	switch {
	case b.Base64 != nil:
		fmt.Fprintf(&p.buf, "  %d bytes of binary data; use --json to see them in base64\n", b.Size)
	case err == nil && !b.Cut:
		_ = printJSON(&p.buf, "  ", v, p.lines) // a buffer never fails
	default:
		text := "  " + strings.ReplaceAll(b.Text, "\n", "\n  ")
		_ = printText(&p.buf, "  ", text, p.lines)
	}
	if b.Cut {
		fmt.Fprintf(&p.buf, "  … of %d bytes; see hookline deliveries show --full\n", b.Size)
	}
}

// steps prints every step, and fetches the pages after the first.
func (p *printer) steps(server *client, x api.Whole) error {
	p.buf.WriteString("\nSteps\n")
	if len(x.Steps) == 0 {
		p.buf.WriteString("  none yet\n")
	}
	for {
		for _, s := range x.Steps {
			p.step(s)
		}
		if x.MoreAfter == 0 {
			return nil
		}
		if _, err := p.buf.WriteTo(p.stdout); err != nil {
			return err
		}
		query := url.Values{"after": {strconv.Itoa(x.MoreAfter)}}
		next := api.Whole{}
		if err := server.get("/api/executions/"+url.PathEscape(x.ID), query, &next); err != nil {
			return err
		}
		x = next
	}
}

func (p *printer) step(s api.Step) {
	if s.Type == flow.MarkerRetry {
		fmt.Fprintf(&p.buf, "%3d  run again  %s\n", s.N, p.when(s.StartedAt))
		return
	}
	fmt.Fprintln(&p.buf, stepLine(s))
	f := fields{w: &p.buf, indent: "     "}
	f.json("input", s.Input.Value, p.lines)
	f.json("result", s.Result.Value, p.lines)
	if s.Error != nil {
		f.add("error", s.Error.Message+" ("+s.Error.Code+")")
	}
	f.add("wakes", p.when(s.WakeAt))
	for _, l := range s.Log {
		f.add("log", l.Level+"  "+l.Text)
	}
}

// stepLine describes a step in one line.
func stepLine(s api.Step) string {
	line := fmt.Sprintf("%3d  %s  %s  %s", s.N, clip(s.Path, 80), s.Type, s.Status)
	if d := elapsed(s.StartedAt, s.FinishedAt); d != "" {
		line += "  " + d
	}
	if s.Branch != "" {
		line += "  → " + clip(s.Branch, 64)
	}
	if s.Attempt > 1 {
		line += fmt.Sprintf("  attempt %d", s.Attempt)
	}
	switch s.Ends {
	case "":
	case flow.Failed: // of the execution, or of an iteration or branch of it
		line += "  not handled"
	default:
		line += "  ends the execution"
	}
	return line
}

func (p *printer) end(x api.Whole) {
	if x.Reply != nil {
		fmt.Fprintf(&p.buf, "\nAnswer  %d\n", x.Reply.Status)
		p.pairs(x.Reply.Headers)
		p.body(x.Reply.Body)
	}
	fmt.Fprintf(&p.buf, "\nEnd  %s", x.Status)
	if text := why(x.Execution); text != "" {
		fmt.Fprintf(&p.buf, "  %s", clip(text, 500))
	}
	p.buf.WriteByte('\n')
	if x.Error != nil {
		if e, ok := errorcode.Find(errorcode.Step, x.Error.Code); ok {
			fields{w: &p.buf}.add("to do", e.Next)
		}
	}
	if !x.Output.IsMissing() {
		fields{w: &p.buf}.json("output", x.Output.Value, p.lines)
	}
}
