package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/account"
	"hookline.dev/hookline/internal/ident"
)

func TestSamplesAreParsedOverTheAPI(t *testing.T) {
	editor := account.Principal{Kind: account.BySession, Role: account.Editor}
	bound := account.Principal{Kind: account.ByKey, Role: account.Editor, Workflows: []string{"orders"}}
	for name, c := range map[string]struct {
		who         account.Principal
		body        string
		status      int
		has, hasNot string
	}{
		"a text":           {editor, `{"text":"https://x/y?query[0][a]=1&query[1][a]=2"}`, 200, `"key":"query[1].a","alias":"Query 2 a","type":"string","sample":"2"`, ""},
		"parents":          {editor, `{"body":"{\"b\":{\"c\":1.50}}"}`, 200, `{"key":"b","alias":"B","type":"object","length":1},{"key":"b.c","alias":"C","type":"number","sample":"1.50"}`, ""},
		"a form":           {editor, `{"contentType":"application/x-www-form-urlencoded","body":"b[c]=1"}`, 200, `"key":"b.c"`, ""},
		"XML":              {editor, `{"headers":[{"name":"Content-Type","value":"text/xml"}],"body":"<a><b>1</b></a>"}`, 200, `"key":"a.b"`, ""},
		"multipart":        {editor, `{"contentType":"multipart/form-data; boundary=z","body":"--z\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n1\r\n--z--\r\n"}`, 200, `"key":"n"`, ""},
		"credentials":      {editor, `{"headers":[{"name":"Authorization","value":"Basic dTpw"},{"name":"X-Api-Key","value":"xyzzy"}],"body":"{\"password\":\"xyzzy\"}"}`, 200, `"sample":"Basic ********"`, "xyzzy"},
		"a URL alone":      {editor, `{"url":"https://x/y?a=1"}`, 200, `"yaml":"parameters:\n  query:\n    - {key: a, alias: A}\n"`, ""},
		"a draft's sample": {editor, `{"workflow":"orders"}`, 200, `"sample":"the draft"`, ""},
		"a delivery":       {editor, `{"delivery":"` + ident.ID(55).Text(ident.Delivery) + `"}`, 200, `"headers":[`, ""},
		"nothing":          {editor, `{}`, 422, "give one sample", ""},
		"two samples":      {editor, `{"text":"a=1","workflow":"orders"}`, 422, "give one sample", ""},
		"broken JSON":      {editor, `{"body":"{\"xyzzy"}`, 422, "not valid JSON", "xyzzy"},
		"a broken header":  {editor, `{"headers":[{"name":"a b","value":"x"}]}`, 422, "is not a header", ""},
		"two bodies":       {editor, `{"body":"a","base64":"YQ=="}`, 422, "not both", ""},
		"a wrong delivery": {editor, `{"delivery":"exe_1"}`, 422, "is not an id", ""},
		"no parameters":    {editor, `{"body":"{}"}`, 200, `"body":[],"omitted":{},`, ""},
		"an operator":      {account.Principal{Role: account.Operator}, `{"text":"a=1"}`, 403, `the role \"editor\"`, ""},
		"a bound key":      {bound, `{"text":"a=1"}`, 200, `"key":"a"`, ""},
		"its own draft":    {bound, `{"workflow":"orders"}`, 200, "the draft", ""},
		"another's draft":  {bound, `{"workflow":"github-push"}`, 404, "there is no workflow", "draft"},
		"another's call":   {bound, `{"delivery":"` + ident.ID(55).Text(ident.Delivery) + `"}`, 404, "", "headers"},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fixture{}
			w := httptest.NewRecorder()
			req := httptest.NewRequest(http.MethodPost, "/api/parse", strings.NewReader(c.body))
			req.Header.Set("Content-Type", "application/json")
			as(c.who, f.deps()).ServeHTTP(w, req)
			got := w.Body.String()
			if w.Code != c.status || !strings.Contains(got, c.has) || c.hasNot != "" && strings.Contains(got, c.hasNot) {
				t.Errorf("%d %.600s; want %d with %q", w.Code, got, c.status, c.has)
			}
		})
	}
}
