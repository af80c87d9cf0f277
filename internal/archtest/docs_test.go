package archtest

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dependencies is the page that names every direct dependency.
const dependencies = "docs/adr/0004-dependencies.md"

func testDependencies(t *testing.T, pkgs []pkg) {
	t.Helper()
	page := read(t, dependencies)
	used := make(map[string]string)
	for _, p := range pkgs {
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if m := moduleOf(t, imported); m != "" {
				used[m] = p.ImportPath
			}
		}
	}
	for m, by := range used {
		if !strings.Contains(page, "`"+m+"`") {
			t.Errorf("%s imports %s: say in %s in one sentence why, or do without it", by, m, dependencies)
		}
	}
	for _, named := range regexp.MustCompile("(?m)^- `([^`]+)`").FindAllStringSubmatch(page, -1) {
		if _, ok := used[named[1]]; !ok && !strings.Contains(read(t, "tools/go.mod"), named[1]) {
			t.Errorf("%s names %s, which nothing imports", dependencies, named[1])
		}
	}
}

// moduleOf returns the module of go.mod that has a package, or "" for the standard library and our own.
func moduleOf(t *testing.T, importPath string) string {
	t.Helper()
	best := ""
	for _, line := range regexp.MustCompile(`(?m)^\s*(?:require )?([\w./~-]+) v\S+`).FindAllStringSubmatch(read(t, "go.mod"), -1) {
		if under(importPath, line[1]) && len(line[1]) > len(best) {
			best = line[1]
		}
	}
	return best
}

func TestLinksInDocumentsLeadSomewhere(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
	for path := range maps.Keys(documents(t)) {
		for _, found := range link.FindAllStringSubmatch(read(t, path), -1) {
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(path), found[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", path, found[1])
			}
		}
	}
}

// documents returns the Markdown files of the repository.
func documents(t *testing.T) map[string]bool {
	t.Helper()
	found := make(map[string]bool)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if rel, e := filepath.Rel(root, path); e == nil && strings.HasSuffix(path, ".md") {
			found[rel] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
