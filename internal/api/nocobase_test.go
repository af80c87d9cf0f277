package api

import (
	"net/http/httptest"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/account"
)

func TestNocoBasesForms(t *testing.T) {
	admin := account.Principal{Kind: account.ByKey, Role: account.Admin}
	viewer := account.Principal{Kind: account.ByKey, Role: account.Viewer}
	bound := account.Principal{Kind: account.ByKey, Role: account.Operator, Workflows: []string{"orders"}}
	cases := []struct {
		name       string
		who        account.Principal
		call, body string
		status     int
		has        []string
		hasNot     []string
	}{
		{"list", viewer, "GET /api/workflows:list", "", 200, []string{`"key":"github-push"`, `"count":1`, `"totalPage":1`, `"enabled":true`}, []string{"hunter2"}},
		{"list with a filter", viewer, `GET /api/workflows:list?filter={"$and":[{"key":{"$eq":"github-push"}},{"enabled":true}]}`, "", 200, []string{`"count":1`}, nil},
		{"list with a filter in brackets", viewer, `GET /api/workflows:list?filter[enabled]=false`, "", 200, []string{`"count":0`, `"data":[]`}, nil},
		{"a filter that is not possible", viewer, `GET /api/workflows:list?filter={"title":{"$includes":"x"}}`, "", 422, []string{"compares key, id, title"}, nil},
		{"a filter that is no JSON", viewer, `GET /api/workflows:list?filter={`, "", 422, []string{"filter"}, nil},
		{"too far", viewer, `GET /api/workflows:list?page=99999999&pageSize=500`, "", 422, []string{"pages end after 10000"}, nil},
		{"an unknown parameter", viewer, `GET /api/workflows:list?tree=1`, "", 422, []string{"takes no such parameter"}, nil},
		{"get", viewer, "GET /api/workflows:get?filterByTk=github-push", "", 200, []string{`"id":"github-push"`, `"type":"webhook"`, `"password":"********"`}, []string{"hunter2"}},
		{"get nothing", viewer, "GET /api/workflows:get?filterByTk=nope", "", 404, []string{`"errors":[{"message"`}, nil},
		{"get without a key", viewer, "GET /api/workflows:get", "", 422, []string{"filterByTk"}, nil},
		{"create", admin, "POST /api/workflows:create", `{"key":"github-push","title":"New","type":"webhook","enabled":true}`, 200, []string{`"key":"github-push"`}, nil},
		{"create with what is not here", admin, "POST /api/workflows:create", `{"title":"New","triggerTitle":"x"}`, 422, []string{"triggerTitle", "has no equivalent"}, nil},
		{"update", admin, "POST /api/workflows:update?filterByTk=github-push", `{"enabled":false}`, 200, []string{`"key":"github-push"`}, nil},
		{"update of the nodes", admin, "POST /api/workflows:update?filterByTk=github-push", `{"nodes":[]}`, 422, []string{"changed in the draft"}, nil},
		{"update by a viewer", viewer, "POST /api/workflows:update?filterByTk=github-push", `{"enabled":false}`, 403, nil, nil},
		{"revision of the same", admin, "POST /api/workflows:revision?filterByTk=github-push", "", 422, []string{"editing its draft"}, nil},
		{"execute", admin, "POST /api/workflows:execute?filterByTk=github-push", `{"values":{"n":1.0}}`, 200, []string{`"delivery":"dlv_`}, nil},
		{"trigger", admin, "POST /api/workflows:trigger?triggerWorkflows=github-push", `{"n":1.0}`, 200, []string{`"key":"github-push"`}, nil},
		{"trigger a part", admin, "POST /api/workflows:trigger?triggerWorkflows=github-push!a.b", `{}`, 422, []string{"has no equivalent here"}, nil},
		{"trigger nothing", admin, "POST /api/workflows:trigger", `{}`, 422, []string{"triggerWorkflows"}, nil},
		{"trigger another one's", bound, "POST /api/workflows:trigger?triggerWorkflows=github-push", `{}`, 404, nil, nil},
		{"trigger by GET", admin, "GET /api/workflows:trigger?triggerWorkflows=github-push", "", 405, []string{"use POST"}, nil},
		{"executions", viewer, `GET /api/executions:list?filter={"key":"github-push","status":-2}`, "", 200, []string{`"status":-2`, `"hasNext":false`}, nil},
		{"executions of another status", viewer, `GET /api/executions:list?filter={"status":-1}`, "", 200, []string{`"data":[]`}, nil},
		{"executions of no status", viewer, `GET /api/executions:list?filter={"status":7}`, "", 422, []string{"is no status"}, nil},
		{"executions of another one", bound, `GET /api/executions:list`, "", 200, []string{`"data":[]`}, nil},
		{"an execution", viewer, "GET /api/executions:get?filterByTk=" + id77, "", 200, []string{`"id":"` + id77 + `"`, `"state":"failed"`}, nil},
		{"another one's execution", bound, "GET /api/executions:get?filterByTk=" + id77, "", 404, nil, []string{"failed"}},
		{"cancel", admin, "POST /api/executions:cancel?filterByTk=" + id77, "", 200, []string{`"id":"` + id77 + `"`}, nil},
		{"cancel what is no id", admin, "POST /api/executions:cancel?filterByTk=77", "", 422, []string{"exe_"}, nil},
		{"an unknown action", admin, "POST /api/workflows:sell", "", 404, []string{"no action"}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			method, path, _ := strings.Cut(c.call, " ")
			req := httptest.NewRequest(method, strings.NewReplacer(`"`, "%22", "{", "%7B", "}", "%7D", " ", "%20").Replace(path), strings.NewReader(c.body))
			w := httptest.NewRecorder()
			as(c.who, (&fixture{}).deps()).ServeHTTP(w, req)
			if w.Code != c.status {
				t.Errorf("%d %s; want %d", w.Code, w.Body, c.status)
			}
			for _, text := range c.has {
				if !strings.Contains(w.Body.String(), text) {
					t.Errorf("%s is missing in %s", text, w.Body)
				}
			}
			for _, text := range c.hasNot {
				if strings.Contains(w.Body.String(), text) {
					t.Errorf("%s is in %s", text, w.Body)
				}
			}
		})
	}
}
