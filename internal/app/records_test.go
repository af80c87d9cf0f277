package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/app"
	"hookline.dev/hookline/internal/collection"
)

const shop = `
collections:
  - name: customers
    fields:
      - {name: name, type: string, required: true, unique: true}
      - {name: city, type: string, index: true}
      - {name: orders, type: relation, kind: hasMany, target: orders, foreignKey: customer}
  - name: orders
    fields:
      - {name: nr, type: string, unique: true}
      - {name: customer, type: relation, kind: belongsTo, target: customers, onDelete: restrict}
      - {name: total, type: number, precision: 12, scale: 2}
      - {name: weight, type: number}
      - {name: n, type: integer, default: 0}
      - {name: paid, type: boolean}
      - {name: day, type: date}
      - {name: at, type: datetime}
      - {name: note, type: text}
      - {name: kind, type: select, options: [a, "b'; DROP TABLE c_orders; --"]}
      - {name: tags, type: multiselect, options: [x, "y\"],\"z"]}
      - {name: more, type: json}
`

// desk is a server with a shop, and a client of its API.
type desk struct {
	t     *testing.T
	base  string
	token string
}

func openShop(t *testing.T) *desk {
	t.Helper()
	dir := t.TempDir()
	c := settings(dir)
	a, err := app.New(c, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	d := &desk{t: t, base: a.URL(), token: token(t, dir)}
	d.must(200, "POST /api/collections/apply", shop, "Content-Type: application/yaml")
	d.must(201, "POST /api/collections/customers/records", `[{"name":"Ada","city":"Bonn"},{"name":"O'Brien; DROP TABLE c_orders; --","city":"Köln"}]`)
	d.must(201, "POST /api/collections/orders/records", `[
		{"nr":"1","customer":1,"total":"12.30","weight":1.5,"n":9007199254740993,"paid":true,"day":"2026-11-22","at":"2026-11-22T10:00:00Z","note":"100% \"x\" _","kind":"a","tags":["x"],"more":{"z":1.0,"a":1e400}},
		{"nr":"2","customer":2,"total":0,"note":"' OR '1'='1","kind":"b'; DROP TABLE c_orders; --","tags":["y\"],\"z"]},
		{"nr":"3"}]`)
	return d
}

// ask sends a request and returns status, headers and answer.
func (d *desk) ask(what, body string, headers ...string) (int, http.Header, string) {
	d.t.Helper()
	method, path, _ := strings.Cut(what, " ")
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.base+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+d.token)
	for _, line := range headers {
		name, text, _ := strings.Cut(line, ": ")
		req.Header.Set(name, text)
	}
	return send(d.t, req)
}

// must sends a request, fails unless the status is as expected, and returns the answer.
func (d *desk) must(status int, what, body string, headers ...string) string {
	d.t.Helper()
	got, _, text := d.ask(what, body, headers...)
	if got != status {
		d.t.Fatalf("%s: %d, want %d: %s", what, got, status, text)
	}
	return text
}

// ids lists the ids of a page.
func (d *desk) ids(path string) (ids []int64) {
	d.t.Helper()
	var page struct{ Items []struct{ ID int64 } }
	if err := json.Unmarshal([]byte(d.must(200, "GET "+path, "")), &page); err != nil {
		d.t.Fatal(err)
	}
	for _, r := range page.Items {
		ids = append(ids, r.ID)
	}
	return ids
}

func where(filter string) string { return "filter=" + url.QueryEscape(filter) }

