package api

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/audit"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/value"
)

// fakeAudit has two entries and remembers what is recorded.
type fakeAudit struct{ h *fixture }

func (f fakeAudit) Record(e audit.Entry) { f.h.audited = append(f.h.audited, e) }

func (f fakeAudit) Entries(_ context.Context, q store.AuditQuery) (page []audit.Entry, _ error) {
	mark := audit.Mark{}
	for _, action := range []string{"put-variable", "reload"} {
		e := audit.Entry{At: noon, By: audit.Actor{Kind: "session", Name: "a@example.com"}, Action: action, Target: "TOKEN", Status: 200, After: value.Trusted(`{"n":1.0}`)}
		mark = e.Seal(mark)
		if (q.Action == "" || q.Action == action) && (q.Before == 0 || e.Seq < q.Before) && e.Seq > q.After && len(page) < q.Limit {
			page = append(page, e)
		}
	}
	return page, nil
}

func (f fakeAudit) Verify(_ context.Context, noted []audit.Mark) (AuditVerified, error) {
	return AuditVerified{OK: len(noted) == 0, Entries: 2, Head: audit.Mark{Seq: 2}.String()}, nil
}

func TestAudit(t *testing.T) {
	admin := account.Principal{Kind: account.BySession, Role: account.Admin}
	editor := account.Principal{Kind: account.BySession, Role: account.Editor}
	for _, c := range []struct {
		name   string
		who    account.Principal
		call   string
		status int
		has    string
		hasNot string
	}{
		{"the list keeps values exactly", admin, "/api/audit", 200, `"after":{"n":1.0}`, `"next"`},
		{"a page", admin, "/api/audit?limit=1", 200, `"next":"1"`, "reload"},
		{"the next page", admin, "/api/audit?before=2", 200, "put-variable", "reload"},
		{"by action", admin, "/api/audit?action=reload", 200, "reload", "put-variable"},
		{"a hostile cursor", admin, "/api/audit?before=-1", 422, "must be the number of an entry", ""},
		{"a cursor that is too large", admin, "/api/audit?before=99999999999999999999", 422, "must be the number of an entry", ""},
		{"an editor reads nothing", editor, "/api/audit", 403, `the role \"admin\"`, "TOKEN"},
		{"an editor exports nothing", editor, "/api/audit/export", 403, "", "TOKEN"},
		{"an editor checks nothing", editor, "/api/audit/verify", 403, "", ""},
		{"the export", admin, "/api/audit/export", 200, "\"hash\":\"", ""},
		{"a part has no head", admin, "/api/audit/export?action=reload", 200, "\"hash\":\"", "\"head\""},
		{"the check", admin, "/api/audit/verify", 200, `"ok":true`, ""},
		{"the check of a head", admin, "/api/audit/verify?noted=2:" + audit.Hash{}.String(), 200, `"ok":false`, ""},
		{"the check of no head", admin, "/api/audit/verify?noted=2", 422, "number:hash", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &fixture{}
			w := httptest.NewRecorder()
			as(c.who, h.deps()).ServeHTTP(w, httptest.NewRequest("GET", c.call, nil))
			if text := w.Body.String(); w.Code != c.status || !strings.Contains(text, c.has) || c.hasNot != "" && strings.Contains(text, c.hasNot) {
				t.Errorf("%d %s", w.Code, text)
			}
			if len(h.audited) > 0 {
				t.Errorf("a read is audited: %+v", h.audited)
			}
		})
	}
}

func TestTheExportIsAChain(t *testing.T) {
	w := httptest.NewRecorder()
	as(account.Principal{Kind: account.BySession, Role: account.Admin}, (&fixture{}).deps()).ServeHTTP(w, httptest.NewRequest("GET", "/api/audit/export", nil))
	chain := audit.NewChain(audit.Mark{})
	text, last, _ := strings.Cut(w.Body.String(), `{"head"`)
	for line := range strings.Lines(text) {
		e, err := audit.ParseLine(strings.TrimSuffix(line, "\n"))
		if err := errors.Join(err, chain.Add(&e)); err != nil {
			t.Fatal(err)
		}
	}
	if head, ok := audit.ParseHead(strings.TrimSuffix(`{"head"`+last, "\n")); !ok || head != chain.Last() || head.Seq != 2 {
		t.Errorf("%+v, and the head is %+v", chain.Last(), head)
	}
}

