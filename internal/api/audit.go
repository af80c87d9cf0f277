package api

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/audit"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store"
)

// Audit is the audit log.
type Audit interface {
	// Record writes an entry about a request, which has no number yet. It does not fail: what cannot be written goes to
	// the server's log.
	Record(audit.Entry)
	// Entries returns a page.
	Entries(context.Context, store.AuditQuery) ([]audit.Entry, error)
	// Verify checks the whole log, and that it contains the marks that somebody has noted.
	Verify(ctx context.Context, noted []audit.Mark) (AuditVerified, error)
}

// AuditVerified is the result of a check.
type AuditVerified struct {
	OK      bool   `json:"ok"`
	Entries int64  `json:"entries" doc:"that were checked"`
	Head    string `json:"head" doc:"number and hash of the newest entry; note it elsewhere, and give it as noted later"`
	Anchor  string `json:"anchor,omitempty" doc:"number and hash of the newest entry that retention has deleted"`
	Broken  int64  `json:"broken,omitempty" doc:"the entry at which the log is not as it was written"`
	Reason  string `json:"reason,omitempty"`
}

// AuditFilter are the parameters of lists of the audit log.
type AuditFilter struct {
	By     string    `query:"by" maxLength:"320" doc:"name of the user or key; or token, server, offline"`
	Action string    `query:"action" maxLength:"100" doc:"id of an operation, such as put-variable"`
	Target string    `query:"target" maxLength:"1000" doc:"what it was done to"`
	Since  time.Time `query:"since" doc:"at this time or later"`
	Until  time.Time `query:"until" doc:"before this time"`
}

func (f AuditFilter) query() store.AuditQuery {
	return store.AuditQuery{By: f.By, Action: f.Action, Target: f.Target, Since: f.Since, Until: f.Until}
}

func (r routes) audit() {
	handle(r, route{method: "GET", path: "/api/audit", id: "list-audit", summary: "The audit log, newest first", needs: account.ReadAudit},
		func(ctx context.Context, in *struct {
			AuditFilter
			Before string `query:"before" maxLength:"20" doc:"only entries with smaller numbers"`
			Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"maximum number of results"`
		}) (*list[JSON], error) {
			q := in.query()
			q.Limit = in.Limit
			if in.Before != "" {
				n, err := strconv.ParseInt(in.Before, 10, 64)
				if err != nil || n < 1 {
					return nil, fault.Field("api.audit", "before", "must be the number of an entry, not %q", in.Before)
				}
				q.Before = n
			}
			entries, err := r.Audit.Entries(ctx, q)
			page := Page[JSON]{Items: []JSON{}}
			for i := range entries {
				page.Items = append(page.Items, JSON{entries[i].JSON()})
			}
			if len(entries) == in.Limit {
				page.Next = strconv.FormatInt(entries[len(entries)-1].Seq, 10)
			}
			return &list[JSON]{page}, err
		})
	handle(r, route{method: "GET", path: "/api/audit/verify", id: "verify-audit", summary: "Check that the audit log is as it was written", needs: account.ReadAudit},
		func(ctx context.Context, in *struct {
			Noted []string `query:"noted" maxItems:"100" doc:"heads that were noted earlier, as number:hash; they must be in the log"`
		}) (*one[AuditVerified], error) {
			var noted []audit.Mark
			for _, text := range in.Noted {
				m, ok := audit.ParseMark(text)
				if !ok {
					return nil, fault.Field("api.audit", "noted", "must be a head of the log, as number:hash")
				}
				noted = append(noted, m)
			}
			done, err := r.Audit.Verify(ctx, noted)
			return &one[AuditVerified]{done}, err
		})
	respond(r, account.ReadAudit, huma.Operation{
		OperationID: "export-audit", Method: "GET", Path: "/api/audit/export",
		Summary:   "The audit log, oldest first, one JSON object a line. The last line of a whole export is its head; hookline audit verify FILE checks it",
		Responses: response("200", "the entries", map[string]*huma.MediaType{"application/jsonl": {Schema: &huma.Schema{Type: "string"}}}),
	}, r.exportAudit)
}

func (r routes) exportAudit(w http.ResponseWriter, req *http.Request, in *AuditFilter) error {
	q := in.query()
	q.Oldest, q.Limit = true, store.MaxPage
	page, err := r.Audit.Entries(req.Context(), q)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/jsonl")
	w.Header().Set("Content-Disposition", `attachment; filename="audit.jsonl"`)
	out, head := bufio.NewWriter(w), audit.Mark{}
	for {
		for i := range page {
			q.After, head = page[i].Seq, audit.Mark{Seq: page[i].Seq, Hash: page[i].Hash}
			_, _ = io.WriteString(out, page[i].Line()+"\n") // Flush returns the error
		}
		if len(page) < q.Limit && *in == (AuditFilter{}) && head.Seq > 0 {
			_, _ = io.WriteString(out, head.Line()+"\n")
		}
		if len(page) < q.Limit || out.Flush() != nil {
			return out.Flush()
		}
		if page, err = r.Audit.Entries(req.Context(), q); err != nil {
			panic(http.ErrAbortHandler) // so that the caller does not take a part for the whole
		}
	}
}
