package query_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/query"
)

var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func TestTheTextOfAQueryIsCanonical(t *testing.T) {
	for _, c := range []struct {
		of         query.Resource
		text, want string
	}{
		{query.Executions, "", ""},
		{query.Executions, "  \t\n", ""},
		{query.Executions, `status:failed workflow:orders label.customer:42 data.customer.id:42 "free text"`,
			`status:failed workflow:orders label.customer:42 data.customer.id:42 "free text"`},
		{query.Executions, " status:FAILED,Aborted   -mode:sync ", "status:failed,aborted -mode:sync"},
		{query.Executions, `workflow:"orders"`, "workflow:orders"},
		{query.Executions, `workflow:"a b","c,d",e`, `workflow:"a b","c,d",e`},
		{query.Executions, `label.a:"x*" label.b:x*`, `label.a:"x*" label.b:x*`},
		{query.Executions, `label."a b":"" data."":""`, `label."a b":"" data."":""`},
		{query.Executions, `label.a.b:1`, `label.a.b:1`},
		{query.Executions, `data."a.b".0.*."*":x`, `data."a.b".0.*."*":x`},
		{query.Executions, `data.a:>10 data.a:1..2.5 data.a:">10" data.a:..x`, `data.a:>10 data.a:1..2.5 data.a:">10" data.a:"..x"`},
		{query.Executions, `took:>2s took:..1m30s took:100ms..2s took:*`, `took:>2s took:..1m30s took:100ms..2s took:*`},
		{query.Executions, `created:2026-11-30 created:2026-11-30..2026-12-01T10:00 created:2h.. since:7d until:2026-11-30T12:00:00+02:00`,
			`created:2026-11-30 created:2026-11-30..2026-12-01T10:00 created:2h.. since:7d until:2026-11-30T12:00:00+02:00`},
		{query.Executions, `foo "bar" -baz "a:b" "-x" a,b "q\"\\"`, `foo bar -baz "a:b" "-x" a,b "q\"\\"`},
		{query.Executions, "Größe", "Größe"},
		{query.Executions, "headers.X-GitHub-Event:push query.a.b:c", "headers.x-github-event:push query.a.b:c"},
		{query.Deliveries, "outcome:rejected gate:ALLOWIPS status:404,5xx,>=600 method:post path:/api/*", "outcome:rejected gate:allowIPs status:404,5xx,>=600 method:POST path:/api/*"},
		{query.Deliveries, "ip:::ffff:192.0.2.7,10.1.2.3/8,2001:DB8::1", "ip:192.0.2.7,10.0.0.0/8,2001:db8::1"},
		{query.Deliveries, `execution:exe_0000000000001 id:dlv_0000000000001 key:"a*"`, `execution:exe_0000000000001 id:dlv_0000000000001 key:"a*"`},
	} {
		q, err := query.Parse(c.of, c.text, now)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := q.String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.text, got, c.want)
		}
		stable(t, c.of, q)
	}
}

// stable checks that the canonical text of a query gives the same query.
func stable(t *testing.T, of query.Resource, q query.Query) {
	t.Helper()
	again, err := query.Parse(of, q.String(), now)
	if err != nil {
		t.Fatalf("the canonical text %s: %v", q, err)
	}
	if again.String() != q.String() || !reflect.DeepEqual(placeless(again), placeless(q)) {
		t.Fatalf("%s became %s: %+v, %+v", q, again, q, again)
	}
}

func placeless(q query.Query) query.Query {
	for i := range q.Terms {
		q.Terms[i].Start, q.Terms[i].End = 0, 0
	}
	return q
}

func TestValuesHaveTheirTypes(t *testing.T) {
	day := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	second, micro := int64(time.Second), day.UnixMicro()
	for _, c := range []struct {
		of       query.Resource
		text     string
		min, max int64
	}{
		{query.Executions, "took:>2s", 2*second + 1, math.MaxInt64},
		{query.Executions, "took:>=2s", 2 * second, math.MaxInt64},
		{query.Executions, "took:<2s", math.MinInt64, 2*second - 1},
		{query.Executions, "took:<=2s", math.MinInt64, 2 * second},
		{query.Executions, "took:1s..2s", second, 2 * second},
		{query.Deliveries, "status:404", 404, 404},
		{query.Deliveries, "status:4xx", 400, 499},
		{query.Deliveries, "status:>4xx", 500, math.MaxInt64},
		{query.Deliveries, "status:400..4xx", 400, 499},
		{query.Deliveries, "received:2026-11-30", micro, micro + 24*3600_000_000 - 1},
		{query.Deliveries, "received:2026-11-30..2026-11-30", micro, micro + 24*3600_000_000 - 1},
		{query.Deliveries, "received:>2026-11-30", micro + 24*3600_000_000, math.MaxInt64},
		{query.Deliveries, "received:<2026-11-30T00:01", math.MinInt64, micro + 60_000_000 - 60_000_000 + 60_000_000 - 1},
		{query.Deliveries, "received:2026-11-30T01:00:00+01:00", micro, micro + 999_999},
		{query.Deliveries, "received:2026-11-30T00:00:00.5Z", micro + 500_000, micro + 500_000},
		{query.Deliveries, "since:2h", now.Add(-2 * time.Hour).UnixMicro(), math.MaxInt64},
		{query.Deliveries, "until:2026-11-30", math.MinInt64, micro - 1},
		{query.Executions, "created:2h..1h", now.Add(-2 * time.Hour).UnixMicro(), now.Add(-time.Hour).UnixMicro()},
	} {
		q, err := query.Parse(c.of, c.text, now)
		if err != nil {
			t.Fatal(err)
		}
		if v := q.Terms[0].Any[0]; v.Op != query.Range || v.Min != c.min || v.Max != c.max {
			t.Errorf("%s: got %d..%d, want %d..%d", c.text, v.Min, v.Max, c.min, c.max)
		}
	}
}

