package document

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/value"
)

func TestYAMLReadsWell(t *testing.T) {
	v := value.Trusted(`{"workflow":"orders","title":"Take an order","n":1.50,"big":90071992547409930,"on":true,"none":null,` +
		`"looks":["yes","1.0","null","0x1F","~","{{$context.data.a}}","a: b","# c","2026-01-02","- x",""],` +
		`"empty":{},"list":[],"source":"const a = 1;\nreturn a;\n"}`)
	want := `workflow: orders
title: Take an order
"n": 1.50
big: 90071992547409930
"on": true
none: null
looks:
  - "yes"
  - "1.0"
  - "null"
  - "0x1F"
  - "~"
  - '{{$context.data.a}}'
  - 'a: b'
  - '# c'
  - "2026-01-02"
  - '- x'
  - ""
empty: {}
list: []
source: |
  const a = 1;
  return a;
`
	got, err := YAML(v)
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, cmp.Diff(want, string(got)))
	}
}

// TestYAMLIsReadBackUnchanged reads back what is written, for any text in any place.
func TestYAMLIsReadBackUnchanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[-+.:#{}\[\],&*!|>'"%@ \n\t0-9a-zA-Z_~]{0,12}`)).Draw(t, "text")
		var list value.ArrayBuilder
		list.Add(value.String(text))
		var object value.ObjectBuilder
		object.Set("k"+text, list.Value())
		object.Set("v", value.String(text))
		v := object.Value()
		written, err := YAML(v)
		if err != nil {
			t.Fatal(err)
		}
		sources, problems := readYAML("a.yaml", written)
		if len(problems) > 0 || len(sources) != 1 {
			t.Fatalf("%q is written as\n%s\nand is not read: %v", v.Text(), written, problems)
		}
		if got := sources[0].root.value(); got.Text() != v.Text() {
			t.Fatalf("%s is written as\n%s\nand is read as %s", v.Text(), written, got.Text())
		}
	})
}
