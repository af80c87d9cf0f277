package document_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
)

func TestParametersOfSamples(t *testing.T) {
	for name, c := range map[string]struct{ sample, want string }{
		"a URL": {"https://example.com/hook?query[0][a]=1&query[1][a]=4&b=2&b=3", `parameters:
  query:
    - {key: query, alias: Query}
    - {key: "query[0]", alias: "Query 1"}
    - {key: "query[0].a", alias: "Query 1 a"}
    - {key: "query[1]", alias: "Query 2"}
    - {key: "query[1].a", alias: "Query 2 a"}
    - {key: b, alias: B}
    - {key: "b[0]", alias: "B 1"}
    - {key: "b[1]", alias: "B 2"}
`},
		"a path with a query": {"/hook?a=1", "parameters:\n  query:\n    - {key: a, alias: A}\n"},
		"a query string": {"?user[name]=x&a.b=1", `parameters:
  query:
    - {key: user, alias: User}
    - {key: user.name, alias: Name}
    - {key: "[\"a.b\"]", alias: "A b"}
`},
		"headers": {"X-GitHub-Event: push\r\nHost: x\r\nContent-Type: application/json\r\n", `parameters:
  headers:
    - {key: x-github-event, alias: "Github event"}
    - {key: content-type, alias: "Content type"}
`},
		"JSON": {`{"ref": "r", "commits": [{"id": 1, "author": {"any name": "x"}}], "customerId": 1, "@type": 1, "empty": {}, "none": [], "1": 2, "a": {"id": 3}}`, `parameters:
  body:
    - {key: ref, alias: Ref}
    - {key: commits, alias: Commits}
    - {key: "commits[0]", alias: "Commits 1"}
    - {key: "commits[0].id", alias: "Commits 1 id"}
    - {key: "commits[0].author", alias: Author}
    - {key: "commits[0].author[\"any name\"]", alias: "Any name"}
    - {key: customerId, alias: "Customer id"}
    - {key: "@type", alias: Type}
    - {key: empty, alias: Empty}
    - {key: none, alias: None}
    - {key: "1", alias: "1"}
    - {key: a, alias: A}
    - {key: a.id, alias: "A id"}
`},
		"a JSON array": {`[{"a": 1}]`, "parameters:\n  body:\n    - {key: \"[0]\", alias: \"1\"}\n    - {key: \"[0].a\", alias: A}\n"},
		"XML":          {`<order id="7"><line>a</line></order>`, "parameters:\n  body:\n    - {key: order, alias: Order}\n    - {key: \"order.@id\", alias: Id}\n    - {key: order.line, alias: Line}\n"},
		"a request": {"POST /x?q=1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nX-Token: t\r\n\r\na[b]=1\r\n", `parameters:
  headers:
    - {key: content-type, alias: "Content type"}
    - {key: x-token, alias: Token}
  query:
    - {key: q, alias: Q}
  body:
    - {key: a, alias: A}
    - {key: a.b, alias: B}
`},
		"a multipart request": {"POST /x HTTP/1.1\nContent-Type: multipart/form-data; boundary=zz\n\n--zz\nContent-Disposition: form-data; name=\"a[0]\"\n\nx\n--zz--\n", `parameters:
  headers:
    - {key: content-type, alias: "Content type"}
  body:
    - {key: a, alias: A}
    - {key: "a[0]", alias: "A 1"}
`},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := document.ParametersOf(c.sample)
			if err != nil {
				t.Fatal(err)
			}
			text := document.ParametersYAML(p)
			if diff := cmp.Diff(c.want, text); diff != "" {
				t.Error(diff)
			}
			readsBack(t, text)
		})
	}
}

