package configdoc_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/configdoc"
)

func TestEveryFieldNeedsAComment(t *testing.T) {
	dir := t.TempDir()
	source := "package x\n\ntype config struct {\n\tValue string `json:\"value\"`\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "config.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := configdoc.Read(dir); err == nil {
		t.Error("a field without a comment was taken")
	}
}

func TestNestedFieldsAreListedByPath(t *testing.T) {
	dir := t.TempDir()
	source := "package x\n\ntype config struct {\n" +
		"\t// Cases are tried in order.\n\tCases []each `json:\"cases\" required:\"true\" max:\"3\"`\n}\n\n" +
		"type each struct {\n\t// Name of the branch.\n\tName string `json:\"name\"`\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "config.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	have, err := configdoc.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []configdoc.Field{
		{Name: "cases", Kind: "list of objects", Rules: "required, at most 3 entries", Meaning: "Cases are tried in order."},
		{Name: "cases[].name", Kind: "text", Meaning: "Name of the branch."},
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Error(diff)
	}
}

func TestDefaultsComeFromTheLiteral(t *testing.T) {
	dir := t.TempDir()
	source := "package x\n\ntype config struct {\n\t// Mode of it.\n\tMode string `json:\"mode\"`\n\t// Port of it.\n\tPort int `json:\"port\"`\n" +
		"\t// Name of it.\n\tName string `json:\"name\"`\n}\n\nconst strict = \"strict\"\n\nvar c = config{Mode: strict, Port: 25}\n"
	if err := os.WriteFile(filepath.Join(dir, "config.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	have, err := configdoc.Read(dir)
	if err != nil || len(have) != 3 || have[0].Default != "strict" || have[1].Default != "25" || have[2].Default != "" {
		t.Errorf("%+v, %v", have, err)
	}
}
