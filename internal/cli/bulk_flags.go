package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/value"
)

// bulkFlags are the flags of every verb that can act on all that match a query.
type bulkFlags struct {
	Query  string `name:"query" placeholder:"QUERY" help:"Act on all that match this query, e.g. 'workflow:orders since:2h'. First prints how many there are, and asks."`
	Before string `name:"before" placeholder:"ID" help:"With a query: only those older than this one, to go on where a search has stopped."`
	Yes    bool   `name:"yes" short:"y" help:"With a query: do not ask."`
	jsonFlag
}

// bulkHelp explains these flags.
const bulkHelp = " With --query, it acts on many: it prints how many match and asks on a terminal; a script says --yes. " +
	"The server does the rest in the background; see hookline bulk."

// bulkVerb is how an action is called.
type bulkVerb struct {
	kind, verb, done string
	what             [2]string // one target, several
	quiet            bool      // prints neither the plan nor targets that were skipped
}

func retryVerb() bulkVerb {
	return bulkVerb{kind: "retry", verb: "retry", done: "retried", what: [2]string{"execution", "executions"}}
}

func cancelVerb() bulkVerb {
	return bulkVerb{kind: "cancel", verb: "cancel", done: "canceled", what: [2]string{"execution", "executions"}}
}

func replayVerb() bulkVerb {
	return bulkVerb{kind: "replay", verb: "replay", done: "replayed", what: [2]string{"delivery", "deliveries"}}
}

func (v bulkVerb) count(n int) string {
	if n == 1 {
		return "1 " + v.what[0]
	}
	return fmt.Sprintf("%d %s", n, v.what[1])
}

// bulkVerbOf returns how the actions of a kind are called.
func bulkVerbOf(kind string) bulkVerb {
	for _, v := range []bulkVerb{retryVerb(), cancelVerb(), replayVerb()} {
		if v.kind == kind {
			return v
		}
	}
	return bulkVerb{kind: kind, verb: kind, done: "done", what: [2]string{"target", "targets"}}
}

// alone returns an error if flags are set that mean nothing without a query.
func (f *bulkFlags) alone() error {
	if f.Before != "" || f.Yes {
		return &usageError{[]error{errors.New("--before and --yes need --query")}}
	}
	return nil
}

// run plans an action, asks, starts it and follows it. options are those of its kind.
func (f *bulkFlags) run(sys *system, server *client, v bulkVerb, q string, options value.ObjectBuilder) error {
	options.Set("kind", value.String(v.kind))
	options.Set("q", value.String(q))
	if f.Before != "" {
		options.Set("before", value.String(f.Before))
	}
	var raw json.RawMessage
	if err := server.send(http.MethodPost, "/api/bulk", nil, options.Value(), &raw); err != nil {
		return err
	}
	var plan api.BulkPlan
	if err := json.Unmarshal(raw, &plan); err != nil {
		return err
	}
	show := sys.stdout
	if f.JSON {
		show = sys.stderr
	}
	switch {
	case plan.ID == "" || !f.Yes && f.JSON:
		if f.JSON {
			return printOne(sys.stdout, raw)
		}
		showBulkPlan(show, v, plan)
		return nil
	case f.Yes:
		if !v.quiet {
			showBulkPlan(show, v, plan)
		}
	case isTerminal(sys.stdin) && isTerminal(sys.stdout):
		showBulkPlan(show, v, plan)
		if !sys.agrees(fmt.Sprintf("%s %s?", strings.ToUpper(v.verb[:1])+v.verb[1:], v.count(plan.Count))) {
			fmt.Fprintln(sys.stdout, "nothing was done")
			return server.post("/api/bulk/"+url.PathEscape(plan.ID)+"/stop", nil)
		}
	default:
		showBulkPlan(show, v, plan)
		fmt.Fprintf(show, "nothing was done; use --yes, or: hookline bulk start %s\n", clip(plan.ID, 40))
		return nil
	}
	if err := server.post("/api/bulk/"+url.PathEscape(plan.ID)+"/start", nil); err != nil {
		return err
	}
	return f.follow(sys, server, v, plan.ID)
}

// agrees asks a question on the terminal. Only y and yes mean yes.
func (sys *system) agrees(question string) bool {
	fmt.Fprintf(sys.stderr, "%s [y/N] ", question)
	line, _ := bufio.NewReader(sys.stdin).ReadString('\n') // what came before an error counts
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		return true
	default:
		return false
	}
}

