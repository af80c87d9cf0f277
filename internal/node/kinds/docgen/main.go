// Command docgen writes docs/reference/nodes.md from the code: each kind's Info, the comments and tags of its
// config struct, and its stories named example*.txtar. Run it with `go generate ./internal/node/kinds`; a test
// fails if the page is stale.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"hookline.dev/hookline/internal/node/kinds"
)

// Paths below the module's root.
const (
	pageFile  = "docs/reference/nodes.md"
	nodesDir  = "internal/node"
	fileMode  = 0o644
	dirMode   = 0o755
	storyGlob = "testdata/example*.txtar"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: docgen MODULE_ROOT")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

func write(root string) error {
	text, err := page(filepath.Join(root, nodesDir), kinds.Set(kinds.Deps{}))
	if err != nil {
		return err
	}
	file := filepath.Join(root, pageFile)
	if err := os.MkdirAll(filepath.Dir(file), dirMode); err != nil { // the developer chooses the folder
		return err
	}
	return os.WriteFile(file, text, fileMode) // likewise
}
