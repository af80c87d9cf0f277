// Command docgen writes docs/reference/channels.md from the code: each kind's Info, the comments, tags and defaults of its
// config struct, and its story testdata/example.txtar. Run it with `go generate ./internal/channel/kinds`; a test fails
// if the page is stale.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// pageFile is the page, below the module's root.
const pageFile = "docs/reference/channels.md"

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: docgen MODULE_ROOT")
		os.Exit(2)
	}
	text, err := page(os.Args[1])
	if err == nil {
		err = os.WriteFile(filepath.Join(os.Args[1], pageFile), text, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}