func TestRecordsOverHTTP(t *testing.T) {
	d := openShop(t)
	const orders = "/api/collections/orders/records"
	one := d.must(200, "GET "+orders+"/1", "")
	for _, part := range []string{`"total":12.30`, `"n":9007199254740993`, `"more":{"z":1.0,"a":1e400}`, `"day":"2026-11-22"`, `"customer":1`} {
		if !strings.Contains(one, part) {
			t.Errorf("%s\ndoes not hold %s", one, part)
		}
	}
	if text := d.must(200, "GET "+orders+"/1?expand=customer&fields=nr,customer", ""); !strings.Contains(text, `"customer":{"id":1,`) || !strings.Contains(text, `"city":"Bonn"`) {
		t.Error(text)
	}
	if text := d.must(200, "GET /api/customers:get?filterByTk=1&appends=orders", ""); !strings.Contains(text, `"orders":[{"id":1,`) {
		t.Error(text)
	}
	for filter, want := range map[string][]int64{
		`{"customer.city":"Bonn"}`:                         {1},
		`{"total":{"$gte":"12.3"}}`:                        {1},
		`{"note":{"$includes":"%"}}`:                       {1},
		`{"note":{"$includes":"_"}}`:                       {1},
		`{"$not":{"paid":true}}`:                           {3, 2},
		`{"$or":[{"nr":"3"},{"tags":{"$empty":true}}]}`:    {3},
		`{"day":{"$between":["2026-11-22","2026-11-22"]}}`: {1},
	} {
		if got := d.ids(orders + "?" + where(filter)); !slices.Equal(got, want) {
			t.Errorf("%s selects %v, want %v", filter, got, want)
		}
	}
	_, header, _ := d.ask("GET "+orders+"/3", "")
	tag := header.Get("ETag")
	d.must(304, "GET "+orders+"/3", "", "If-None-Match: "+tag)
	d.must(200, "PATCH "+orders+"/3", `{"n":{"$inc":5}}`, "If-Match: "+tag)
	d.must(412, "PATCH "+orders+"/3", `{"n":{"$inc":5}}`, "If-Match: "+tag)
	if text := d.must(200, "GET "+orders+"/3", ""); !strings.Contains(text, `"n":5,`) {
		t.Error(text)
	}
	for what, want := range map[[2]string]string{
		{"POST " + orders, `{"nr":"1"}`}:                       `409 /nr`,
		{"POST " + orders, `[{"nr":"8"},{"nr":"1"}]`}:          `409 /1/nr`,
		{"POST " + orders, `{"nr":"9","customer":77}`}:         `422 /customer`,
		{"POST " + orders, `{"nr":"9","total":"1.005"}`}:       `422 /total`,
		{"POST " + orders, `{"nr":"9","kind":"c"}`}:            `422 /kind`,
		{"DELETE /api/collections/customers/records/1", ""}:    `409 `,
		{"PATCH " + orders + "/2", `{"nr":"1"}`}:               `409 /nr`,
		{"POST /api/orders:create", `{"nr":"1"}`}:              `409 /nr`,
		{"DELETE " + orders + "/99", ""}:                       `404 `,
		{"POST /api/collections/nope/records", `{"nr":"1"}`}:   `404 `,
		{"PATCH /api/collections/nope/records/1", `{"n":"1"}`}: `404 `,
	} {
		status, _, text := d.ask(what[0], what[1])
		var p struct{ Errors []struct{ Pointer string } }
		_ = json.Unmarshal([]byte(text), &p)
		got := fmt.Sprintf("%d ", status)
		if len(p.Errors) > 0 {
			got += p.Errors[0].Pointer
		}
		if got != want {
			t.Errorf("%s: %s, want %s: %s", what, got, want, text)
		}
	}
	if n := len(d.ids(orders)); n != 3 {
		t.Errorf("%d orders, of bulk creates that were refused something stayed", n)
	}
}

// TestCollectionsChangeOnlyAsMeant checks that losing data requires confirmation, and that the plan announces
// it.
func TestCollectionsChangeOnlyAsMeant(t *testing.T) {
	d := openShop(t)
	const less = `{"collections":[{"name":"customers","fields":[{"name":"name","type":"string","required":true,"unique":true}]}]}`
	if plan := d.must(200, "POST /api/collections/plan", less); !strings.Contains(plan, `"kind":"drop-field","collection":"customers","field":"city"`) || !strings.Contains(plan, `"loss":true}`) {
		t.Error(plan)
	}
	d.must(409, "POST /api/collections/apply", less)
	d.must(200, "POST /api/collections/apply?yes=true", less)
	if text := d.must(200, "GET /api/collections/customers/records/1", ""); strings.Contains(text, "city") {
		t.Error(text)
	}
	// The output can be applied again, and changes nothing.
	all := strings.Replace(d.must(200, "GET /api/collections", ""), `{"items":`, `{"collections":`, 1)
	if again := d.must(200, "POST /api/collections/apply", all); !strings.Contains(again, `"changes":[]`) {
		t.Error(again)
	}
	d.must(409, "DELETE /api/collections/orders", "")
	d.must(204, "DELETE /api/collections/orders?yes=true", "")
	d.must(404, "GET /api/collections/orders/records", "")
}