// showBulkPlan prints what an action would do.
func showBulkPlan(w io.Writer, v bulkVerb, p api.BulkPlan) {
	fmt.Fprintf(w, "%s to %s", v.count(p.Count), v.verb)
	for i, state := range slices.Sorted(maps.Keys(p.ByState)) {
		sep := map[bool]string{true: ": ", false: ", "}[i == 0]
		fmt.Fprintf(w, "%s%d %s", sep, p.ByState[state], clip(state, 20))
	}
	fmt.Fprintln(w)
	const shown = 20
	for _, c := range p.ByWorkflow[:min(len(p.ByWorkflow), shown)] {
		fmt.Fprintf(w, "  %d of %s\n", c.Count, clip(c.Workflow, 64))
	}
	if n := len(p.ByWorkflow) - shown; n > 0 {
		fmt.Fprintf(w, "  … and of %d more workflows\n", n)
	}
	if e := p.Effects; e != nil && e.Sample > 0 {
		of := fmt.Sprintf("of %d that were looked at", e.Sample)
		if e.Sample == p.Count {
			of = "of them"
		}
		fmt.Fprintf(w, "%s, %d send requests or messages again, and %d change records again\n", of, e.SendAgain, e.WriteAgain)
		if e.CannotRun > 0 {
			fmt.Fprintf(w, "%s, %d cannot be retried, e.g. because %s\n", of, e.CannotRun, clip(e.Reason, 300))
		}
	}
	if p.Unsearched > 0 {
		fmt.Fprintf(w, "%d bodies longer than 8 MiB were not searched\n", p.Unsearched)
	}
	if !p.Complete {
		fmt.Fprintf(w, "the search has stopped after %d entries; there may be more, older ones: afterwards, go on with --before %s\n", p.Searched, clip(p.Next, 40))
	}
}

// bulkPoll is how often the progress is read.
const bulkPoll = 200 * time.Millisecond

// follow waits for the end of an action and prints what came of it.
func (f *bulkFlags) follow(sys *system, server *client, v bulkVerb, id string) error {
	shown := newProgress(sys)
	defer shown.end()
	for {
		var raw json.RawMessage
		if err := server.get("/api/bulk/"+url.PathEscape(id), nil, &raw); err != nil {
			return err
		}
		var b api.Bulk
		if err := json.Unmarshal(raw, &b); err != nil {
			return err
		}
		if b.State == "running" {
			shown.show("%d of %d %s; it goes on without you: hookline bulk show|stop %s", b.Handled, b.Count, v.done, clip(id, 40))
			<-time.After(bulkPoll)
			continue
		}
		shown.end()
		return f.ended(sys, v, b, raw)
	}
}

// ended prints what came of an action.
func (f *bulkFlags) ended(sys *system, v bulkVerb, b api.Bulk, raw json.RawMessage) error {
	if f.JSON {
		if err := printOne(sys.stdout, raw); err != nil {
			return err
		}
	} else {
		if !v.quiet {
			showProblems(sys.stderr, b)
		}
		fmt.Fprintf(sys.stdout, "%s\n", bulkOutcome(v, b))
	}
	if b.Failed > 0 || b.State == "stopped" {
		return errReported
	}
	return nil
}

// bulkOutcome says how far an action has come.
func bulkOutcome(v bulkVerb, b api.Bulk) string {
	text := fmt.Sprintf("%d of %d %s", b.Acted, b.Count, v.done)
	if b.Skipped > 0 {
		text += fmt.Sprintf(", %d skipped", b.Skipped)
	}
	if b.Failed > 0 {
		text += fmt.Sprintf(", %d failed", b.Failed)
	}
	if b.State == "stopped" {
		text += fmt.Sprintf("; stopped, %d left as they were", b.Count-b.Handled)
	}
	return text
}

// showProblems prints the targets that were skipped or failed.
func showProblems(w io.Writer, b api.Bulk) {
	for _, p := range b.Problems {
		fmt.Fprintf(w, "%s: %s\n", clip(p.ID, 40), clip(p.Reason, 300))
	}
	if n := b.Skipped + b.Failed - len(b.Problems); n > 0 && len(b.Problems) > 0 {
		fmt.Fprintf(w, "… and %d more\n", n)
	}
}
