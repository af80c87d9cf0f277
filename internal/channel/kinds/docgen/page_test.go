package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"hookline.dev/hookline/internal/channel/kinds"
	"hookline.dev/hookline/internal/value"
)

const root = "../../../.."

func TestPageIsCurrent(t *testing.T) {
	want, err := page(root)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(filepath.Join(root, pageFile))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(have), string(want)); diff != "" {
		t.Errorf("%s is stale; run go generate ./internal/channel/kinds (-have +want)\n%s", pageFile, diff)
	}
}

func TestTheExampleOfEmailCompiles(t *testing.T) {
	story, err := txtar.ParseFile(filepath.Join(root, "internal/channel/email/testdata/example.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	if _, problems := kinds.Set(nil).Find("email").Compile(value.Trusted(string(story.Files[0].Data))); len(problems) > 0 {
		t.Error(problems)
	}
}
