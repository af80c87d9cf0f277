package nodetest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/collection"
	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/flow"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/node"
	"hookline.dev/hookline/internal/value"
)

func TestYAMLBecomesExactJSON(t *testing.T) {
	for text, want := range map[string]string{
		"{a: 1.0, b: 9007199254740993, c: 1e2}":     `{"a":1.0,"b":9007199254740993,"c":1e2}`,
		"z: [true, null, ~, text, \"5\"]\na: {}":    `{"z":[true,null,null,"text","5"],"a":{}}`,
		"at: 2026-03-01T12:00:00Z":                  `{"at":"2026-03-01T12:00:00Z"}`,
		"a: &x {k: v}\nb: *x":                       `{"a":{"k":"v"},"b":{"k":"v"}}`,
		"":                                          `null`,
		"source: |\n  a\n  b\n":                     `{"source":"a\nb\n"}`,
		`{"json": ["\u00e9", -0.50], "x": {"y":1}}`: `{"json":["é",-0.50],"x":{"y":1}}`,
	} {
		have, err := readYAML(text)
		if err != nil || have.Text() != want {
			t.Errorf("%q reads as %s, %v; want %s", text, have, err, want)
		}
	}
	for _, text := range []string{"{", "a: 0x1f", "a: .nan"} {
		if v, err := readYAML(text); err == nil {
			t.Errorf("%q reads as %s; want an error", text, v)
		}
	}
}

func TestAStoryThatIsNoneIsRefused(t *testing.T) {
	for text, says := range map[string]string{
		"-- config --\n{}\n":                       "what the story is about",
		"About.\n-- context --\n{}\n":              "no section config",
		"About.\n-- config --\n{}\n-- confg --\n1": `no section "confg"`,
		"About.\n-- config --\n{\n":                "section config",
	} {
		file := filepath.Join(t.TempDir(), "a.txtar")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readStory(file); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q gives %v, want an error saying %q", text, err, says)
		}
	}
}

func TestRewritingAStoryKeepsWhatGoesIn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.txtar")
	before := "About.\n-- config --\n{a: 1}\n-- result --\nold\n-- now --\n2026-03-01T12:00:00Z\n"
	if err := os.WriteFile(file, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := readStory(file)
	if err != nil {
		t.Fatal(err)
	}
	o := outcome{input: value.Trusted(`{"b":1.0}`), result: node.Result{Branch: "then"}}
	if err := s.rewrite(o.sections()); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := "About.\n-- config --\n{a: 1}\n-- now --\n2026-03-01T12:00:00Z\n-- input --\n{\n  \"b\": 1.0\n}\n-- branch --\nthen\n"
	if diff := cmp.Diff(want, string(after)); diff != "" {
		t.Error(diff)
	}
}

func TestEverythingThatComesOutIsShown(t *testing.T) {
	o := outcome{
		input: value.Trusted(`1`),
		result: node.Result{
			Value: value.Trusted(`{"a":1.0}`), Branch: "b", Ends: flow.Failed,
			Op:    &collection.Op{Kind: collection.Create, Collection: "c", Values: value.Trusted(`{}`)},
			Reply: &hook.Reply{Status: 201, Headers: []hook.Header{{Name: "A", Value: "1"}}, Body: []byte("ok")},
			Until: time.Date(2026, 3, 1, 13, 0, 0, 0, time.FixedZone("", 3600)),
			Error: &flow.Error{Code: "fail", Message: "m"}, Log: []flow.LogLine{{Level: "warn", Text: "t"}},
		},
	}
	want := map[string]string{
		"input": "1", "result": `{"a":1.0}`, "branch": "b", "ends": "failed fail: m", "until": "2026-03-01T12:00:00Z",
		"op": "create c\n{}", "reply": "201\nA: 1\n\nok", "log": "warn: t",
	}
	if diff := cmp.Diff(want, contents(o.sections())); diff != "" {
		t.Error(diff)
	}
	failed := outcome{runErr: &node.Failure{Message: "m", Final: true, Log: []flow.LogLine{{Level: "log", Text: "t"}}}}
	if diff := cmp.Diff(map[string]string{"error": "error: m (final)", "log": "log: t"}, contents(failed.sections())); diff != "" {
		t.Error(diff)
	}
	busy := outcome{runErr: &node.Failure{Message: "m", RetryAfter: 90 * time.Second}}
	if diff := cmp.Diff(map[string]string{"error": "error: m (retry after 1m30s)"}, contents(busy.sections())); diff != "" {
		t.Error(diff)
	}
	wrong := outcome{problems: []decode.Problem{{Message: "m"}, {Path: "a", Message: "n"}}}
	if diff := cmp.Diff(map[string]string{"problems": "config: m\na: n"}, contents(wrong.sections())); diff != "" {
		t.Error(diff)
	}
	if have := showError(outcome{renderErr: errors.New("m")}); have != "template: m" {
		t.Errorf("an error of Render is shown as %q", have)
	}
}

func TestABreachOfTheContractIsFound(t *testing.T) {
	pure := node.Info{}
	branches := node.About{Branches: []string{"then"}}
	for says, test := range map[string]struct {
		info   node.Info
		about  node.About
		result node.Result
	}{
		"Op came":     {pure, node.About{}, node.Result{Op: &collection.Op{}}},
		"no Op":       {node.Info{Effect: node.Records}, node.About{}, node.Result{}},
		"Reply came":  {pure, node.About{}, node.Result{Reply: &hook.Reply{}}},
		"Until came":  {pure, node.About{}, node.Result{Until: time.Unix(1, 0)}},
		"no Error":    {pure, node.About{}, node.Result{Ends: flow.Failed}},
		"an Error":    {pure, node.About{}, node.Result{Error: &flow.Error{}}},
		"Ends is":     {pure, node.About{}, node.Result{Ends: flow.Waiting}},
		"without":     {pure, node.About{}, node.Result{Branch: "then"}},
		"with then":   {node.Info{Branches: node.ThenElse}, branches, node.Result{Branch: "maybe"}},
		"with then a": {node.Info{Branches: node.ThenElse}, branches, node.Result{}},
	} {
		have := breach(test.info, test.about, outcome{input: value.Null(), result: test.result})
		if !strings.Contains(have, strings.TrimSuffix(says, " a")) {
			t.Errorf("%s: it says %q", says, have)
		}
	}
	for says, failure := range map[string]*node.Failure{"is negative": {RetryAfter: -1}, "is final": {RetryAfter: 1, Final: true}, "": {RetryAfter: 1}} {
		have := breach(pure, node.About{}, outcome{input: value.Null(), runErr: failure})
		if !strings.Contains(have, says) || says == "" && have != "" {
			t.Errorf("%+v: it says %q, want %q", failure, have, says)
		}
	}
	if have := breach(pure, node.About{}, outcome{}); !strings.Contains(have, "no input") {
		t.Errorf("a missing input is not found: %q", have)
	}
}

func TestReplaceEachChangesOneLeafAtATime(t *testing.T) {
	var have []string
	for _, v := range replaceEach(value.Trusted(`{"a":1,"b":[2,{"c":3}]}`), value.Bool(true)) {
		have = append(have, v.Text())
	}
	want := []string{`{"a":true,"b":[2,{"c":3}]}`, `{"a":1,"b":[true,{"c":3}]}`, `{"a":1,"b":[2,{"c":true}]}`}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Error(diff)
	}
}