// TestWhatAWorkflowUsesStays checks that the error names the place that uses what would be removed.
func TestWhatAWorkflowUsesStays(t *testing.T) {
	dir := t.TempDir()
	a, _ := start(t, dir)
	d := &desk{t: t, base: a.URL(), token: token(t, dir)}
	const without = `{"collections":[{"name":"pushes","fields":[{"name":"n","type":"json"}]}]}`
	for what, status := range map[string]int{"plan": 200, "apply?yes=true": 409} {
		if text := d.must(status, "POST /api/collections/"+what, without); !strings.Contains(text, "save") || !strings.Contains(text, "values.branch") {
			t.Errorf("%s: %s", what, text)
		}
	}
	if text := d.must(409, "DELETE /api/collections/pushes?yes=true", ""); !strings.Contains(text, "save") {
		t.Error(text)
	}
	d.must(200, "GET /api/collections/pushes/records", "")
}

// attacks returns texts that have a meaning in SQL, in patterns, or in JSON within SQL.
func attacks() []string {
	return []string{
		`' OR '1'='1`, `'; DROP TABLE c_orders; --`, `"; DROP TABLE c_orders; --`, `1; DELETE FROM c_orders`, `1) OR (1=1`, `x' UNION SELECT * FROM settings --`,
		`%`, `_`, `\`, `\'`, `*`, `[a-z]`, `?1`, `:a`, `@a`, `$1`, `{{`, "\x00", "a\x00b", `"`, "`id`", `--`, `/*`, `');ATTACH DATABASE 'x' AS y;--`,
		`id`, `rowid`, `c_orders`, `sqlite_master`, `json_extract(more,'$')`, `(SELECT token FROM settings)`, `CAST(1 AS TEXT)`, strings.Repeat("(", 300),
	}
}

// TestNoTextReachesSQL attacks every place that takes a caller's text: operators' values, field names in
// filters, sort, fields, expand and upsert, headers of files, names of collections, ids, cursors. None may
// cause a server error, and nothing may be selected or lost that should not be.
func TestNoTextReachesSQL(t *testing.T) {
	d := openShop(t)
	const orders = "/api/collections/orders/records"
	before := d.must(200, "GET "+orders+"?sort=id", "")
	quoted := func(text string) string {
		b, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	try := func(what, body string, headers ...string) (int, string) {
		t.Helper()
		status, _, text := d.ask(what, body, headers...)
		if status >= 500 || strings.Contains(strings.ToLower(text), "sqlite") && !strings.Contains(what+body, "sqlite") || strings.Contains(text, "syntax error") {
			t.Errorf("%s %s: %d %s", what, body, status, text)
		}
		return status, text
	}
	fields := []string{"nr", "customer", "total", "weight", "n", "paid", "day", "at", "note", "kind", "tags", "more", "id", "createdAt", "customer.name"}
	for _, attack := range attacks() {
		text := quoted(attack)
		for _, op := range collection.Operators() {
			for _, field := range fields {
				v := text
				switch op {
				case collection.In, collection.NotIn:
					v = "[" + text + "]"
				case collection.Between:
					v = "[" + text + "," + text + "]"
				}
				status, answer := try("GET "+orders+"?"+where(fmt.Sprintf(`{%q:{%q:%s}}`, field, op, v)), "")
				exact := op == collection.Eq || op == collection.In || op == collection.StartsWith
				if status == 200 && exact && attack != `' OR '1'='1` && !strings.HasPrefix(answer, `{"items":[]`) {
					t.Errorf("%s of %s with %s selects %s", op, field, text, answer)
				}
			}
		}
		escaped := url.QueryEscape(attack)
		for _, query := range []string{
			where(fmt.Sprintf(`{%s:{"$eq":1}}`, text)), where(fmt.Sprintf(`{"nr":{%s:1}}`, text)), where(fmt.Sprintf(`{"customer.%s":1}`, strings.Trim(text, `"`))),
			"sort=" + escaped, "sort=-" + escaped, "fields=" + escaped, "expand=" + escaped, "after=" + escaped, "before=" + escaped, "filter=" + escaped, "page=" + escaped, "pageSize=" + escaped,
		} {
			if status, answer := try("GET "+orders+"?"+query, ""); status == 200 && attack != "id" {
				t.Errorf("%s was taken: %s", query, answer)
			}
			try("GET /api/orders:list?"+query, "")
			try("GET "+orders+"/export?"+query, "")
		}
		for _, path := range []string{"/api/collections/%s", "/api/collections/%s/records", "/api/collections/%s/records/1", "/api/collections/orders/records/%s", "/api/%s:list", "/api/orders:%s"} {
			if status, answer := try("GET "+fmt.Sprintf(path, url.PathEscape(attack)), ""); status == 200 {
				t.Errorf("%s of %s was taken: %s", path, attack, answer)
			}
		}
		try("POST "+orders+"?upsert="+escaped, `{"nr":"1"}`)
		try("PATCH "+orders+"/1", fmt.Sprintf(`{%s:1}`, text))
		try("POST /api/orders:update?filterByTk="+escaped, `{"n":1}`)
		try("POST /api/orders:destroy?filterByTk="+escaped, "")
		try("POST "+orders+"/import?format=csv", `"`+strings.ReplaceAll(attack, `"`, `""`)+"\"\n1\n")
		try("POST "+orders+"/import?format=ndjson&upsert="+escaped+"&ignore="+escaped, fmt.Sprintf(`{%s:1}`, text))
		try("POST /api/collections/apply", fmt.Sprintf(`{"collections":[{"name":%s,"fields":[{"name":%s,"type":%s,"default":%s}]}]}`, text, text, text, text))
		try("DELETE /api/collections/"+url.PathEscape(attack)+"?yes=true", "")
		// The text is stored unchanged, and a query for it finds only this record.
		status, answer := try("POST /api/collections/customers/records", fmt.Sprintf(`{"name":%s,"city":%s}`, text, text))
		if status != 201 {
			t.Errorf("%s was not stored: %d %s", text, status, answer)
			continue
		}
		if got := d.ids("/api/collections/customers/records?" + where(fmt.Sprintf(`{"name":%s}`, text))); len(got) != 1 {
			t.Errorf("%s selects %v", text, got)
		}
	}
	if after := d.must(200, "GET "+orders+"?sort=id", ""); after != before {
		t.Errorf("the orders were\n%s\nand are\n%s", before, after)
	}
	if got := d.ids("/api/collections/customers/records?pageSize=500"); len(got) != 2+len(attacks()) {
		t.Errorf("%d customers", len(got))
	}
}

