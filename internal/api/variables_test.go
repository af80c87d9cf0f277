package api

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/fault"
)

// fakeVariables has a secret that is used, a plain variable, and one of the process.
type fakeVariables struct{ h *fixture }

func (fakeVariables) Variables(context.Context) ([]StoredVariable, error) {
	return []StoredVariable{
		{Name: "REGION", Plain: true, Value: "eu-west-1", UpdatedAt: noon, UpdatedBy: "a@example.com", Process: true},
		{Name: "SHORT", UpdatedAt: noon, Short: true},
		{Name: "TOKEN", Value: "must-not-be-shown", UpdatedAt: noon, UpdatedBy: "a@example.com", Users: []VariableUse{
			{Workflow: "github-push", Path: "trigger.auth.token.value"}, {Workflow: "orders", Draft: true, Path: "nodes[0].config.url"}, {Channel: "ops", Path: "token"}}},
	}, nil
}

func (f fakeVariables) Variable(ctx context.Context, name string) (StoredVariable, error) {
	all, _ := f.Variables(ctx)
	for _, v := range all {
		if v.Name == name {
			return v, nil
		}
	}
	return StoredVariable{}, fault.New("test", fault.NotFound, "no variable %q is stored", name)
}

func (f fakeVariables) Put(p PutVariable) (bool, error) {
	was, err := f.Variable(context.Background(), p.Name)
	if !p.Match(was.UpdatedAt, err == nil) {
		return false, Changed("the variable was changed by someone else: read it again")
	}
	if p.Name == "1" {
		return false, fault.Field("test", "name", "does not begin with a digit")
	}
	f.h.note(strings.Join([]string{"put", p.Name, p.Value, map[bool]string{true: "plain", false: "secret"}[p.Plain], "by", p.By}, " "))
	return err != nil, nil
}

func (f fakeVariables) Delete(ctx context.Context, name string, match func(StoredVariable) bool) error {
	was, err := f.Variable(ctx, name)
	switch {
	case err != nil:
		return err
	case !match(was):
		return Changed("the variable was changed by someone else: read it again")
	case len(was.Users) > 0:
		return fault.New("test", fault.Conflict, "the variable %s is used by %s", name, was.Users[0].Place())
	}
	f.h.note("delete " + name)
	return nil
}

func (f fakeVariables) Rotate() (RotatedKey, error) {
	f.h.note("rotate")
	return RotatedKey{MasterKey: "0123456789ab", Secrets: 2}, nil
}

