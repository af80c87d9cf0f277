package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/value"
)

// ask sends one request; headers are "Name: value".
func ask(t *testing.T, h *fixture, call, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+testToken)
	for _, line := range headers {
		name, text, _ := strings.Cut(line, ": ")
		req.Header.Set(name, text)
	}
	w := httptest.NewRecorder()
	New(h.deps()).ServeHTTP(w, req)
	return w
}

// three returns a fixture with three records.
func three(t *testing.T) *fixture {
	t.Helper()
	h := &fixture{}
	w := ask(t, h, "POST /api/collections/pushes/records", `[{"branch":"a","price":1.10},{"branch":"b","n":9007199254740993},{"branch":"c","more":{"z":1.0,"a":1e400}}]`)
	if w.Code != 201 {
		t.Fatal(w.Body)
	}
	return h
}

const (
	recordA = `{"id":1,"createdAt":"2026-03-04T12:00:00.000Z","updatedAt":"2026-03-04T12:00:00.000Z","branch":"a","price":1.1,"n":0,"more":null}`
	recordB = `{"id":2,"createdAt":"2026-03-04T12:00:00.000Z","updatedAt":"2026-03-04T12:00:00.000Z","branch":"b","price":null,"n":9007199254740993,"more":null}`
	recordC = `{"id":3,"createdAt":"2026-03-04T12:00:00.000Z","updatedAt":"2026-03-04T12:00:00.000Z","branch":"c","price":null,"n":0,"more":{"z":1.0,"a":1e400}}`
	tagged  = `"2026-03-04T12:00:00.000Z"`
)