// TestAFileGoesOutAndComesInAgain checks that every type survives export and import in each format.
func TestAFileGoesOutAndComesInAgain(t *testing.T) {
	d := openShop(t)
	const orders = "/api/collections/orders/records"
	fields := "nr,customer,total,weight,n,paid,day,at,note,kind,tags,more"
	before := d.must(200, "GET "+orders+"/export?format=ndjson&fields="+fields, "")
	for _, format := range []string{"csv", "ndjson", "json"} {
		file := d.must(200, "GET "+orders+"/export?format="+format+"&fields="+fields, "")
		d.must(200, "POST /api/orders:destroy?"+where(`{"id":{"$gt":0}}`), "")
		text := d.must(200, "POST "+orders+"/import?ignore=id&format="+format, file)
		if !strings.Contains(text, `"rows":3,"written":3,"refused":0`) {
			t.Fatalf("%s: %s\n%s", format, text, file)
		}
		after := d.must(200, "GET "+orders+"/export?format=ndjson&fields="+fields, "")
		if cut(after) != cut(before) {
			t.Errorf("%s: it was\n%s\nand is\n%s", format, before, after)
		}
	}
}

// cut removes the ids of records.
func cut(lines string) string {
	var b strings.Builder
	for line := range strings.Lines(lines) {
		_, rest, _ := strings.Cut(line, ",")
		b.WriteString(rest)
	}
	return b.String()
}
