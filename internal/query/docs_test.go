package query_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"hookline.dev/hookline/internal/query"
)

const page = "../../docs/queries.md"

var update = flag.Bool("update", false, "write the table of fields")

// TestTheDocumentedFieldsAreThoseThatThereAre compares the table in docs/queries.md with Fields. With -update it writes it.
func TestTheDocumentedFieldsAreThoseThatThereAre(t *testing.T) {
	const begin, end = "<!-- fields -->\n", "<!-- /fields -->"
	raw, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(raw), begin)
	have, after, found := strings.Cut(rest, end)
	if !found {
		t.Fatalf("%s has no table of fields", page)
	}
	want := table()
	if have == want {
		return
	}
	if !*update {
		t.Fatalf("%s is stale; run go test ./internal/query -run Documented -update", page)
	}
	if err := os.WriteFile(page, []byte(before+begin+want+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func table() string {
	var b strings.Builder
	b.WriteString("| field | in | compares | example |\n|---|---|---|---|\n")
	for _, f := range query.Fields() {
		name := "`" + f.Name + "`"
		switch {
		case f.Kind == query.Free:
			name = "a text"
		case f.Kind == query.Data:
			name = "`data.PATH`"
		case f.Named:
			name = "`" + f.Name + ".NAME`"
		}
		var in []string
		for _, r := range f.Of {
			in = append(in, string(r))
		}
		what := f.Doc
		if len(f.Values) > 0 {
			what += ": `" + strings.Join(f.Values, "` `") + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | `%s` |\n", name, strings.Join(in, ", "), what, f.Example)
	}
	return b.String()
}