func TestAParameterShowsItsValueAsItCame(t *testing.T) {
	p, err := document.ParametersIn(hook.Request{
		ContentType: "application/json", Query: "page_token=t&n=007",
		Headers: []hook.Header{{Name: "Authorization", Value: "Bearer xyzzy"}, {Name: "X-Gitlab-Token", Value: "xyzzy"}, {Name: "X-Event", Value: "push"}},
		Body:    []byte(`{"n":1.50,"e":1E+2,"s":"` + strings.Repeat("ä", 200) + `","t":true,"z":null,"o":{"b":1,"a":2},"password":"xyzzy","secrets":[{"x":"xyzzy"}],"n2":0,"o":{"b":1}}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, part := range [][]document.FoundParameter{p.Headers, p.Query, p.Body} {
		for _, f := range part {
			fmt.Fprintf(&got, "%s %v %d %.24s %v\n", f.Key, f.Kind, f.Length, f.Sample, f.Cut)
		}
	}
	const want = `authorization string 0 Bearer ******** false
x-gitlab-token string 0 ******** false
x-event string 0 push false
page_token string 0 ******** false
n string 0 007 false
n number 0 1.50 false
e number 0 1E+2 false
s string 0 ääääääääääääääääääääääää true
t boolean 0 true false
z null 0 null false
o object 1  false
o.b number 0 1 false
password string 0 ******** false
secrets array 1  false
secrets[0] object 1  false
secrets[0].x string 0 ******** false
n2 number 0 0 false
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Error(diff)
	}
}

func TestALargeSampleIsBounded(t *testing.T) {
	list := strings.TrimSuffix(strings.Repeat(`{"a":1,"b":[1,2]},`, 1000), ",")
	deep := strings.Repeat(`{"a":`, 60) + "1" + strings.Repeat("}", 60)
	for name, c := range map[string]struct {
		body, last string
		listed     int
		omitted    string
	}{
		"elements are left out before fields": {`{"list":[` + list + `],"after":1}`, "after", 1 + 10*5 + 1, "4950 more are left out"},
		"many fields":                         {`{"x0":0` + numbered(",\"x%d\":1", 700) + `}`, "x499", 500, "201 more are left out"},
		"a deep value":                        {`{"d":` + deep + `}`, "d" + strings.Repeat(".a", 31), 32, "at least 1 more are left out"},
		"a long name":                         {`{"a":1,"` + strings.Repeat("x", 2000) + `":[1]}`, "a", 1, "at least 1 more are left out"},
		"very many":                           {`[` + strings.Repeat("1,", 150_000) + `1]`, "[99]", 100, "at least 99900 more are left out"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := document.ParametersIn(hook.Request{ContentType: "application/json", Body: []byte(c.body)})
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Body) != c.listed || p.Body[len(p.Body)-1].Key != c.last || p.Omitted["body"].String() != c.omitted {
				t.Errorf("%d, the last is %s, %s", len(p.Body), p.Body[len(p.Body)-1].Key, p.Omitted["body"])
			}
			if text := document.ParametersYAML(p); !strings.Contains(text, "# "+c.omitted) {
				t.Errorf("%.200s", text)
			} else {
				readsBack(t, text)
			}
		})
	}
}

// numbered repeats a format for the numbers from 1 to n.
func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i+1)
	}
	return b.String()
}

// readsBack puts printed parameters into a document and checks that it parses.
func readsBack(t *testing.T, text string) {
	t.Helper()
	indented := "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
	if _, problems := document.Parse("a.yaml", []byte("workflow: a\ntrigger:\n  type: webhook\n"+indented+"\n")); len(problems) > 0 {
		t.Errorf("%s\n%s", document.Text(problems), text)
	}
}

func TestSamplesThatHoldNothing(t *testing.T) {
	for sample, want := range map[string]string{
		"":                    "the sample is empty",
		"hello\nworld":        "the sample is not a URL",
		"https://example.com": "the sample holds no parameters",
		"{":                   "not valid JSON",
		"{}":                  "the sample holds no parameters",
	} {
		_, err := document.ParametersOf(sample)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Message(err), want) {
			t.Errorf("%q: got %v, want %s", sample, err, want)
		}
	}
}
