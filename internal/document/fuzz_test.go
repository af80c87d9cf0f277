package document_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"hookline.dev/hookline/internal/document"
	"hookline.dev/hookline/internal/value"
)

func FuzzYAML(f *testing.F) { fuzzParse(f, "a.yaml") }

func FuzzJSON(f *testing.F) { fuzzParse(f, "a.json") }

// fuzzParse checks that any text gives either problems or a document that reads the same from its canonical form,
// and that the path from text to compiled workflow never panics.
func fuzzParse(f *testing.F, name string) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, section := range archive.Files {
			if filepath.Ext(section.Name) != ".out" && len(section.Data) < 4<<10 {
				f.Add(section.Data)
			}
		}
	}
	f.Add([]byte(whole))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, problems := document.Parse(name, text)
		for _, p := range problems {
			if p.Message == "" || p.File != name {
				t.Fatalf("a problem without text or file: %#v", p)
			}
		}
		_, found := document.Assemble([]document.File{file}, fakes())
		if len(problems) > 0 {
			return
		}
		for _, w := range file.Workflows {
			if _, err := value.Parse(w.Document.Text(), value.Limits{}); err != nil {
				t.Fatalf("the document is not JSON: %v\n%s", err, w.Document)
			}
			again, problems := document.Parse("again.json", []byte(w.Document.Text()))
			if len(problems) > 0 {
				t.Fatalf("the canonical form is refused:\n%s\n%s", document.Text(problems), w.Document)
			}
			if again.Workflows[0].Revision != w.Revision {
				t.Fatalf("the canonical form is another revision:\n%s\n%s", w.Document, again.Workflows[0].Document)
			}
			c, problems := document.Compile(w.Workflow, fakes())
			if len(found) == 0 && (c == nil || len(problems) > 0) {
				t.Fatalf("Assemble takes what Compile refuses:\n%s", document.Text(problems))
			}
		}
	})
}

func FuzzSample(f *testing.F) {
	for _, sample := range []string{"https://x/y?a[0][b]=1", "X-A: b\nC: d", `{"a b":[{"c":1}]}`, "POST / HTTP/1.1\nA: b\n\n{}", "a=1&a.b=2&[c]=3", "GET /?\"=1 HTTP/1.1"} {
		f.Add(sample)
	}
	push, err := os.ReadFile("../../examples/payloads/github_push_main.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(push))
	f.Fuzz(func(t *testing.T, sample string) {
		p, err := document.ParametersOf(sample)
		if err == nil {
			readsBack(t, document.ParametersYAML(p))
		}
	})
}
