package compare

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hookline.dev/hookline/internal/value"
)

func TestDocuments(t *testing.T) {
	doc := func(nodes string) string {
		return `{"workflow":"w","trigger":{"methods":["POST"],"path":"/a"},"nodes":[` + nodes + `]}`
	}
	a, b, c := `{"key":"a","config":{"x":1.0,"l":[1,2]}}`, `{"key":"b","branches":{"then":[{"key":"c","config":null}]}}`, `{"key":"d"}`
	for name, x := range map[string]struct {
		before, after string
		want          []string
	}{
		"equal":               {doc(a), doc(a), nil},
		"number text":         {doc(a), doc(strings.ReplaceAll(a, "1.0", "1")), []string{"changed a /config/x 1.0 → 1"}},
		"an element":          {doc(a), doc(strings.ReplaceAll(a, "[1,2]", "[1,3]")), []string{"changed a /config/l/1 2 → 3"}},
		"a longer list":       {doc(a), doc(strings.ReplaceAll(a, "[1,2]", "[1]")), []string{"changed a /config/l [1,2] → [1]"}},
		"a new member":        {doc(c), doc(`{"key":"d","config":1}`), []string{"changed d /config  → 1"}},
		"the trigger":         {doc(""), strings.ReplaceAll(doc(""), "/a", "/b"), []string{`changed  /trigger/path "/a" → "/b"`}},
		"added with below":    {doc(a), doc(a + "," + b), []string{`added b   → {"key":"b"}`, `added c   → {"key":"c","config":null}`}},
		"removed":             {doc(a + "," + c), doc(a), []string{`removed d  {"key":"d"} → `}},
		"another order":       {doc(a + "," + b + "," + c), doc(c + "," + a + "," + b), []string{"moved d   → "}},
		"out of a branch":     {doc(b), doc(`{"key":"b","branches":{"then":[]}},{"key":"c","config":null}`), []string{"moved c   → "}},
		"moved and changed":   {doc(b), doc(`{"key":"b","branches":{"then":[]}},{"key":"c","config":1}`), []string{"moved c   → ", "changed c /config null → 1"}},
		"another key":         {doc(c), doc(`{"key":"e"}`), []string{`added e   → {"key":"e"}`, `removed d  {"key":"d"} → `}},
		"no object any more":  {doc(c), `[1]`, []string{"changed   " + doc(c) + " → [1]", `removed d  {"key":"d"} → `}},
		"keys given twice":    {doc(c + "," + c), doc(c), []string{`removed d#1  {"key":"d"} → `}},
		"a name with a slash": {doc(`{"key":"a","config":{"a/b":1}}`), doc(`{"key":"a","config":{"a/b":2}}`), []string{"changed a /config/a~1b 1 → 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, c := range Documents(value.Trusted(x.before), value.Trusted(x.after)) {
				text := func(v value.Value) string {
					if v.IsMissing() {
						return ""
					}
					return v.Text()
				}
				got = append(got, fmt.Sprintf("%s %s %s %s → %s", c.Kind, c.Node, c.Path, text(c.Before), text(c.After)))
			}
			if diff := cmp.Diff(x.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLines(t *testing.T) {
	want := "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n@@ -17,4 +17,5 @@\n 17\n 18\n 19\n 20\n+21\n"
	var before strings.Builder
	for i := range 20 {
		fmt.Fprintln(&before, i+1)
	}
	want = strings.Replace(want, "@@ -17,4 +17,5 @@\n 17\n", "@@ -18,3 +18,4 @@\n", 1)
	got := Lines("a", before.String(), "b", strings.Replace(before.String(), "5\n", "five\n", 1)+"21\n")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if Lines("a", "x", "b", "x") != "" {
		t.Error("equal texts differ")
	}
}

// patch applies a difference strictly: every line that it names must be where it says.
func patch(t *rapid.T, before, diff string) string {
	old := strings.SplitAfter(before, "\n")
	var out strings.Builder
	at := 0
	for i, line := range strings.SplitAfter(diff, "\n") {
		switch {
		case i < 2 || line == "":
		case line[0] == '@':
			var from, n int
			if _, err := fmt.Sscanf(line, "@@ -%d,%d", &from, &n); err != nil {
				if _, err := fmt.Sscanf(line, "@@ -%d", &from); err != nil {
					t.Fatalf("%q: %v", line, err)
				}
				n = 1
			}
			if n > 0 {
				from--
			}
			for ; at < from; at++ {
				out.WriteString(old[at])
			}
		case line[0] == '+':
			out.WriteString(line[1:])
		default:
			if old[at] != line[1:] {
				t.Fatalf("line %d is %q, not %q:\n%s", at+1, old[at], line[1:], diff)
			}
			if line[0] == ' ' {
				out.WriteString(line[1:])
			}
			at++
		}
	}
	return out.String() + strings.Join(old[at:], "")
}

// Whatever two texts are, the difference turns one into the other.
func TestTheLinesTurnOneTextIntoTheOther(t *testing.T) {
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a\n", "b\n", "c\n", "d\n", "e\n", "f\n", "g\n", "h\n"}), 0, 24).Draw(t, "lines"), "")
	})
	rapid.Check(t, func(t *rapid.T) {
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		diff := Lines("text", before, "text", after)
		if diff == "" && before == after {
			return
		}
		if got := patch(t, before, diff); got != after {
			t.Fatalf("the difference makes\n%s\nof\n%s\nand not\n%s\n\n%s", got, before, after, diff)
		}
	})
}
