package edit

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/value"
)

const base = `{"workflow":"w","n":1.0,"nodes":[` +
	`{"key":"a","type":"condition","config":{"when":"true"},"branches":{"then":[{"key":"b","type":"loop","config":{"over":"{{$nodes.a}}"}}]}},` +
	`{"key":"c","type":"script","config":{"source":"return nodes.a + 1"}}]}`

func at(node, branch string, index int) *Place { return &Place{node, branch, index} }

func TestOperations(t *testing.T) {
	node := value.Trusted(`{"key":"d","type":"end"}`)
	text := func(s string) value.Value { return value.Trusted(s) }
	for name, c := range map[string]struct {
		ops   []Operation
		has   []string // in the document afterwards
		lacks []string
		fails string // in the error
		left  []string
	}{
		"add at the end":            {ops: []Operation{{Op: Add, Node: node, At: at("", "", 2)}}, has: []string{`"}},{"key":"d","type":"end"}]}`}},
		"add in a branch":           {ops: []Operation{{Op: Add, Node: node, At: at("a", "then", 0)}}, has: []string{`"then":[{"key":"d"`}},
		"add in a new branch":       {ops: []Operation{{Op: Add, Node: node, At: at("a", "else", 0)}}, has: []string{`"else":[{"key":"d"`}},
		"add below a leaf":          {ops: []Operation{{Op: Add, Node: node, At: at("c", "error", 0)}}, has: []string{`"branches":{"error":[{"key":"d"`}},
		"add a key that is taken":   {ops: []Operation{{Op: Add, Node: text(`{"key":"b"}`), At: at("", "", 0)}}, fails: `operations[0].node.key: the key "b" is taken`},
		"add outside of the list":   {ops: []Operation{{Op: Add, Node: node, At: at("", "", 4)}}, fails: "operations[0].at.index: must be from 0 to 2"},
		"add nowhere":               {ops: []Operation{{Op: Add, Node: node}}, fails: "operations[0].at: is required"},
		"add no node":               {ops: []Operation{{Op: Add, At: at("", "", 0), Node: text(`[]`)}}, fails: "operations[0].node"},
		"add below nothing":         {ops: []Operation{{Op: Add, Node: node, At: at("aa", "then", 0)}}, fails: `operations[0].at.node: there is no node "aa"`},
		"remove with what is below": {ops: []Operation{{Op: Remove, Key: "a"}}, lacks: []string{`"b"`, `"a"`}},
		"remove twice":              {ops: []Operation{{Op: Remove, Key: "a"}, {Op: Remove, Key: "b"}}, fails: "operations[1].key: there is no node"},
		"move out of a branch":      {ops: []Operation{{Op: Move, Key: "b", At: at("", "", 2)}}, has: []string{`"then":[]`, `{{$nodes.a}}"}}]}`}},
		"move in the same list":     {ops: []Operation{{Op: Move, Key: "a", At: at("", "", 1)}}, has: []string{`"nodes":[{"key":"c"`}},
		"move into itself":          {ops: []Operation{{Op: Move, Key: "a", At: at("b", "do", 0)}}, fails: "inside the node that moves"},
		"set in a node":             {ops: []Operation{{Op: Set, Key: "b", Path: "/config/over", Value: text(`1.50`)}}, has: []string{`"over":1.50`}},
		"set a new member":          {ops: []Operation{{Op: Set, Path: "/title", Value: text(`"T"`), Index: new(1)}}, has: []string{`{"workflow":"w","title":"T"`}},
		"set in the document":       {ops: []Operation{{Op: Set, Path: "/nodes/0/branches/then/0/config", Value: text(`{"a/b":{"~":1}}`)}, {Op: Set, Key: "b", Path: "/config/a~1b/~0", Value: text(`2`)}}, has: []string{`"a/b":{"~":2}`}},
		"set the end of a list":     {ops: []Operation{{Op: Set, Path: "/list", Value: text(`[1]`)}, {Op: Set, Path: "/list/-", Value: text(`2`)}}, has: []string{`"list":[1,2]`}},
		"remove from a list":        {ops: []Operation{{Op: Set, Path: "/list", Value: text(`[1,2,3]`)}, {Op: Set, Path: "/list/1"}}, has: []string{`"list":[1,3]`}},
		"remove what is not there":  {ops: []Operation{{Op: Set, Path: "/nope"}}, fails: "there is no /nope"},
		"set below nothing":         {ops: []Operation{{Op: Set, Path: "/trigger/auth/basic", Value: text(`1`)}}, fails: "operations[0].path: there is no /trigger; set it first"},
		"set below a text":          {ops: []Operation{{Op: Set, Path: "/workflow/x", Value: text(`1`)}}, fails: "/workflow is neither an object nor a list"},
		"set everything":            {ops: []Operation{{Op: Set, Path: "", Value: text(`1`)}}, fails: "JSON pointer"},
		"set a key":                 {ops: []Operation{{Op: Set, Key: "a", Path: "/key", Value: text(`"x"`)}}, fails: "rename gives a node another key"},
		"set a key twice":           {ops: []Operation{{Op: Set, Key: "a", Path: "/branches", Value: text(`{"then":[{"key":"a"}]}`)}}, fails: "is given to 2 nodes"},
		"set with a wrong pointer":  {ops: []Operation{{Op: Set, Path: "/a~2", Value: text(`1`)}}, fails: "a ~ is written ~0"},
		"set a name twice":          {ops: []Operation{{Op: Set, Path: "/x", Value: text(`{"y":{"z":1,"z":2}}`)}}, fails: `operations[0].value/y/z: "z" is given twice`},
		"rename":                    {ops: []Operation{{Op: Rename, Key: "a", To: "x"}}, has: []string{`"key":"x"`, `{{$nodes.x}}`, "nodes.a + 1"}, left: []string{"/nodes/1/config/source return nodes.a + 1"}},
		"rename to a taken key":     {ops: []Operation{{Op: Rename, Key: "a", To: "c"}}, fails: "operations[0].to: the key"},
		"rename to nothing":         {ops: []Operation{{Op: Rename, Key: "a"}}, fails: "operations[0].to: is required"},
		"replace":                   {ops: []Operation{{Op: Replace, Value: text(`[ 1.0 ]`)}}, has: []string{`[1.0]`}},
		"replace by nothing":        {ops: []Operation{{Op: Replace}}, fails: "operations[0].value: is required"},
		"replace, then add":         {ops: []Operation{{Op: Replace, Value: text(`{}`)}, {Op: Add, Node: node, At: at("", "", 0)}}, has: []string{`{"nodes":[{"key":"d","type":"end"}]}`}},
		"add to no object":          {ops: []Operation{{Op: Replace, Value: text(`[]`)}, {Op: Add, Node: node, At: at("", "", 0)}}, fails: "operations[1].at: the document is not an object"},
		"an unknown operation":      {ops: []Operation{{Op: "mov"}}, fails: `did you mean "move"?`},
		"too many":                  {ops: make([]Operation, MaxOperations+1), fails: "at most 1000"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := Apply(value.Trusted(base), c.ops)
			if c.fails != "" {
				if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.fails) {
					t.Fatalf("error is %v, want %s", err, c.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range c.has {
				if !strings.Contains(out.Document.Text(), text) {
					t.Errorf("%s\nlacks %s", out.Document, text)
				}
			}
			for _, text := range c.lacks {
				if strings.Contains(out.Document.Text(), text) {
					t.Errorf("%s\nhas %s", out.Document, text)
				}
			}
			var left []string
			for _, r := range out.Left {
				left = append(left, r.Path+" "+r.Text)
			}
			if diff := cmp.Diff(c.left, left); diff != "" {
				t.Error("references left", diff)
			}
			undoes(t, base, out)
		})
	}
}

// undoes checks that the inverse restores the document, and that the inverse of the inverse does it again.
func undoes(t interface {
	Helper()
	Fatalf(string, ...any)
}, before string, out Result) {
	t.Helper()
	back, err := Apply(out.Document, out.Inverse)
	if err != nil {
		t.Fatalf("the inverse %+v fails: %v", out.Inverse, err)
	}
	if back.Document.Text() != before {
		t.Fatalf("the inverse makes\n%s\nof\n%s\nthe document was\n%s", back.Document, out.Document, before)
	}
	again, err := Apply(back.Document, back.Inverse)
	if err != nil || again.Document.Text() != out.Document.Text() {
		t.Fatalf("the inverse of the inverse makes %s, not %s: %v", again.Document, out.Document, err)
	}
}

func TestRenameFindsEveryReference(t *testing.T) {
	doc := func(key, config string) string {
		return `{"nodes":[{"key":"` + key + `","type":"loop"},{"key":"z","type":"x","config":` + config + `}]}`
	}
	for config, want := range map[string]string{
		`"{{$nodes.old}}"`: `"{{$nodes.new}}"`,
		`"{{ $nodes.old.id }} and {{$nodes.older.id}} and {{$nodes[\"old\"].x}}"`: `"{{ $nodes.new.id }} and {{$nodes.older.id}} and {{$nodes[\"new\"].x}}"`,
		`"{{$jobsMapByNodeKey.old:none}}"`:                                        `"{{$jobsMapByNodeKey.new:none}}"`,
		`"{{ upper($scopes.old.item) + '$nodes.old' }}"`:                          `"{{ upper($scopes.new.item) + '$nodes.old' }}"`,
		`{"when":"$nodes.old == $nodes.old.a && true"}`:                           `{"when":"$nodes.new == $nodes.new.a && true"}`,
		`{"{{$nodes.old}}":["{{$nodes.old}}"],"b":{"c":"{{$scopes.old.index}}"}}`: `{"{{$nodes.new}}":["{{$nodes.new}}"],"b":{"c":"{{$scopes.new.index}}"}}`,
		`{"assign":"old","value":"old"}`:                                          `{"assign":"new","value":"old"}`,
		`"an old text, $nodes.older"`:                                             `"an old text, $nodes.older"`,
		`"$context.data.old"`:                                                     `"$context.data.old"`,
	} {
		before := doc("old", config)
		out, err := Apply(value.Trusted(before), []Operation{{Op: Rename, Key: "old", To: "new"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := out.Document.Text(); got != doc("new", want) {
			t.Errorf("%s becomes\n%s, want\n%s", config, got, doc("new", want))
		}
		if len(out.Left) > 0 {
			t.Errorf("%s: left %+v", config, out.Left)
		}
		undoes(t, before, out)
	}
	for _, config := range []string{`"costs $ as in $nodes.old"`, `"{{ $nodes.old"`, `"{{$nodes[\"\\u006fld\"].x}} $nodes.old"`} {
		out, err := Apply(value.Trusted(doc("old", config)), []Operation{{Op: Rename, Key: "old", To: "new"}})
		if err != nil || len(out.Left) != 1 || out.Left[0].Path != "/nodes/1/config" {
			t.Errorf("%s: left is %+v, %v", config, out.Left, err)
		}
	}
}
