package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// maxLines is the length that no Go file may exceed (STYLE, house rule 3).
const maxLines = 500

// source is one parsed file.
type source struct {
	name  string // file name below the module
	room  string
	test  bool
	lines int
	set   *token.FileSet
	file  *ast.File
}

func TestFilesAreShort(t *testing.T) {
	t.Parallel()
	for _, s := range parse(t) {
		if s.lines > maxLines {
			t.Errorf("%s has %d lines, at most %d are allowed: a long file is two thoughts, find the second one's name", s.name, s.lines, maxLines)
		}
	}
}

func TestNothingRunsBeforeMain(t *testing.T) {
	t.Parallel()
	for _, s := range parse(t) {
		report(t, initBreaches(s))
	}
}

func TestOnlyTheClockReadsTheTime(t *testing.T) {
	t.Parallel()
	for _, s := range parse(t) {
		report(t, timeBreaches(s))
	}
}

func TestPackagesAreNamedAfterWhatTheyAre(t *testing.T) {
	t.Parallel()
	empty := []string{"util", "utils", "helper", "helpers", "manager", "common", "misc", "base", "shared"}
	for _, s := range parse(t) {
		file := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(s.name), ".go"), "_test")
		for _, name := range append(strings.Split(file, "_"), s.file.Name.Name) {
			if slices.Contains(empty, name) {
				t.Errorf("%s: %q says nothing about what is inside", s.name, name)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	for _, p := range load(t) {
		if p.Doc == "" && len(p.GoFiles) > 0 {
			t.Errorf("%s has no package comment: say in doc.go what it is for and what it does not do", p.ImportPath)
		}
	}
}

// parse reads every Go file of the module.
func parse(t *testing.T) []source {
	t.Helper()
	var all []source
	for _, p := range load(t) {
		for _, path := range p.files() {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s, err := parseText(path, p.room(), text)
			if err != nil {
				continue // the compiler says it better
			}
			all = append(all, s)
		}
	}
	return all
}

func parseText(path, room string, text []byte) (source, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.ParseComments)
	name := path
	if abs, e := filepath.Abs(root); e == nil {
		if rel, e := filepath.Rel(abs, path); e == nil {
			name = rel
		}
	}
	return source{name, room, strings.HasSuffix(path, "_test.go"), bytes.Count(text, []byte("\n")), set, file}, err
}

// at prints where a node of the file stands.
func (s source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.name, s.set.Position(n.Pos()).Line)
}

// initBreaches holds that no file has an init function: what happens at start is written in app, in order.
func initBreaches(s source) []string {
	var out []string
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			out = append(out, s.at(f)+": init() runs before main in an order that nobody wrote down; write an explicit list instead")
		}
	}
	return out
}

// timeBreaches holds that the time is read by clock only, and that no test waits by sleeping.
func timeBreaches(s source) []string {
	name := importName(s.file, "time")
	if name == "" || s.room == "clock" {
		return nil
	}
	var out []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := sel.X.(*ast.Ident); !ok || pkg.Name != name {
			return true
		}
		switch sel.Sel.Name {
		case "Now", "Since", "Until":
			out = append(out, fmt.Sprintf("%s: time.%s: take a clock.Clock, so that tests decide what time it is", s.at(sel), sel.Sel.Name))
		case "Sleep":
			if s.test {
				out = append(out, s.at(sel)+": time.Sleep in a test is too long on a fast machine and too short on a slow one; wait for a channel, or use testing/synctest")
			}
		}
		return true
	})
	return out
}

// importName returns the name under which a file knows a package, or "".
func importName(f *ast.File, importPath string) string {
	for _, i := range f.Imports {
		if path, err := strconv.Unquote(i.Path.Value); err != nil || path != importPath {
			continue
		}
		if i.Name != nil {
			return i.Name.Name
		}
		return importPath[strings.LastIndex(importPath, "/")+1:]
	}
	return ""
}
