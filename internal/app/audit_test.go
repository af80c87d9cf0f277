package app_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestTheAuditLogSaysWhatChanged makes changes and reads their entries: what was before, what is after, and no secret.
func TestTheAuditLogSaysWhatChanged(t *testing.T) {
	dir := t.TempDir()
	a := serve(t, dir, unattended)
	b := newBrowser(t, a.URL())
	b.key = token(t, dir)
	type entry struct {
		Seq           int64
		Action        string
		Target        string
		By            struct{ Kind string }
		Before, After json.RawMessage
	}
	entries := func() []entry {
		var page struct{ Items []entry }
		if err := json.Unmarshal([]byte(b.want(200, "GET", "/api/audit", "")), &page); err != nil {
			t.Fatal(err)
		}
		return page.Items
	}
	if all := entries(); len(all) != 2 || all[0].Action != "set-up" || all[0].By.Kind != "server" || string(all[0].After) != `{"email":"ann@example.com","role":"admin"}` {
		t.Errorf("after an unattended set-up the log has %+v", all)
	}
	values := map[string]string{} // ids of earlier answers
	for _, c := range []struct {
		call, body    string
		status        int
		remember      string // the name of the answer's id
		target        string
		before, after string // "-": none; else what must be in it, in order, with spaces between
		noEntry       bool
	}{
		{call: "POST /api/workflows/ask/disable", status: 200, target: "ask", before: `"enabled":true`, after: `"enabled":false`},
		{call: "POST /api/workflows/ask/disable", status: 200, target: "ask", before: "-", after: "-"},
		{call: "POST /api/workflows/ask/rename", body: `{"title":"Asks"}`, status: 200, target: "ask", before: `"version":1`, after: `"title":"Asks" "version":2`},
		{call: "POST /api/workflows/ask/rollback", body: `{"version":1,"current":2,"note":"back"}`, status: 200, target: "ask", before: `"title":"Asks"`, after: `"version":3 "note":"back"`},
		{call: "POST /api/workflows:update?filterByTk=ask", body: `{"title":"Form"}`, status: 200, target: "ask", before: `"version":3`, after: `"title":"Form"`},
		{call: "POST /api/workflows/ask/duplicate", body: `{"key":"other"}`, status: 201, target: "ask", before: "-", after: `{"key":"other"}`},
		{call: "DELETE /api/workflows/ask", status: 204, target: "ask", before: `"title":"Form"`, after: "-"},
		{call: "POST /api/users", body: `{"email":"bob@example.com","role":"viewer","password":"a long secret word"}`, status: 200, remember: "user", before: "-", after: `"email":"bob@example.com" "role":"viewer"`},
		{call: "PATCH /api/users/{user}", body: `{"role":"editor"}`, status: 200, target: "{user}", before: `"role":"viewer"`, after: `"role":"editor"`},
		{call: "PATCH /api/users/{user}", body: `{"password":"another long secret word"}`, status: 200, target: "{user}", before: `"role":"editor"`, after: `"newPassword":true`},
		{call: "DELETE /api/users/{user}", status: 204, target: "{user}", before: `"email":"bob@example.com"`, after: "-"},
		{call: "POST /api/keys", body: `{"name":"ci","role":"viewer"}`, status: 200, remember: "key", before: "-", after: `"name":"ci" "role":"viewer"`},
		{call: "DELETE /api/keys/{key}", status: 204, target: "{key}", before: `"name":"ci"`, after: "-"},
		{call: "PUT /api/channels/ops", body: `{"type":"webhook","config":{"url":"https://chat.example/hook","secret":"{{$env.HOOK_PASSWORD}}"}}`, status: 201, target: "ops", before: "-", after: `"type":"webhook" "{{$env.HOOK_PASSWORD}}"`},
		{call: "DELETE /api/channels/ops", status: 204, target: "ops", before: `"type":"webhook"`, after: "-"},
		{call: "POST /api/collections/apply", body: `{"collections":[{"name":"extra","fields":[{"name":"a","type":"string"}]}]}`, status: 200, before: "-", after: `extra`},
		{call: "DELETE /api/collections/extra?yes=true", status: 204, target: "extra", before: `"name":"extra"`, after: "-"},
		{call: "POST /api/reload", status: 200, before: "-", after: `"published":["ask"]`},

		{call: "POST /api/workflows/ask/test", body: `{"mode":"dry","request":{}}`, status: 200, noEntry: true},
		{call: "POST /api/workflows/ask/test", body: `{"mode":"real","request":{}}`, status: 200, target: "ask", before: "-", after: "-"},
		{call: "POST /api/workflows/ask/validate", body: `{"document":{}}`, status: 200, noEntry: true},
		{call: "POST /api/documents?dryRun=true", body: `{"files":[{"name":"a","text":"workflow: a\ntrigger: {type: webhook, auth: none}\n"}]}`, status: 200, noEntry: true},
		{call: "POST /api/documents", body: `{"files":[{"name":"a","text":"workflow: a\ntrigger: {type: webhook, auth: none}\n"}]}`, status: 200, before: "-", after: `"published":["a"]`},
		{call: "POST /api/collections/pushes/records/import?format=json&dryRun=true", body: `[]`, status: 200, noEntry: true},
		{call: "POST /api/collections/plan", body: `{"collections":[{"name":"b","fields":[]}]}`, status: 200, noEntry: true},
	} {
		for name, id := range values {
			c.call, c.target = strings.ReplaceAll(c.call, "{"+name+"}", id), strings.ReplaceAll(c.target, "{"+name+"}", id)
		}
		method, path, _ := strings.Cut(c.call, " ")
		was := entries()[0].Seq
		answer := b.want(c.status, method, path, c.body)
		if c.remember != "" {
			var made struct{ ID string }
			if err := json.Unmarshal([]byte(answer), &made); err != nil {
				t.Fatal(err)
			}
			values[c.remember], c.target = made.ID, made.ID
		}
		last := entries()[0]
		if c.noEntry {
			if last.Seq != was {
				t.Errorf("%s %s has the entry %+v", c.call, c.body, last)
			}
			continue
		}
		if last.Seq != was+1 || last.Target != c.target || !says(last.Before, c.before) || !says(last.After, c.after) {
			t.Errorf("%s %s: entry %d after %d, about %q\nbefore %s\nafter  %s", c.call, c.body, last.Seq, was, last.Target, last.Before, last.After)
		}
	}
	text := b.want(200, "GET", "/api/audit/export", "")
	for _, secret := range []string{"secret word", "hlk_0", "open sesame", adminPassword} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

// says reports whether a value has some texts in it; "-": there is no value.
func says(v json.RawMessage, want string) bool {
	if want == "-" {
		return len(v) == 0 || string(v) == "null"
	}
	for part := range strings.FieldsSeq(want) {
		if !strings.Contains(string(v), part) {
			return false
		}
	}
	return true
}
