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