func TestRecords(t *testing.T) {
	records := "/api/collections/pushes/records"
	cases := []struct {
		name    string
		call    string
		body    string
		headers []string
		status  int
		has     []string
		header  string // expected header
	}{
		{name: "newest first", call: "GET " + records, status: 200, has: []string{`{"items":[` + recordC + "," + recordB + "," + recordA + "]}"}},
		{name: "a page", call: "GET " + records + "?pageSize=2&page=2&count=true", status: 200, has: []string{`{"items":[` + recordA + `],"count":3}`}},
		{name: "none", call: "GET " + records + "?page=9", status: 200, has: []string{`{"items":[]}`}},
		{name: "sorted", call: "GET " + records + "?sort=-n,branch&fields=branch", status: 200, has: []string{`{"items":[{"id":2,"branch":"b"},{"id":1,"branch":"a"},{"id":3,"branch":"c"}]}`}},
		{name: "filtered", call: "GET " + records + "?filter=" + url.QueryEscape(`{"branch":{"$in":["a","c"]},"n":0}`) + "&fields=id", status: 200, has: []string{`{"items":[{"id":3},{"id":1}]}`}},
		{name: "as in other lists", call: "GET " + records + "?limit=1&before=3", status: 200, has: []string{`{"items":[` + recordB + `],"next":"`}},
		{name: "both names of one thing", call: "GET " + records + "?limit=1&pageSize=2", status: 422, has: []string{"other names"}},
		{name: "a filter that is no JSON", call: "GET " + records + "?filter=branch", status: 422, has: []string{"filter: it is not valid JSON"}},
		{name: "a filter with several mistakes", call: "GET " + records + "?filter=" + url.QueryEscape(`{"branch":{"$eqq":1},"$or":[]}`), status: 422,
			has: []string{`"location":"filter.branch.$eqq"`, "did you mean", `"location":"filter.$or"`}},
		{name: "a filter on what is not there", call: "GET " + records + "?filter=" + url.QueryEscape(`{"brunch":1}`), status: 422, has: []string{"brunch", "did you mean branch?"}},
		{name: "sorted by what is not there", call: "GET " + records + "?sort=brunch", status: 422, has: []string{"sort[0]"}},
		{name: "a page too large", call: "GET " + records + "?pageSize=501", status: 422},
		{name: "a parameter that is not there", call: "GET " + records + "?order=id", status: 422, has: []string{"query.order"}},
		{name: "a cursor of another order", call: "GET " + records + "?after=eA", status: 422},
		{name: "a page and a cursor", call: "GET " + records + "?after=eA&page=2", status: 422},
		{name: "no such collection", call: "GET /api/collections/nope/records", status: 404, has: []string{`there is no collection \"nope\"`}},

		{name: "one", call: "GET " + records + "/2", status: 200, has: []string{recordB}, header: "Etag: " + tagged},
		{name: "one, some fields", call: "GET " + records + "/3?fields=more", status: 200, has: []string{`{"id":3,"more":{"z":1.0,"a":1e400}}`}, header: "Etag: "},
		{name: "one that the caller has", call: "GET " + records + "/2", headers: []string{"If-None-Match: W/" + tagged}, status: 304},
		{name: "one that the caller has not", call: "GET " + records + "/2", headers: []string{`If-None-Match: "x"`}, status: 200},
		{name: "none of the id", call: "GET " + records + "/4", status: 404},
		{name: "an id that is none", call: "GET " + records + "/x", status: 422},

		{name: "create", call: "POST " + records, body: ` {"n": "7", "branch": "d"} `, status: 201, has: []string{`{"id":4,`, `"branch":"d","price":null,"n":7,"more":null}`},
			header: "Location: /api/collections/pushes/records/4"},
		{name: "create several", call: "POST " + records, body: `[{"branch":"d"},{"branch":"e"}]`, status: 201, has: []string{`[{"id":4,`, `{"id":5,`}},
		{name: "create, value of another type", call: "POST " + records, body: `{"branch":"d","n":1.5}`, status: 422,
			has: []string{`"type":"urn:hookline:problem:type"`, `"pointer":"/n","code":"type"`, "n must be a whole number"}},
		{name: "create several, one of them wrong", call: "POST " + records, body: `[{"branch":"d"},{"branch":"e","n":[]}]`, status: 422, has: []string{`"pointer":"/1/n"`}},
		{name: "create, unknown field", call: "POST " + records, body: `{"brunch":"d"}`, status: 422, has: []string{`"pointer":"/brunch"`, "did you mean branch?"}},
		{name: "create, required field", call: "POST " + records, body: `{}`, status: 422, has: []string{`"pointer":"/branch","code":"required"`}},
		{name: "create, system field", call: "POST " + records, body: `{"id":7,"branch":"d"}`, status: 422, has: []string{"set by the store"}},
		{name: "create, what is there", call: "POST " + records, body: `{"branch":"a"}`, status: 409, has: []string{`"pointer":"/branch","code":"unique"`}},
		{name: "create or change", call: "POST " + records + "?upsert=branch", body: `{"branch":"a","n":3}`, status: 200, has: []string{`{"id":1,`, `"n":3`}},
		{name: "create, no JSON", call: "POST " + records, body: `{"branch":}`, status: 422, has: []string{"not valid JSON at byte 10"}},
		{name: "create, a form", call: "POST " + records, body: `a=b`, headers: []string{"Content-Type: application/x-www-form-urlencoded"}, status: 415, header: "Accept-Post: application/json"},
		{name: "create, nothing", call: "POST " + records, status: 422},
		{name: "create, a text", call: "POST " + records, body: `"x"`, status: 422},
		{name: "create in no collection", call: "POST /api/collections/nope/records", body: `{}`, status: 404},
		{name: "create by PUT", call: "PUT " + records, body: `{}`, status: 405},

		{name: "change", call: "PATCH " + records + "/1", body: `{"n":{"$inc":2}}`, status: 200, has: []string{`"branch":"a","price":1.1,"n":2`}, header: `Etag: "2026-03-04T12:00:00.000001Z"`},
		{name: "change what is as expected", call: "PATCH " + records + "/1", body: `{"n":1}`, headers: []string{"If-Match: " + tagged}, status: 200},
		{name: "change what is as expected, one of two", call: "PATCH " + records + "/1", body: `{"n":1}`, headers: []string{`If-Match: "2020-01-01T00:00:00.000Z", ` + tagged}, status: 200},
		{name: "change what is there", call: "PATCH " + records + "/1", body: `{"n":1}`, headers: []string{"If-Match: *"}, status: 200},
		{name: "change what has changed", call: "PATCH " + records + "/1", body: `{"n":1}`, headers: []string{`If-Match: "2020-01-01T00:00:00.000Z"`}, status: 412, has: []string{"urn:hookline:problem:changed"}},
		{name: "change by a weak tag", call: "PATCH " + records + "/1", body: `{"n":1}`, headers: []string{"If-Match: W/" + tagged}, status: 412},
		{name: "change by a tag of another server", call: "PATCH " + records + "/1", body: `{"n":1}`, headers: []string{`If-Match: "abc"`}, status: 412},
		{name: "change by updatedAt", call: "PATCH " + records + "/1?ifUpdatedAt=2026-03-04T13:00:00%2B01:00", body: `{"n":1}`, status: 200},
		{name: "change by another updatedAt", call: "PATCH " + records + "/1?ifUpdatedAt=2026-03-04T12:00:00.001Z", body: `{"n":1}`, status: 412},
		{name: "change by a tag and an updatedAt that contradict", call: "PATCH " + records + "/1?ifUpdatedAt=2026-03-04T12:00:00.001Z", body: `{"n":1}`, headers: []string{"If-Match: " + tagged}, status: 412},
		{name: "change, no such record", call: "PATCH " + records + "/9", body: `{"n":1}`, status: 404, has: []string{"no record 9 in pushes"}},
		{name: "change, no such record, a tag", call: "PATCH " + records + "/9", body: `{"n":1}`, headers: []string{"If-Match: *"}, status: 412},
		{name: "change nothing", call: "PATCH " + records + "/1", body: `{}`, status: 422},
		{name: "change to what does not fit", call: "PATCH " + records + "/1", body: `{"price":"x"}`, status: 422, has: []string{`"pointer":"/price"`}},

		{name: "delete", call: "DELETE " + records + "/1", status: 204},
		{name: "delete what is as expected", call: "DELETE " + records + "/1", headers: []string{"If-Match: " + tagged}, status: 204},
		{name: "delete what has changed", call: "DELETE " + records + "/1", headers: []string{`If-Match: "2020-01-01T00:00:00.000Z"`}, status: 412},
		{name: "delete what is gone", call: "DELETE " + records + "/9", status: 404},

		{name: "collections", call: "GET /api/collections", status: 200, has: []string{`{"name":"pushes","fields":[{"name":"branch","type":"string","required":true,"unique":true},`, `{"name":"n","type":"integer","default":0}`}},
		{name: "a collection", call: "GET /api/collections/pushes", status: 200, has: []string{`{"name":"pushes","fields":[`}},
		{name: "no collection", call: "GET /api/collections/nope", status: 404},
		{name: "plan", call: "POST /api/collections/plan", body: `{"collections":[{"name":"pushes","fields":[{"name":"branch","type":"string"}]},{"name":"new","fields":[]}]}`, status: 200,
			has: []string{`"kind":"drop-field","collection":"pushes","field":"price"`, `"loss":true`, `"kind":"create-collection","collection":"new"`}},
		{name: "plan in YAML", call: "POST /api/collections/plan", body: "collections:\n- {name: new, fields: []}\n", headers: []string{"Content-Type: application/yaml"}, status: 200, has: []string{`"loss":false`}},
		{name: "plan what is wrong", call: "POST /api/collections/plan", body: `{"collections":[{"name":"New","fields":[{"name":"a","type":"strin"}]}]}`, status: 422,
			has: []string{`"location":"collections[0].name"`, `"location":"collections[0].fields[0].type"`, "did you mean string?"}},
		{name: "plan a workflow", call: "POST /api/collections/plan", body: `{"workflow":"a","trigger":{"type":"webhook"}}`, status: 422, has: []string{"there is a workflow"}},
		{name: "plan a channel", call: "POST /api/collections/plan", body: `{"channels":[{"name":"a","type":"slack"}]}`, status: 422, has: []string{"there are channels"}},
		{name: "plan nothing", call: "POST /api/collections/plan", body: `{}`, status: 422},
		{name: "plan in XML", call: "POST /api/collections/plan", body: `<a/>`, headers: []string{"Content-Type: text/xml"}, status: 415},
		{name: "apply with loss", call: "POST /api/collections/apply", body: `{"collections":[{"name":"pushes","fields":[]}]}`, status: 409, has: []string{"lost"}},
		{name: "apply with loss, surely", call: "POST /api/collections/apply?yes=true", body: `{"collections":[{"name":"pushes","fields":[]}]}`, status: 200, has: []string{`"kind":"drop-field"`}},
		{name: "drop", call: "DELETE /api/collections/pushes", status: 409},
		{name: "drop, surely", call: "DELETE /api/collections/pushes?yes=true", status: 204},
		{name: "drop what is not there", call: "DELETE /api/collections/nope?yes=true", status: 404},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := ask(t, three(t), c.call, c.body, c.headers...)
			text := w.Body.String()
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %s", w.Code, c.status, text)
			}
			if problem := w.Header().Get("Content-Type") == problemType; problem != (c.status >= 400) {
				t.Errorf("Content-Type is %q", w.Header().Get("Content-Type"))
			}
			if name, want, ok := strings.Cut(c.header, ": "); ok && w.Header().Get(name) != want {
				t.Errorf("%s is %q", name, w.Header().Get(name))
			}
			for _, part := range c.has {
				if !strings.Contains(text, part) {
					t.Errorf("%s\ndoes not hold %s", text, part)
				}
			}
		})
	}
}

