package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"hookline.dev/hookline/internal/api"
	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/audit"
	"hookline.dev/hookline/internal/fault"
)

type auditCmd struct {
	Ls     auditLs     `cmd:"" help:"List what was changed, by whom and from where."`
	Verify auditVerify `cmd:"" help:"Check that the audit log is as it was written, also offline."`
	Export auditExport `cmd:"" help:"Print the audit log, one JSON object a line."`
}

// auditFlags select entries.
type auditFlags struct {
	By     string   `name:"by" placeholder:"NAME" help:"Only what this user or key did; or token, server, offline."`
	Action string   `name:"action" placeholder:"ID" help:"Only this operation, e.g. put-variable."`
	Target string   `name:"target" placeholder:"NAME" help:"Only what was done to this."`
	Since  *instant `name:"since" placeholder:"TIME" help:"Only entries from this time on."`
	Until  *instant `name:"until" placeholder:"TIME" help:"Only entries before this time."`
}

func (f auditFlags) query(sys *system) url.Values {
	q := url.Values{}
	for name, text := range map[string]string{"by": f.By, "action": f.Action, "target": f.Target, "since": f.Since.text(sys), "until": f.Until.text(sys)} {
		if text != "" {
			q.Set(name, text)
		}
	}
	return q
}

type auditLs struct {
	auditFlags
	Limit  int    `name:"limit" default:"20" placeholder:"N" help:"Maximum number of results, 1 to 500."`
	Before string `name:"before" placeholder:"NUMBER" help:"Only entries with smaller numbers."`
	clientFlags
	jsonFlag
}

// auditEntry is an entry as the API shows it.
type auditEntry struct {
	Seq    int64     `json:"seq"`
	At     time.Time `json:"at"`
	Action string    `json:"action"`
	Target string    `json:"target"`
	Status int       `json:"status"`
	By     struct{ Kind, Name, Address string }
}

// Run lists entries.
func (c *auditLs) Run(sys *system) error {
	q := c.query(sys)
	q.Set("limit", strconv.Itoa(c.Limit))
	if c.Before != "" {
		q.Set("before", c.Before)
	}
	server, err := c.open()
	if err != nil {
		return err
	}
	var page rawPage
	if err := server.get("/api/audit", q, &page); err != nil {
		return err
	}
	sys.more(page.Next)
	headings := []string{"NUMBER", "TIME", "BY", "FROM", "ACTION", "TARGET", "STATUS"}
	return printItems(sys, c.jsonFlag, page.Items, "", headings, func(x auditEntry) []string {
		return []string{strconv.FormatInt(x.Seq, 10), sys.when(x.At), x.By.Name, x.By.Address, x.Action, x.Target, status(x.Status)}
	})
}

type auditExport struct {
	auditFlags
	clientFlags
}

// Help explains the verb.
func (auditExport) Help() string {
	return "Oldest first. A whole export can be checked anywhere: hookline audit verify FILE."
}

// Run prints the log.
func (c *auditExport) Run(sys *system) error {
	q := c.query(sys)
	server, err := c.open()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), longTimeout)
	defer cancel()
	res, err := server.do(ctx, http.MethodGet, "/api/audit/export?"+q.Encode())
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(sys.stdout, res.Body); err != nil {
		return fault.As("cli.audit", fault.Unavailable, err, "the export is not whole: the connection was lost")
	}
	return nil
}

type auditVerify struct {
	File  string   `arg:"" optional:"" help:"An export to check instead of the server's log; - is stdin."`
	Noted []string `name:"noted" placeholder:"HEAD" help:"A head that was noted earlier (number:hash), e.g. from the server's log: the audit log must contain it."`
	clientFlags
	jsonFlag
}

// Help explains the verb.
func (auditVerify) Help() string {
	return "Checks the hash of every entry, that none is missing, and that the log ends where its head says. Works through the API, on --data while the server is stopped, " +
		"and on a file that audit export wrote. Exit code 1: the log was changed. Somebody who can write the database can write a whole new log; only --noted reveals that."
}

