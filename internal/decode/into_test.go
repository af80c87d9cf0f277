package decode_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/value"
)

type common struct {
	Title string `json:"title"`
}

type auth struct {
	None  bool
	Basic *struct {
		Username string `json:"username" required:"true"`
	} `json:"basic"`
}

func (a *auth) DecodeValue(v value.Value) []decode.Problem {
	if s, ok := v.Str(); ok && s == "none" {
		a.None = true
		return nil
	}
	type plain auth
	return decode.Into(v, (*plain)(a))
}

type sample struct {
	common
	Collection string                  `json:"collection" required:"true" max:"10"`
	Values     value.Value             `json:"values"`
	OnFalse    string                  `json:"onFalse" enum:"fail,end"`
	Attempts   int                     `json:"attempts" min:"1" max:"100"`
	Factor     float64                 `json:"factor" min:"1"`
	Strict     bool                    `json:"strict"`
	Timeout    time.Duration           `json:"timeout" max:"1h"`
	Memory     decode.Size             `json:"memory" min:"1MiB"`
	Methods    []string                `json:"methods" enum:"GET,POST" min:"1"`
	Headers    decode.Map[value.Value] `json:"headers"`
	Cases      []struct {
		Name string `json:"name" required:"true"`
	} `json:"cases"`
	Auth   *auth        `json:"auth"`
	Upsert decode.Later `json:"upsert"`
}

func (*sample) Hint(name string) string {
	if name == "dataSource" {
		return "dataSource is not needed here"
	}
	return ""
}

func TestIntoReportsEverythingWrongAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []decode.Problem
	}{
		"nothing":                         {`{"collection":"c"}`, nil},
		"required":                        {`{}`, []decode.Problem{{Path: "collection", Message: "is required"}}},
		"required but empty":              {`{"collection":""}`, []decode.Problem{{Path: "collection", Message: "is required and must not be empty"}}},
		"unknown field, near":             {`{"collection":"c","onflase":"end"}`, []decode.Problem{{Path: "onflase", Message: `unknown field "onflase"; did you mean "onFalse"?`}}},
		"unknown field, hinted":           {`{"collection":"c","dataSource":1}`, []decode.Problem{{Path: "dataSource", Message: `dataSource is not needed here`}}},
		"unknown field, none near":        {`{"collection":"c","cases":[{"name":"a","x":1}]}`, []decode.Problem{{Path: "cases[0].x", Message: `unknown field "x"; known: name`}}},
		"twice":                           {`{"collection":"c","collection":"d"}`, []decode.Problem{{Path: "collection", Message: `"collection" is given twice; keep one`}}},
		"not yet":                         {`{"collection":"c","upsert":["a"]}`, []decode.Problem{{Path: "upsert", Message: `"upsert" is not yet supported; leave it out`}}},
		"number for a string":             {`{"collection":5}`, []decode.Problem{{Path: "collection", Message: `must be a string, not the number 5; put it in quotes`}}},
		"null for a string":               {`{"collection":"c","title":null}`, []decode.Problem{{Path: "title", Message: `must be a string, not empty (null)`}}},
		"too long":                        {`{"collection":"ccccccccccc"}`, []decode.Problem{{Path: "collection", Message: `must have at most 10 characters, not 11`}}},
		"enum":                            {`{"collection":"c","onFalse":"fial"}`, []decode.Problem{{Path: "onFalse", Message: `must be one of fail, end, not "fial"; did you mean "fail"?`}}},
		"enum in a list":                  {`{"collection":"c","methods":["GET","PSOT"]}`, []decode.Problem{{Path: "methods[1]", Message: `must be one of GET, POST, not "PSOT"; did you mean "POST"?`}}},
		"list too short":                  {`{"collection":"c","methods":[]}`, []decode.Problem{{Path: "methods", Message: `must not be empty`}}},
		"text for a list":                 {`{"collection":"c","methods":"GET"}`, []decode.Problem{{Path: "methods", Message: `must be a list, not the string "GET"`}}},
		"number out of bounds":            {`{"collection":"c","attempts":0,"factor":0.5}`, []decode.Problem{{Path: "attempts", Message: `must be at least 1, not 0`}, {Path: "factor", Message: `must be at least 1, not 0.5`}}},
		"fraction for a whole number":     {`{"collection":"c","attempts":1.5}`, []decode.Problem{{Path: "attempts", Message: `must be a whole number, not the number 1.5`}}},
		"text for a boolean":              {`{"collection":"c","strict":"yes"}`, []decode.Problem{{Path: "strict", Message: `must be true or false, not the string "yes"`}}},
		"bare duration":                   {`{"collection":"c","timeout":5}`, []decode.Problem{{Path: "timeout", Message: `"5" is not a duration: a bare number has no unit; write 5s`}}},
		"bare duration in quotes":         {`{"collection":"c","timeout":"5"}`, []decode.Problem{{Path: "timeout", Message: `"5" is not a duration: a bare number has no unit; write 5s`}}},
		"duration over the bound":         {`{"collection":"c","timeout":"2h"}`, []decode.Problem{{Path: "timeout", Message: `must be at most 1h, not 2h`}}},
		"bare size":                       {`{"collection":"c","memory":64}`, []decode.Problem{{Path: "memory", Message: `"64" is not a size: a bare number has no unit; write 64MiB`}}},
		"size under the bound":            {`{"collection":"c","memory":"1KiB"}`, []decode.Problem{{Path: "memory", Message: `must be at least 1MiB, not 1KiB`}}},
		"header twice":                    {`{"collection":"c","headers":{"X Y":1,"X Y":2}}`, []decode.Problem{{Path: `headers["X Y"]`, Message: `"X Y" is given twice; keep one`}}},
		"inside a type that reads itself": {`{"collection":"c","auth":{"basic":{}}}`, []decode.Problem{{Path: "auth.basic.username", Message: "is required"}}},
		"no object":                       {`[1]`, []decode.Problem{{Message: "must be an object, not a list"}}},
		"several": {`{"colection":"c","cases":[{"name":""},7]}`, []decode.Problem{
			{Path: "colection", Message: `unknown field "colection"; did you mean "collection"?`},
			{Path: "cases[0].name", Message: "is required and must not be empty"},
			{Path: "cases[1]", Message: "must be an object, not the number 7"},
			{Path: "collection", Message: "is required"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var got sample
			if diff := cmp.Diff(c.want, decode.Into(parse(t, c.in), &got), cmpopts.IgnoreFields(decode.Problem{}, "Code")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestIntoFillsEveryKindOfField(t *testing.T) {
	got := sample{Attempts: 3, Timeout: time.Minute}
	problems := decode.Into(parse(t, `{
		"title": "T", "collection": "pushes", "values": {"b": 1.0, "a": null}, "onFalse": "end", "factor": 2,
		"strict": true, "timeout": "0s", "memory": "1.5MiB", "methods": ["GET"], "headers": {"Z": 1, "A": "x"},
		"cases": [{"name": "n"}], "auth": "none"}`), &got)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := sample{
		common: common{Title: "T"}, Collection: "pushes", Values: value.Trusted(`{"b": 1.0, "a": null}`), OnFalse: "end",
		Attempts: 3, Factor: 2, Strict: true, Memory: 3 << 19, Methods: []string{"GET"},
		Headers: decode.Map[value.Value]{{Name: "Z", Value: value.Int(1)}, {Name: "A", Value: value.String("x")}},
		Cases:   got.Cases, Auth: &auth{None: true},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(sample{}), cmp.Comparer(func(a, b value.Value) bool { return a.Kind() == b.Kind() && a.Text() == b.Text() })); diff != "" {
		t.Error(diff)
	}
	if len(got.Cases) != 1 || got.Cases[0].Name != "n" {
		t.Errorf("cases: %v", got.Cases)
	}
}

func TestNullLeavesAnOptionalPointerEmpty(t *testing.T) {
	var got sample
	if problems := decode.Into(parse(t, `{"collection":"c","auth":null}`), &got); len(problems) > 0 || got.Auth != nil {
		t.Errorf("got %v, problems %v", got.Auth, problems)
	}
}

func parse(t *testing.T, text string) value.Value {
	t.Helper()
	v, err := value.Parse(text, value.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}
