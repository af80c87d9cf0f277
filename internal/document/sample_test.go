package document_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/fault"
)

func TestParametersOfSamples(t *testing.T) {
	for name, c := range map[string]struct{ sample, want string }{
		"a URL": {"https://example.com/hook?query[0][a]=1&b=2&b=3", `parameters:
  query:
    - {key: "query[0].a"}
    - {key: "b[0]"}
`},
		"a path with a query": {"/hook?a=1", "parameters:\n  query:\n    - {key: a}\n"},
		"a query string":      {"?user[name]=x&a.b=1", "parameters:\n  query:\n    - {key: user.name}\n    - {key: \"[\\\"a.b\\\"]\"}\n"},
		"headers": {"X-GitHub-Event: push\r\nHost: x\r\nContent-Type: application/json\r\n", `parameters:
  headers:
    - {key: x-github-event}
    - {key: content-type}
`},
		"JSON": {`{"ref": "r", "commits": [{"id": 1, "author": {"any name": "x"}}], "@type": 1, "empty": {}, "none": [], "1": 2}`, `parameters:
  body:
    - {key: ref}
    - {key: "commits[0].id"}
    - {key: "commits[0].author[\"any name\"]"}
    - {key: "@type"}
    - {key: empty}
    - {key: none}
    - {key: "1"}
`},
		"a JSON array": {`[{"a": 1}]`, "parameters:\n  body:\n    - {key: \"[0].a\"}\n"},
		"a request": {"POST /x?q=1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nX-Token: t\r\n\r\na[b]=1\r\n", `parameters:
  headers:
    - {key: content-type}
    - {key: x-token}
  query:
    - {key: q}
  body:
    - {key: a.b}
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