// Run checks the log.
func (c *auditVerify) Run(sys *system) error {
	var noted []audit.Mark
	for _, text := range c.Noted {
		m, ok := audit.ParseMark(text)
		if !ok {
			return &usageError{[]error{fmt.Errorf("--noted: %q is not a head of the log, as number:hash", text)}}
		}
		noted = append(noted, m)
	}
	done, err := c.check(sys, noted)
	if err != nil {
		return err
	}
	if c.JSON {
		raw, err := json.Marshal(done)
		if err == nil {
			err = printOne(sys.stdout, raw)
		}
		if err == nil && !done.OK {
			err = errReported
		}
		return err
	}
	if !done.OK {
		return fmt.Errorf("the audit log was changed: entry %d: %s", done.Broken, cleanText(done.Reason))
	}
	fmt.Fprintf(sys.stdout, "%d entries are as they were written\nhead %s\n", done.Entries, done.Head)
	return nil
}

// check checks the file, or else the server's log, or else that of the data directory.
func (c *auditVerify) check(sys *system, noted []audit.Mark) (done api.AuditVerified, err error) {
	if c.File != "" {
		return checkExport(sys, c.File, noted)
	}
	if c.stopped() {
		return app.VerifyAudit(c.Data, noted)
	}
	server, err := c.open()
	if err != nil {
		return done, err
	}
	server.timeout = longTimeout
	q := url.Values{}
	if len(c.Noted) > 0 {
		q.Set("noted", strings.Join(c.Noted, ","))
	}
	return done, server.get("/api/audit/verify", q, &done)
}

// checkExport checks a file that audit export wrote.
func checkExport(sys *system, name string, noted []audit.Mark) (done api.AuditVerified, err error) {
	from := sys.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return done, fault.As("cli.audit", fault.NotFound, err, "cannot read %s: %v", name, reason(err))
		}
		defer f.Close()
		from = f
	}
	var c exportCheck
	lines := bufio.NewReader(from)
	for c.lines = 1; ; c.lines++ {
		line, err := lines.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return done, err
		}
		if line == "" {
			break
		}
		if done.Broken, done.Reason = c.add(line, noted); done.Reason != "" {
			return done, nil
		}
	}
	switch {
	case c.chain == nil:
		return done, fault.New("cli.audit", fault.Invalid, "%s has no entries", name)
	case c.head == nil:
		return api.AuditVerified{Broken: c.chain.Last().Seq + 1, Reason: "the export is not whole: its last line must be its head"}, nil
	}
	n, err := c.chain.End(*c.head)
	if broken, ok := errors.AsType[*audit.Broken](err); ok {
		done.Broken, done.Reason = broken.Seq, broken.Reason
		return done, nil
	}
	done.OK, done.Entries, done.Head = true, c.before+n, c.head.String()
	return done, nil
}

// exportCheck is how far an export was checked.
type exportCheck struct {
	lines  int64
	chain  *audit.Chain // nil: there was no entry yet
	before int64        // entries that are not in chain: the first one, if retention has deleted the one before it
	head   *audit.Mark
}

// add checks the next line. It returns which entry is wrong, and why; "" if none is.
func (c *exportCheck) add(line string, noted []audit.Mark) (broken int64, why string) {
	line, whole := strings.CutSuffix(line, "\n")
	if c.chain != nil && c.head == nil && whole {
		if head, ok := audit.ParseHead(line); ok {
			c.head = &head
			return 0, ""
		}
	}
	e, err := audit.ParseLine(line)
	switch {
	case c.head != nil:
		return c.lines, "line " + strconv.FormatInt(c.lines, 10) + ": it follows the head of the export"
	case err != nil:
		return c.lines, "line " + strconv.FormatInt(c.lines, 10) + ": " + message(err)
	case !whole:
		return c.lines, "line " + strconv.FormatInt(c.lines, 10) + ": its end is missing"
	case c.chain == nil && e.Seq > 1:
		c.before, c.chain = 1, newChain(audit.Mark{Seq: e.Seq, Hash: e.Hash}, noted)
		return 0, ""
	case c.chain == nil:
		c.chain = newChain(audit.Mark{}, noted)
	}
	if err := c.chain.Add(&e); err != nil {
		b, _ := errors.AsType[*audit.Broken](err)
		return b.Seq, b.Reason
	}
	return 0, ""
}

func newChain(anchor audit.Mark, noted []audit.Mark) *audit.Chain {
	c := audit.NewChain(anchor)
	for _, m := range noted {
		c.Expect(m)
	}
	return c
}
