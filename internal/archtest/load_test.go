package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// module is the path of the module under test.
const module = "hookline.dev/hookline"

// root is the module's folder, seen from this one.
const root = "../.."

// pkg is what the rules need to know of a package.
type pkg struct {
	ImportPath   string
	Dir          string
	Name         string
	Doc          string
	Imports      []string // without those of tests
	TestImports  []string
	XTestImports []string
	GoFiles      []string
	TestGoFiles  []string
	XTestGoFiles []string
	Deps         []string
}

// short returns the package's name in the table of layers.
func (p pkg) short() string { return shortOf(p.ImportPath) }

// files returns the package's own Go files, tests included, as paths.
func (p pkg) files() []string {
	var paths []string
	for _, names := range [][]string{p.GoFiles, p.TestGoFiles, p.XTestGoFiles} {
		for _, n := range names {
			paths = append(paths, filepath.Join(p.Dir, n))
		}
	}
	return paths
}

// shortOf returns the name of a package of this module in the table of layers; "" for all others.
func shortOf(importPath string) string {
	if rest, ok := strings.CutPrefix(importPath, module+"/internal/"); ok {
		return rest
	}
	if rest, ok := strings.CutPrefix(importPath, module+"/"); ok {
		return "/" + rest
	}
	return ""
}

// load asks the go command for every package of the module.
func load(t *testing.T) []pkg {
	t.Helper()
	notice(t)
	cmd := exec.Command("go", "list", "-pgo=off", "-e", "-json=ImportPath,Dir,Name,Doc,Imports,TestImports,XTestImports,GoFiles,TestGoFiles,XTestGoFiles,Deps", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var pkgs []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		pkgs = append(pkgs, p)
	}
	if len(pkgs) == 0 {
		t.Fatal("go list found no packages")
	}
	return pkgs
}

// docBreaches checks that every package has a comment.
func docBreaches(pkgs []pkg) []string {
	var out []string
	for _, p := range pkgs {
		if p.Doc == "" && len(p.GoFiles) > 0 {
			out = append(out, p.ImportPath+" has no package comment: say in doc.go what it is for and what it does not do")
		}
	}
	return out
}

// notice walks the module's folders itself, because the go command forgets a cached test result only
// when something changes that the test's own process has opened.
func notice(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && path != root && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// report fails the test with one line for each breach.
func report(t *testing.T, breaches []string) {
	t.Helper()
	for _, b := range breaches {
		t.Error(b)
	}
}