func TestActionsOfNocoBase(t *testing.T) {
	cases := []struct {
		name   string
		call   string
		body   string
		status int
		want   string // the whole answer, or a part of a problem
	}{
		{"list", "GET /api/pushes:list", "", 200, `{"data":[` + recordC + "," + recordB + "," + recordA + `],"meta":{"count":3,"page":1,"pageSize":20,"totalPage":1}}`},
		{"list, escaped", "GET /api/pushes%3Alist?pageSize=2&page=2", "", 200, `{"data":[` + recordA + `],"meta":{"count":3,"page":2,"pageSize":2,"totalPage":2}}`},
		{"list, nothing", "GET /api/pushes:list?filter=" + url.QueryEscape(`{"branch":"x"}`), "", 200, `{"data":[],"meta":{"count":0,"page":1,"pageSize":20,"totalPage":0}}`},
		{"list, brackets", "GET /api/pushes:list?filter[branch][$in][]=a&filter[branch][$in][]=c&sort[]=-branch&fields[]=branch", "", 200,
			`{"data":[{"id":3,"branch":"c"},{"id":1,"branch":"a"}],"meta":{"count":2,"page":1,"pageSize":20,"totalPage":1}}`},
		{"list, commas", "GET /api/pushes:list?sort=branch,-id&fields=branch,n&pageSize=1", "", 200, `{"data":[{"id":1,"branch":"a","n":0}],"meta":{"count":3,"page":1,"pageSize":1,"totalPage":3}}`},
		{"list, all but", "GET /api/pushes:list?except=createdAt,updatedAt,price,more&filter[n][$gt]=5", "", 200, `{"data":[{"id":2,"branch":"b","n":9007199254740993}],"meta":{"count":1,"page":1,"pageSize":20,"totalPage":1}}`},
		{"list, all but what is not there", "GET /api/pushes:list?except=x", "", 422, `has no field \"x\"`},
		{"list, unknown parameter", "GET /api/pushes:list?paginate=false", "", 422, `"errors":[{"message":"paginate: this action takes no such parameter, only filter, sort`},
		{"list, not a number", "GET /api/pushes:list?page=x", "", 422, "page: it is a number from 1"},
		{"list, no collection", "GET /api/nope:list", "", 404, `"errors":[{"message":"there is no collection`},
		{"get", "GET /api/pushes:get?filterByTk=2", "", 200, `{"data":` + recordB + `}`},
		{"get, path form", "GET /api/pushes:get/2", "", 404, ""},
		{"get by filter", "GET /api/pushes:get?filter=" + url.QueryEscape(`{"branch":"a"}`) + "&fields=branch", "", 200, `{"data":{"id":1,"branch":"a"}}`},
		{"get, nothing", "GET /api/pushes:get?filterByTk=7", "", 404, "no such record"},
		{"get, no id", "GET /api/pushes:get?filterByTk=x%27%20OR%201=1", "", 422, "filterByTk"},
		{"create", "POST /api/pushes:create", `{"branch":"d"}`, 200, `{"data":{"id":4,"createdAt":"2026-03-04T12:00:00.000Z","updatedAt":"2026-03-04T12:00:00.000Z","branch":"d","price":null,"n":0,"more":null}}`},
		{"create what is there", "POST /api/pushes:create", `{"branch":"a"}`, 409, `"code":"unique"`},
		{"update", "POST /api/pushes:update?filterByTk=1&fields=x", `{"n":5}`, 422, "fields"},
		{"update by id", "POST /api/pushes:update?filterByTk=1", `{"n":5}`, 200,
			`{"data":[{"id":1,"createdAt":"2026-03-04T12:00:00.000Z","updatedAt":"2026-03-04T12:00:00.000001Z","branch":"a","price":1.1,"n":5,"more":null}],"meta":{"count":1}}`},
		{"update by filter", "POST /api/pushes:update?filter[n]=0", `{"n":{"$inc":1}}`, 200, `"meta":{"count":2}}`},
		{"update everything", "POST /api/pushes:update", `{"n":5}`, 422, "every record of pushes would be meant"},
		{"update everything, by an empty filter", "POST /api/pushes:update?filter={}", `{"n":5}`, 422, "every record of pushes would be meant"},
		{"destroy", "POST /api/pushes:destroy?filterByTk=1", "", 200, `{"data":1}`},
		{"destroy several", "POST /api/pushes:destroy?filterByTk[]=1&filterByTk[]=2", "", 200, `{"data":2}`},
		{"destroy everything", "POST /api/pushes:destroy?filter=", "", 422, "filter"},
		{"destroy by GET", "GET /api/pushes:destroy?filterByTk=1", "", 405, "use POST"},
		{"no such action", "POST /api/pushes:move?sourceId=1", "", 404, "use list, get, create, update or destroy"},
		{"the door's action", "POST /api/webhook:trigger", "", 404, "no API endpoint at this path"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := ask(t, three(t), c.call, c.body)
			text := strings.TrimSuffix(w.Body.String(), "\n")
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %s", w.Code, c.status, text)
			}
			if strings.HasPrefix(c.want, `{"data"`) {
				if diff := cmp.Diff(c.want, text); diff != "" {
					t.Error(diff)
				}
			} else if !strings.Contains(text, c.want) {
				t.Errorf("%s\ndoes not hold %s", text, c.want)
			}
		})
	}
}