func TestVariables(t *testing.T) {
	admin := account.Principal{Kind: account.BySession, Name: "b@example.com", Role: account.Admin}
	editor, bound := admin, admin
	editor.Role, bound.Workflows = account.Editor, []string{"github-push"}
	tag := timeTag(noon)
	cases := []struct {
		name   string
		who    account.Principal
		call   string
		body   string
		header [2]string
		status int
		has    []string
		hasNot []string
		asked  string
	}{
		{name: "all, with where they are used", who: admin, call: "GET /api/variables", status: 200,
			has: []string{`"name":"REGION","kind":"plain","value":"eu-west-1"`, `"source":"environment","overridden":true`, `{"workflow":"orders","draft":true,"path":"nodes[0].config.url"}`,
				`{"channel":"ops","path":"token"}`, "too short to be masked", `"updatedBy":"a@example.com"`},
			hasNot: []string{"must-not-be-shown"}},
		{name: "one", who: admin, call: "GET /api/variables/TOKEN", status: 200, has: []string{`"kind":"secret"`}, hasNot: []string{"must-not-be-shown"}},
		{name: "none", who: admin, call: "GET /api/variables/NOPE", status: 404, has: []string{`no variable \"NOPE\"`}},
		{name: "an editor sees names", who: editor, call: "GET /api/variables", status: 200, has: []string{"TOKEN"}},
		{name: "an editor sets nothing", who: editor, call: "PUT /api/variables/TOKEN", body: `{"value":"new-secret"}`, status: 403, has: []string{`the role \"admin\"`}, hasNot: []string{"new-secret"}},
		{name: "an editor deletes nothing", who: editor, call: "DELETE /api/variables/SHORT", status: 403},
		{name: "an editor rotates nothing", who: editor, call: "POST /api/master-key/rotate", status: 403},
		{name: "a bound key sees nothing", who: bound, call: "GET /api/variables", status: 403, has: []string{"bound to workflows"}, hasNot: []string{"TOKEN"}},
		{name: "a bound key sets nothing", who: bound, call: "PUT /api/variables/TOKEN", body: `{"value":"x"}`, status: 403},
		{name: "set", who: admin, call: "PUT /api/variables/TOKEN", body: `{"value":"new-secret"}`, status: 200, has: []string{`"name":"TOKEN"`}, hasNot: []string{"new-secret"}, asked: "put TOKEN new-secret secret by b@example.com"},
		{name: "set a plain one", who: admin, call: "PUT /api/variables/REGION", body: `{"kind":"plain","value":"x"}`, status: 200, asked: "put REGION x plain by b@example.com"},
		{name: "wrong kind", who: admin, call: "PUT /api/variables/TOKEN", body: `{"kind":"public","value":"new-secret"}`, status: 422, has: []string{"kind"}, hasNot: []string{"new-secret"}},
		{name: "no value", who: admin, call: "PUT /api/variables/TOKEN", body: `{}`, status: 422, has: []string{"value"}},
		{name: "a value that is no text", who: admin, call: "PUT /api/variables/TOKEN", body: `{"value":["new-secret"]}`, status: 422, has: []string{"value"}, hasNot: []string{"new-secret"}},
		{name: "no JSON", who: admin, call: "PUT /api/variables/TOKEN", body: `new-secret`, status: 400, hasNot: []string{"new-secret"}},
		{name: "an unknown field", who: admin, call: "PUT /api/variables/TOKEN", body: `{"value":"x","vale":"new-secret"}`, status: 422, hasNot: []string{"new-secret"}},
		{name: "wrong name", who: admin, call: "PUT /api/variables/1", body: `{"value":"x"}`, status: 422, has: []string{"name: does not begin with a digit"}},
		{name: "only the version that was read", who: admin, call: "PUT /api/variables/TOKEN", body: `{"value":"x"}`, header: [2]string{"If-Match", tag}, status: 200, asked: "put TOKEN x secret by b@example.com"},
		{name: "another version", who: admin, call: "PUT /api/variables/TOKEN", body: `{"value":"x"}`, header: [2]string{"If-Match", `"old"`}, status: 412, has: []string{"read it again"}},
		{name: "only if there is none", who: admin, call: "PUT /api/variables/TOKEN", body: `{"value":"x"}`, header: [2]string{"If-None-Match", "*"}, status: 412},
		{name: "delete", who: admin, call: "DELETE /api/variables/SHORT", status: 204, asked: "delete SHORT"},
		{name: "delete another version", who: admin, call: "DELETE /api/variables/SHORT", header: [2]string{"If-Match", `"old"`}, status: 412},
		{name: "delete what is used", who: admin, call: "DELETE /api/variables/TOKEN", status: 409, has: []string{"used by the workflow github-push"}},
		{name: "delete what is not there", who: admin, call: "DELETE /api/variables/NOPE", status: 404},
		{name: "rotate", who: admin, call: "POST /api/master-key/rotate", status: 200, has: []string{`"masterKey":"0123456789ab"`, `"secrets":2`}, asked: "rotate"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := &fixture{}
			method, path, _ := strings.Cut(c.call, " ")
			req := httptest.NewRequest(method, path, strings.NewReader(c.body))
			if c.body != "" {
				req.Header.Set("Content-Type", "application/json")
			}
			if c.header[0] != "" {
				req.Header.Set(c.header[0], c.header[1])
			}
			w := httptest.NewRecorder()
			as(c.who, h.deps()).ServeHTTP(w, req)
			answer := w.Body.String()
			if w.Code != c.status {
				t.Fatalf("%d %s", w.Code, answer)
			}
			for _, text := range c.has {
				if !strings.Contains(answer, text) {
					t.Errorf("%q is not in %s", text, answer)
				}
			}
			for _, text := range append(c.hasNot, "must-not-be-shown") {
				if strings.Contains(answer, text) || strings.Contains(h.log.String(), text) {
					t.Errorf("%q is in %s, or in the log %s", text, answer, h.log.String())
				}
			}
			if got := strings.Join(h.asked, "; "); got != c.asked {
				t.Errorf("asked: %q", got)
			}
		})
	}
}

func TestAVersionIsAnETag(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	for _, c := range []struct {
		v      Versioned
		exists bool
		want   bool
	}{
		{Versioned{}, true, true}, {Versioned{}, false, true}, {Versioned{IfMatch: timeTag(at)}, true, true}, {Versioned{IfMatch: "*"}, true, true},
		{Versioned{IfMatch: "*"}, false, false}, {Versioned{IfMatch: timeTag(at)}, false, false}, {Versioned{IfMatch: timeTag(noon)}, true, false},
		{Versioned{IfNoneMatch: "*"}, false, true}, {Versioned{IfNoneMatch: "*"}, true, false},
	} {
		if got := c.v.matches(at, c.exists); got != c.want {
			t.Errorf("%+v, exists %v: %v", c.v, c.exists, got)
		}
	}
}