func TestMistakesHaveTheirPlaceAndTheNearestName(t *testing.T) {
	for _, c := range []struct {
		of         query.Resource
		text, want string
	}{
		{query.Executions, "stauts:failed", `at character 1: there is no field "stauts"; did you mean status?`},
		{query.Executions, "ü status:faild", `at character 10: status is never "faild"; did you mean failed?`},
		{query.Executions, "status:x", `at character 8: status is never "x"; it is one of queued, running`},
		{query.Executions, "status:", `at character 8: status needs a value, as in status:failed,aborted`},
		{query.Executions, "status:failed,", `at character 15: status needs a value`},
		{query.Executions, "status:failed,,aborted", `at character 15: status needs a value`},
		{query.Executions, "status: failed", `at character 8: status needs a value`},
		{query.Executions, "outcome:rejected", `at character 1: executions have no field "outcome"; they have status, workflow`},
		{query.Executions, "https://example.com/x", `at character 1: there is no field "https"; there are status`},
		{query.Executions, "text:x", `at character 1: there is no field "text"`},
		{query.Executions, `"status":failed`, `at character 9: write a space between two terms`},
		{query.Executions, "label:x", `at character 1: label needs a name after the dot, as in label.customer:42`},
		{query.Executions, "label.:x", `at character 1: label needs a name after the dot`},
		{query.Executions, "data.a..b:x", `at character 1: data needs a name after the dot`},
		{query.Executions, "workflow.a:x", `at character 1: workflow has no parts; write workflow:orders,invoices`},
		{query.Executions, "data." + strings.Repeat("a.", 40) + "b:x", `at character 1: a path has at most 32 parts`},
		{query.Executions, "took:x", `at character 6: "x" is not a duration`},
		{query.Executions, "took:><2s", `at character 6: took: >< is not a comparison; write >, >=, < or <=, as in took:>2s`},
		{query.Executions, "took:2s..1s", `at character 6: took: nothing is in the range 2s..1s`},
		{query.Executions, "took:..", `at character 6: took: a range needs a bound, as in took:>2s`},
		{query.Executions, "data.a:2..1", `at character 8: data: nothing is in the range 2..1`},
		{query.Executions, "created:yesterday", `at character 9: created: "yesterday" is not a time; write 2026-11-30`},
		{query.Executions, "created:>2h", `at character 9: an age is not compared, as it could be read in two ways; write created:2h.. for`},
		{query.Executions, "created:2h", `at character 9: an age is an instant; write created:2h.. for what is newer`},
		{query.Executions, "created:..2026-13-01", `at character 9: created: "2026-13-01" is not a time`},
		{query.Executions, "id:dlv_0000000000001", `at character 4: "dlv_0000000000001" is not an id of the form exe_`},
		{query.Executions, "key:a*", `at character 5: key is compared as a whole, so it takes no *`},
		{query.Executions, `"open`, `at character 1: a quotation mark is not closed`},
		{query.Executions, `workflow:"open`, `at character 10: a quotation mark is not closed`},
		{query.Executions, `data."open:x`, `at character 6: a quotation mark is not closed`},
		{query.Executions, `a"b"`, `at character 2: write a space between two terms`},
		{query.Executions, "- a", `at character 1: a minus negates what follows it`},
		{query.Executions, "-", `at character 1: a minus negates what follows it`},
		{query.Executions, `""`, `at character 1: a text to search for is not empty`},
		{query.Executions, ",ab", `at character 1: there is no text here`},
		{query.Executions, "a\xff", `the query is not UTF-8`},
		{query.Deliveries, "status:failed", `at character 8: status is a number, as in status:400..499, not "failed"`},
		{query.Deliveries, "status:99999999999999999999", `at character 8: status is a number`},
		{query.Deliveries, "gate:signatur", `at character 6: gate is never "signatur"; did you mean signature?`},
		{query.Deliveries, "ip:300.1.1.1", `at character 4: "300.1.1.1" is not an IP address or a network such as 10.0.0.0/8`},
		{query.Deliveries, "ip:fe80::1%eth0", `at character 4: "fe80::1%eth0" is not an IP address`},
	} {
		_, err := query.Parse(c.of, c.text, now)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Message(err), c.want) {
			t.Errorf("%s:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	_, err := query.Parse(query.Executions, `stauts:x workflow:ok mode:"as ync" took:2`, now)
	got := query.Problems(err)
	want := [][2]int{{0, 6}, {26, 34}, {40, 41}}
	if len(got) != len(want) {
		t.Fatalf("%v", err)
	}
	for i, p := range got {
		if p.Start != want[i][0] || p.End != want[i][1] {
			t.Errorf("%s: at %d to %d", p.Message, p.Start, p.End)
		}
	}
}

func TestHostileQueriesAreRefusedQuickly(t *testing.T) {
	var terms, ids []string
	for i := range 10_000 {
		terms = append(terms, fmt.Sprintf("a%d", i))
	}
	for range 600 {
		ids = append(ids, "x")
	}
	for text, want := range map[string]string{
		strings.Join(terms, " "):                         "at most 8192 bytes",
		strings.Repeat("aa ", query.MaxTerms+1):          "at most 50 terms",
		"workflow:" + strings.Join(ids, ","):             "at most 500 values",
		strings.Repeat("x:1 ", 2000):                     "the query has 10 mistakes",
		strings.Repeat(`"`, 8001):                        "",
		"data" + strings.Repeat(`."`, 3000):              "write a space",
		"data" + strings.Repeat(`.`, 8000) + ":1":        "needs a name",
		"workflow:" + strings.Repeat(",", 8000):          "needs a value",
		"data.a:1e99999999999999999999..2":               "",
		"data.a:>" + strings.Repeat("9", 8000):           "",
		strings.Repeat("-", 8000):                        "",
		"took:" + strings.Repeat(">", 8000) + "1s":       "is not a comparison",
		"label." + strings.Repeat("a", 8000) + ":x":      "",
		"created:" + strings.Repeat("9", 100) + "-01-01": "is not a time",
		"since:9999999999999999h":                        "since",
	} {
		_, err := query.Parse(query.Executions, text, now)
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%.40s: got %v, want %s", text, err, want)
		}
	}
}

func TestEveryFieldIsDocumentedWithAnExample(t *testing.T) {
	for _, f := range query.Fields() {
		for _, r := range []query.Resource{query.Executions, query.Deliveries} {
			example := f.Example
			if f.Name == "id" && r == query.Deliveries {
				example = strings.ReplaceAll(example, "exe_", "dlv_")
			}
			q, err := query.Parse(r, example, now)
			if !f.In(r) {
				continue
			}
			if err != nil || q.Terms[0].Field != f.Name || q.String() != example {
				t.Errorf("%s: %s: %v %v", r, example, q, err)
			}
			if q.Content() != f.Content {
				t.Errorf("%s: content is %v", f.Name, q.Content())
			}
		}
	}
}

func TestTermsMadeByProgramsAreLikeWrittenOnes(t *testing.T) {
	q := query.Query{}.And(query.Is("workflow", "a b", "c*"), query.Is("status", "failed"))
	if got, want := q.String(), `workflow:"a b","c*" status:failed`; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	stable(t, query.Executions, q)
}

func FuzzParse(f *testing.F) {
	for _, field := range query.Fields() {
		f.Add(field.Example, true)
		f.Add("-"+field.Example+","+field.Example, false)
	}
	for _, s := range []string{`"a\"`, `a:b:c`, `data."x".*:1..2`, `-"-"`, "took:>=1h..", `label."":x`, "ip:1.2.3.4/8", "a,b,\"c\"", `workflow:\`, "data.a:1e5..", "éé", `data.".":"*"`} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, text string, executions bool) {
		of := query.Deliveries
		if executions {
			of = query.Executions
		}
		q, err := query.Parse(of, text, now)
		if err != nil {
			list := query.Problems(err)
			if !fault.Is(err, fault.Invalid) || len(list) == 0 || len(fault.Message(err)) > 1000 {
				t.Fatalf("%v", err)
			}
			for _, p := range list {
				if p.Start < 0 || p.End < p.Start || p.End > len(text) {
					t.Fatalf("%q: at %d to %d of %d: %s", text, p.Start, p.End, len(text), p.Message)
				}
			}
			return
		}
		for _, term := range q.Terms {
			if len(term.Any) == 0 || term.End <= term.Start || term.End > len(text) {
				t.Fatalf("%+v", term)
			}
		}
		if len(q.String()) <= query.MaxText {
			stable(t, of, q)
		}
	})
}