func TestListsGoFromPageToPage(t *testing.T) {
	for _, name := range []string{"after", "before"} {
		h := three(t)
		var got []string
		for next := ""; ; {
			var page struct {
				Items []struct{ Branch string }
				Next  string
			}
			w := ask(t, h, "GET /api/collections/pushes/records?sort=-branch&pageSize=2&"+name+"="+url.QueryEscape(next), "")
			if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != 200 {
				t.Fatal(err, w.Body)
			}
			for _, item := range page.Items {
				got = append(got, item.Branch)
			}
			if next = page.Next; next == "" {
				break
			}
		}
		if diff := cmp.Diff([]string{"c", "b", "a"}, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestExports(t *testing.T) {
	const export = "GET /api/collections/pushes/records/export"
	cases := []struct {
		name, call, want string
		status           int
	}{
		{"csv", export, "id,createdAt,updatedAt,branch,price,n,more\r\n" +
			"1,2026-03-04T12:00:00.000Z,2026-03-04T12:00:00.000Z,a,1.1,0,\r\n2,2026-03-04T12:00:00.000Z,2026-03-04T12:00:00.000Z,b,,9007199254740993,\r\n" +
			"3,2026-03-04T12:00:00.000Z,2026-03-04T12:00:00.000Z,c,,0,\"{\"\"z\"\":1.0,\"\"a\"\":1e400}\"\r\n", 200},
		{"some fields, another delimiter", export + "?fields=branch,n&sort=-branch&delimiter=;&bom=true", "\xef\xbb\xbfbranch;n\r\nc;0\r\nb;9007199254740993\r\na;0\r\n", 200},
		{"ndjson", export + "?format=ndjson&fields=more&filter=" + url.QueryEscape(`{"branch":{"$in":["a","c"]}}`), `{"id":1,"more":null}` + "\n" + `{"id":3,"more":{"z":1.0,"a":1e400}}` + "\n", 200},
		{"json", export + "?format=json&fields=branch", "[\n" + `{"id":1,"branch":"a"},` + "\n" + `{"id":2,"branch":"b"},` + "\n" + `{"id":3,"branch":"c"}` + "\n]\n", 200},
		{"no format", export + "?format=xlsx", "", 422},
		{"no delimiter", export + "?delimiter=%22", "", 422},
		{"no field", export + "?fields=x", "", 422},
		{"no collection", "GET /api/collections/nope/records/export", "", 404},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := ask(t, three(t), c.call, "")
			if w.Code != c.status || c.status == 200 && w.Body.String() != c.want {
				t.Errorf("%d %q\nwant %q", w.Code, w.Body, c.want)
			}
			if c.status == 200 && !strings.HasPrefix(w.Header().Get("Content-Disposition"), `attachment; filename="pushes.`) {
				t.Errorf("headers %v", w.Header())
			}
		})
	}
}

func TestAnExportHoldsEachRecordOnce(t *testing.T) {
	h := &fixture{}
	h.deps()
	var rows strings.Builder
	rows.WriteString("branch\n")
	for i := range 2345 {
		fmt.Fprintf(&rows, "b%05d\n", i)
	}
	w := ask(t, h, "POST /api/collections/pushes/records/import?format=csv", rows.String())
	if !strings.Contains(w.Body.String(), `{"rows":2345,"written":2345,"refused":0}`) {
		t.Fatal(w.Body)
	}
	if got := ask(t, h, "GET /api/collections/pushes/records/export?fields=branch", "").Body.String(); got != strings.ReplaceAll(rows.String(), "\n", "\r\n") {
		t.Errorf("%d bytes: %.200q", len(got), got)
	}
	if diff := cmp.Diff([]int{1000, 1000, 345}, h.Writes); diff != "" {
		t.Error(diff)
	}
}

func TestImports(t *testing.T) {
	const to = "POST /api/collections/pushes/records/import"
	cases := []struct {
		name    string
		call    string
		body    string
		headers []string
		status  int
		want    string // the answer, or a part of a problem
		stored  string // branches afterwards
	}{
		{"csv", to, "branch,n\nd,1\n\"e\",\n", []string{"Content-Type: text/csv"}, 200, `{"rows":2,"written":2,"refused":0}`, "a b c d e"},
		{"ndjson", to, `{"branch":"d","more":1.0}`, []string{"Content-Type: application/x-ndjson"}, 200, `{"rows":1,"written":1,"refused":0}`, "a b c d"},
		{"json", to + "?format=json", `[{"branch":"d"},{"branch":"e"}]`, []string{"Content-Type: text/plain"}, 200, `{"rows":2,"written":2,"refused":0}`, "a b c d e"},
		{"refused rows are told and the others written", to + "?format=csv", "branch,n\nd,1\na,1\ne,x\nf,2,3\ng,3\nd,4\n,5\n", nil, 200,
			`{"rows":7,"written":2,"refused":5,"errors":[` +
				`{"row":2,"line":3,"field":"branch","value":"\"a\"","code":"unique","message":"branch must be unique"},` +
				`{"row":3,"line":4,"field":"n","value":"\"x\"","code":"type","message":"n must be a whole number from -9223372036854775808 to 9223372036854775807, not string \"x\""},` +
				`{"row":4,"line":5,"code":"row","message":"the row has 3 cells, the header 2"},` +
				`{"row":6,"line":7,"field":"branch","value":"\"d\"","code":"unique","message":"branch must be unique"},` +
				`{"row":7,"line":8,"field":"branch","value":"null","code":"required","message":"branch is required: give it a value"}]}`, "a b c d g"},
		{"upsert", to + "?format=csv&upsert=branch", "branch,n\na,7\nd,8\n", nil, 200, `{"rows":2,"written":2,"refused":0}`, "a b c d"},
		{"upsert by what is not unique", to + "?format=csv&upsert=n", "branch,n\na,7\n", nil, 422, "upsert needs a unique field", "a b c"},
		{"a dry run", to + "?format=csv&dryRun=true", "branch,n\na,1\nd,1\nd,2\ne,x\n", nil, 200,
			`{"rows":4,"written":1,"refused":3,"dryRun":true,"errors":[` +
				`{"row":1,"line":2,"field":"branch","value":"\"a\"","code":"unique","message":"branch must be unique, and \"a\" is stored already"},` +
				`{"row":3,"line":4,"field":"branch","value":"\"d\"","code":"unique","message":"branch must be unique, and \"d\" is in the file twice"},` +
				`{"row":4,"line":5,"field":"n","value":"\"x\"","code":"type","message":"n must be a whole number from -9223372036854775808 to 9223372036854775807, not string \"x\""}]}`, "a b c"},
		{"what an export wrote", to + "?format=csv&upsert=branch&ignore=id,createdAt,updatedAt", "id,createdAt,updatedAt,branch\n1,x,y,a\n", nil, 200, `{"rows":1,"written":1,"refused":0}`, "a b c"},
		{"an unknown column", to + "?format=csv", "brunch\na\n", nil, 422, "did you mean branch?", "a b c"},
		{"a file that breaks off", to + "?format=json", `[{"branch":"d"},{"branch":`, nil, 422, "the file ends before its JSON array does; 1 rows before it are written", "a b c d"},
		{"an empty file", to + "?format=csv", "", nil, 422, "the file is empty", "a b c"},
		{"a header alone", to + "?format=csv", "branch\n", nil, 200, `{"rows":0,"written":0,"refused":0}`, "a b c"},
		{"no format", to, "branch\n", nil, 422, "say what the file is", "a b c"},
		{"no collection", "POST /api/collections/nope/records/import?format=csv", "a\n", nil, 404, "nope", "a b c"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := three(t)
			w := ask(t, h, c.call, c.body, c.headers...)
			if w.Code != c.status {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			got := strings.TrimSuffix(w.Body.String(), "\n")
			if strings.HasPrefix(c.want, "{") {
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
			} else if !strings.Contains(got, c.want) {
				t.Errorf("%s\ndoes not hold %s", got, c.want)
			}
			if text := strings.Join(h.Texts(), " "); text != c.stored {
				t.Errorf("stored are %s, want %s", text, c.stored)
			}
		})
	}
}

// TestManyRefusedRowsCostLittle checks that a file with only invalid rows is not written again and again: the
// number of rows passed to the store stays a small multiple of the number of rows.
func TestManyRefusedRowsCostLittle(t *testing.T) {
	h := &fixture{}
	h.deps()
	var file strings.Builder
	file.WriteString("branch\n")
	for i := range 3000 {
		fmt.Fprintf(&file, "b%d\n", i)
	}
	for range 2 {
		ask(t, h, "POST /api/collections/pushes/records/import?format=csv", file.String())
	}
	asked := 0
	for _, n := range h.Writes {
		asked += n
	}
	if asked > 5*3000 {
		t.Errorf("%d rows in %d writes", asked, len(h.Writes))
	}
	if n := len(h.Texts()); n != 3000 {
		t.Errorf("%d records", n)
	}
}

func TestRefusalsAreCountedBeyondThoseThatAreShown(t *testing.T) {
	h := &fixture{}
	w := ask(t, h, "POST /api/collections/pushes/records/import?format=csv", "branch,n\n"+strings.Repeat("x,y\n", 2500))
	var got Imported
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Refused != 2500 || len(got.Errors) != shownRefusals || got.Errors[999].Row != 1000 {
		t.Errorf("%v %d refused, %d shown", err, got.Refused, len(got.Errors))
	}
}

func TestABodyOfJSONIsBounded(t *testing.T) {
	w := ask(t, &fixture{}, "POST /api/collections/pushes/records", `["`+strings.Repeat("x", maxJSON)+`"]`)
	if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "larger than 32 MiB") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestPointers(t *testing.T) {
	for field, want := range map[string]string{"": "", "email": "/email", "[3].email": "/3/email", "[3]": "/3", "a/b~c": "/a~1b~0c"} {
		if got := pointer(field); got != want {
			t.Errorf("%s became %s", field, got)
		}
	}
}

func TestWhatIsInTheWayIsAConflict(t *testing.T) {
	for _, c := range []struct {
		kind   collection.OpKind
		code   string
		status int
	}{
		{collection.Delete, collection.CodeRelation, 409},
		{collection.Create, collection.CodeRelation, 422},
		{collection.Update, collection.CodeUnique, 409},
		{collection.Update, collection.CodeNotFound, 404},
		{collection.Update, collection.CodeRange, 422},
	} {
		if p := violationOf(collection.Op{Kind: c.kind, Values: value.Null()}, &collection.Violation{Code: c.code}); p.Status != c.status {
			t.Errorf("%s of %s: %d", c.kind, c.code, p.Status)
		}
	}
}