// TestEveryChangeIsAudited calls every operation of the API. One that is no GET must leave an entry, whatever its answer
// is, unless unaudited lists it. Those of dry need none if they only compute.
func TestEveryChangeIsAudited(t *testing.T) {
	r, _ := build((&fixture{}).deps())
	values := strings.NewReplacer("{key}", "github-push", "{name}", "pushes", "{collection}", "pushes", "{id}", "1")
	known := map[string]bool{}
	who := account.Principal{Kind: account.ByKey, ID: 7, Name: "ci"}
	h := &fixture{heard: &hook.Delivery{ID: 55}}
	handler := auditedAs(&who, h.deps())
	for path, item := range r.api.OpenAPI().Paths {
		for method, op := range operationsOf(item) {
			known[op.OperationID] = true
			for _, allowed := range []bool{true, false} {
				h.audited, who.Role = nil, ""
				if allowed {
					who.Role = account.Admin
				}
				req := httptest.NewRequest(method, values.Replace(path), strings.NewReader("{}"))
				req.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, req)
				computed := slices.Contains([]string{"test-workflow", "apply-documents", "import-records"}, op.OperationID) && w.Code == http.StatusOK
				if want := isAudited(method, op.OperationID) && !computed; want != (len(h.audited) == 1) && !computed {
					t.Fatalf("%s %s: %d entries, want one: %v", method, path, len(h.audited), want)
				}
				if len(h.audited) == 0 {
					continue
				}
				if e := h.audited[0]; e.Action != op.OperationID || e.Status != w.Code || e.By.Kind != "key" || e.By.ID != "7" || e.By.Name != "ci" ||
					strings.Contains(path, "{") && e.Target == "" {
					t.Errorf("%s %s answered %d and is audited as %+v", method, path, w.Code, e)
				}
			}
		}
	}
	for _, id := range append(unaudited(), alsoAudited()...) {
		if !known[id] {
			t.Errorf("there is no operation %s", id)
		}
	}
}

// auditedAs is as, with the audit log around it.
func auditedAs(who *account.Principal, deps Deps) http.Handler {
	r, mux := build(deps)
	next := r.dispatch(mux)
	return r.audited(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		next.ServeHTTP(w, req.WithContext(withCaller(req.Context(), *who)))
	}), mux)
}

func TestARequestWithoutACallerIsAudited(t *testing.T) {
	h := &fixture{}
	req := httptest.NewRequest("POST", "/api/workflows/git%2Fhub/disable", nil)
	req.Header.Set("Authorization", "Bearer wrong")
	w := httptest.NewRecorder()
	New(h.deps()).ServeHTTP(w, req)
	if len(h.audited) != 1 || h.audited[0].Status != 401 || h.audited[0].Action != "disable-workflow" || h.audited[0].Target != "git/hub" || h.audited[0].By.Kind != "" {
		t.Errorf("%+v", h.audited)
	}
}

func TestAHandlerAddsWhatItKnows(t *testing.T) {
	h := &fixture{}
	as := account.Principal{Kind: account.BySession, Name: "a@example.com", Role: account.Admin}
	req := httptest.NewRequest("PUT", "/api/variables/REGION", strings.NewReader(`{"kind":"plain","value":"us"}`))
	req.Header.Set("Content-Type", "application/json")
	auditedAs(&as, h.deps()).ServeHTTP(httptest.NewRecorder(), req)
	if len(h.audited) != 1 || h.audited[0].Before.Text() != `{"kind":"plain","value":"eu-west-1"}` || h.audited[0].After.Text() != `{"kind":"plain","value":"us"}` {
		t.Errorf("%+v", h.audited)
	}
	req = httptest.NewRequest("PUT", "/api/variables/TOKEN", strings.NewReader(`{"value":"new-secret"}`))
	req.Header.Set("Content-Type", "application/json")
	auditedAs(&as, h.deps()).ServeHTTP(httptest.NewRecorder(), req)
	if e := h.audited[1]; e.Before.Text() != `{"kind":"secret"}` || e.After.Text() != `{"kind":"secret"}` {
		t.Errorf("%+v", e)
	}
}

func TestASignInKeepsOnlyWhatLooksLikeAnAddress(t *testing.T) {
	for typed, want := range map[string]string{
		"ann@example.com":       "ann@example.com",
		" Ann@Example.COM ":     "ann@example.com",
		"root@localhost":        "root@localhost",
		"correct horse battery": "not an e-mail address",
		"hunter2":               "not an e-mail address",
		"p@ssw0rd":              "not an e-mail address",
		"my@password1.2":        "not an e-mail address",
		strings.Repeat("a", 300) + "@example.com": "not an e-mail address",
	} {
		h := &fixture{}
		body, _ := value.From(map[string]string{"email": typed, "password": "x"})
		req := httptest.NewRequest("POST", "/api/login", strings.NewReader(body.Text()))
		req.Header.Set("Content-Type", "application/json")
		New(h.deps()).ServeHTTP(httptest.NewRecorder(), req)
		if len(h.audited) != 1 || h.audited[0].Target != want {
			t.Errorf("%q is kept as %+v", typed, h.audited)
		}
	}
}
