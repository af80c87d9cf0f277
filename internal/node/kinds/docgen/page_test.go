package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hookline.dev/hookline/internal/node/kinds"
)

const root = "../../../.."

func TestPageIsCurrent(t *testing.T) {
	want, err := page(filepath.Join(root, nodesDir), kinds.Set(kinds.Deps{}))
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(filepath.Join(root, pageFile))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(have), string(want)); diff != "" {
		t.Errorf("%s is stale; run go generate ./internal/node/kinds (-have +want)\n%s", pageFile, diff)
	}
}

func TestEveryFieldNeedsAComment(t *testing.T) {
	dir := t.TempDir()
	source := "package x\n\ntype config struct {\n\tValue string `json:\"value\"`\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "config.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := readStructs(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := found.rows(configType, ""); err == nil {
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
	found, err := readStructs(dir)
	if err != nil {
		t.Fatal(err)
	}
	have, err := found.rows(configType, "")
	if err != nil {
		t.Fatal(err)
	}
	want := []row{
		{"cases", "list of objects", "required, at most 3 entries", "Cases are tried in order."},
		{"cases[].name", "text", "", "Name of the branch."},
	}
	if diff := cmp.Diff(want, have, cmp.AllowUnexported(row{})); diff != "" {
		t.Error(diff)
	}
}
